import Kernels

/// Layers and a way past them: y = x + f(x).
///
/// Every derivative is that of f plus its argument: x̄ = ȳ + f̄(ȳ), and likewise for the tangents.
package struct Residual: Layer {
    let body: Sequential

    /// - Precondition: the last of `layers` is not rectified, and its output has the shape of the first one's input.
    package init(_ layers: [any Layer]) {
        body = Sequential(layers)
        precondition(!body.isRectified, "a residual of a rectified layer")
    }

    /// Those of the layers inside: the way past them has none.
    package var tensors: [TensorDeclaration] { body.tensors }

    /// Adds x to what the layers inside make of it.
    package func forward(_ x: Matrix, _ w: Weights, _ record: Record, _ workers: Workers) -> Matrix {
        let y = record.buffer(.output, rows: x.rows, columns: x.columns)
        Addition.compute(x, body.forward(x, w, record.part(0), workers), into: y, workers: workers)
        return y
    }

    /// Adds ȳ to what comes back through the layers inside, where x̄ is needed.
    ///
    /// - Precondition: `mask` is `nil`.
    package func backward(
        _ outputGradient: Matrix, _ w: Weights, gradient: Weights, mask: Matrix?, needsInput: Bool, _ record: Record,
        _ workers: Workers
    ) -> Matrix? {
        refuseMask(mask)
        let inner = body.backward(
            outputGradient, w, gradient: gradient, mask: nil, needsInput: needsInput, record.part(0), workers)
        return inner.map { inner in
            let result = record.buffer(.inputGradient, rows: inner.rows, columns: inner.columns)
            Addition.compute(outputGradient, inner, into: result, workers: workers)
            return result
        }
    }

    /// Adds ẋ to the tangent of the layers inside; that alone where ẋ = 0.
    package func tangent(_ xTangent: Matrix?, _ w: Weights, _ v: Weights, _ record: Record, _ workers: Workers) -> Matrix {
        let inner = body.tangent(xTangent, w, v, record.part(0), workers)
        guard let xTangent else { return inner }
        let result = record.tangentBuffer(.output, rows: inner.rows, columns: inner.columns)
        Addition.compute(xTangent, inner, into: result, workers: workers)
        return result
    }

    /// Adds ȳ̇ to what comes back through the layers inside, where x̄̇ is needed.
    ///
    /// - Precondition: `mask` is `nil`.
    package func backwardTangent(
        _ outputGradientTangent: Matrix, _ w: Weights, _ v: Weights, product: Weights, mask: Matrix?, needsInput: Bool,
        _ record: Record, _ workers: Workers
    ) -> Matrix? {
        refuseMask(mask)
        let inner = body.backwardTangent(
            outputGradientTangent, w, v, product: product, mask: nil, needsInput: needsInput, record.part(0), workers)
        return inner.map { inner in
            let result = record.tangentBuffer(.inputGradient, rows: inner.rows, columns: inner.columns)
            Addition.compute(outputGradientTangent, inner, into: result, workers: workers)
            return result
        }
    }
}
