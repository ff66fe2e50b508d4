import Kernels

/// Each run of `rows` rows side by side as one row: images' pixels become features, in height-width-channel order.
///
/// The numbers stay where they are; only their shape changes, in all four functions.
package struct Flatten: Layer {
    let rows: Int

    /// A layer that joins runs of `rows` rows, such as the pixels of an image.
    package init(rows: Int) { self.rows = rows }

    /// None: nothing is learnt.
    package var tensors: [TensorDeclaration] { [] }

    /// A view of x as [x.rows/rows, x.columns·rows].
    ///
    /// - Precondition: x's rows lie without gaps and are a multiple of `rows`.
    package func forward(_ x: Matrix, _ pass: Pass) -> Matrix {
        pass.record.x = x
        return flat(x)
    }

    /// A view of ȳ in x's shape; cannot mask it.
    ///
    /// - Precondition: `mask` is `nil`.
    package func backward(_ outputGradient: Matrix, _ pass: Pass) -> Matrix? {
        refuseMask(pass)
        return pass.needsInput ? unflattened(outputGradient) : nil
    }

    /// A view of ẋ in y's shape, or new zeros where ẋ = 0.
    package func tangent(_ xTangent: Matrix?, _ pass: Pass) -> Matrix {
        guard let x = pass.record.x else { preconditionFailure("tangent before forward") }
        return flat(xTangent ?? pass.device.matrix(rows: x.rows, columns: x.columns))
    }

    /// A view of ȳ̇ in x's shape; cannot mask it.
    ///
    /// - Precondition: `mask` is `nil`.
    package func backwardTangent(_ outputGradientTangent: Matrix, _ pass: Pass) -> Matrix? {
        refuseMask(pass)
        return pass.needsInput ? unflattened(outputGradientTangent) : nil
    }

    private func flat(_ x: Matrix) -> Matrix { x.reshaped(rows: x.rows / rows, columns: x.columns * rows) }

    private func unflattened(_ y: Matrix) -> Matrix { y.reshaped(rows: y.rows * rows, columns: y.columns / rows) }
}
