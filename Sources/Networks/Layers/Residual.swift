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
    package func forward(_ x: Matrix, _ pass: Pass) -> Matrix {
        let y = pass.record.buffer(.output, rows: x.rows, columns: x.columns)
        Addition.compute(x, body.forward(x, inside(pass)), into: y, device: pass.device)
        return y
    }

    /// Adds ȳ to what comes back through the layers inside, where x̄ is needed.
    ///
    /// - Precondition: `mask` is `nil`.
    package func backward(_ outputGradient: Matrix, _ pass: Pass) -> Matrix? {
        refuseMask(pass)
        let inner = body.backward(outputGradient, inside(pass))
        return inner.map { inner in
            let result = pass.record.buffer(.inputGradient, rows: inner.rows, columns: inner.columns)
            Addition.compute(outputGradient, inner, into: result, device: pass.device)
            return result
        }
    }

    /// Adds ẋ to the tangent of the layers inside; that alone where ẋ = 0.
    package func tangent(_ xTangent: Matrix?, _ pass: Pass) -> Matrix {
        let inner = body.tangent(xTangent, inside(pass))
        guard let xTangent else { return inner }
        let result = pass.record.tangentBuffer(.output, rows: inner.rows, columns: inner.columns)
        Addition.compute(xTangent, inner, into: result, device: pass.device)
        return result
    }

    /// Adds ȳ̇ to what comes back through the layers inside, where x̄̇ is needed.
    ///
    /// - Precondition: `mask` is `nil`.
    package func backwardTangent(_ outputGradientTangent: Matrix, _ pass: Pass) -> Matrix? {
        refuseMask(pass)
        let inner = body.backwardTangent(outputGradientTangent, inside(pass))
        return inner.map { inner in
            let result = pass.record.tangentBuffer(.inputGradient, rows: inner.rows, columns: inner.columns)
            Addition.compute(outputGradientTangent, inner, into: result, device: pass.device)
            return result
        }
    }

    /// All tensors are those of the layers inside; the record is not, because both keep an output.
    private func inside(_ pass: Pass) -> Pass { pass.part(0, tensors: pass.tensors.indices) }
}
