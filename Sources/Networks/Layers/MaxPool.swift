import Kernels

/// The largest of each 2 × 2 pixels, stride 2, an odd last row or column left out.
///
/// Shapes: x [images·height·width, channels], y [images·(height/2)·(width/2), channels]. The map that picks the chosen
/// elements is linear as long as the choice stays the same: the tangent picks from ẋ, backward puts ȳ back to where it was
/// picked from, and there is no second derivative.
package struct MaxPool: Layer {
    let shape: ImageShape

    /// A layer for images of `shape`, all channels pooled alike.
    ///
    /// - Precondition: height and width are at least 2.
    package init(shape: ImageShape) {
        precondition(shape.height >= 2 && shape.width >= 2, "pooling images of \(shape.height) × \(shape.width) pixels")
        self.shape = shape
    }

    /// None: nothing is learnt.
    package var tensors: [TensorDeclaration] { [] }

    /// Keeps which of its four pixels each maximum is, the first of equal ones, for all later passes.
    package func forward(_ x: Matrix, _ pass: Pass) -> Matrix {
        let y = pass.record.buffer(.output, rows: outputRows(x), columns: x.columns)
        pass.record.x = x
        MaxPooling.compute(x, shape: shape, into: y, choice: choice(x, pass), device: pass.device)
        return y
    }

    /// Puts each element of ȳ where its maximum was, 0 elsewhere; does nothing where x̄ is not needed.
    ///
    /// - Precondition: `mask` is `nil`.
    package func backward(_ outputGradient: Matrix, _ pass: Pass) -> Matrix? {
        scattered(outputGradient, pass, into: pass.record.buffer)
    }

    /// Picks from ẋ the elements that were the maxima of x; zeros where ẋ = 0.
    package func tangent(_ xTangent: Matrix?, _ pass: Pass) -> Matrix {
        guard let x = pass.record.x else { preconditionFailure("tangent before forward") }
        let xTangent = xTangent ?? pass.device.matrix(rows: x.rows, columns: x.columns)
        let result = pass.record.tangentBuffer(.output, rows: outputRows(x), columns: x.columns)
        MaxPooling.gather(xTangent, choice: choice(x, pass), shape: shape, into: result, device: pass.device)
        return result
    }

    /// As `backward`, of ȳ̇: the choice is held fixed.
    ///
    /// - Precondition: `mask` is `nil`.
    package func backwardTangent(_ outputGradientTangent: Matrix, _ pass: Pass) -> Matrix? {
        scattered(outputGradientTangent, pass, into: pass.record.tangentBuffer)
    }

    private func scattered(
        _ gradient: Matrix, _ pass: Pass, into buffer: (_ slot: Record.Slot, _ rows: Int, _ columns: Int) -> Matrix
    ) -> Matrix? {
        guard let x = pass.record.x else { preconditionFailure("backward before forward") }
        refuseMask(pass)
        guard pass.needsInput else { return nil }
        let result = buffer(.inputGradient, x.rows, x.columns)
        MaxPooling.scatter(gradient, choice: choice(x, pass), shape: shape, into: result, device: pass.device)
        return result
    }

    private func outputRows(_ x: Matrix) -> Int { x.rows / shape.pixels * shape.halved.pixels }

    private func choice(_ x: Matrix, _ pass: Pass) -> Matrix {
        pass.record.buffer(.first, rows: outputRows(x), columns: x.columns)
    }
}
