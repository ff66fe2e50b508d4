import Kernels

/// A smooth activation on each element: y = f(x), for an f of `SmoothActivation`.
///
/// - backward: x̄ = f′(x)·ȳ;
/// - tangent: ẏ = f′(x)·ẋ;
/// - backward tangent: x̄̇ = f′(x)·ȳ̇ + f″(x)·ẋ·ȳ.
package struct Smooth: Layer {
    let function: SmoothActivation

    /// A layer for matrices of any shape.
    package init(_ function: SmoothActivation) { self.function = function }

    /// None: nothing is learnt.
    package var tensors: [TensorDeclaration] { [] }

    /// Computes f(x) and keeps x and f′(x), with which the first derivatives are one multiplication an element.
    package func forward(_ x: Matrix, _ pass: Pass) -> Matrix {
        let y = pass.record.buffer(.output, rows: x.rows, columns: x.columns)
        pass.record.x = x
        function.compute(x, into: y, derivative: derivative(x, pass), device: pass.device)
        return y
    }

    /// Multiplies ȳ by the f′(x) that `forward` kept; returns x̄ even where `needsInput` is false.
    ///
    /// - Precondition: `mask` is `nil`.
    package func backward(_ outputGradient: Matrix, _ pass: Pass) -> Matrix? {
        guard let x = pass.record.x else { preconditionFailure("backward before forward") }
        refuseMask(pass)
        pass.record.yGradient = outputGradient
        let result = pass.record.buffer(.inputGradient, rows: x.rows, columns: x.columns)
        SmoothActivation.multiply(outputGradient, derivative: derivative(x, pass), into: result, device: pass.device)
        return result
    }

    /// Multiplies ẋ by f′(x) and keeps ẋ, as zeros where it is `nil`.
    package func tangent(_ xTangent: Matrix?, _ pass: Pass) -> Matrix {
        guard let x = pass.record.x else { preconditionFailure("tangent before forward") }
        let xTangent = xTangent ?? pass.device.matrix(rows: x.rows, columns: x.columns)
        pass.record.xTangent = xTangent
        let result = pass.record.tangentBuffer(.output, rows: x.rows, columns: x.columns)
        SmoothActivation.multiply(xTangent, derivative: derivative(x, pass), into: result, device: pass.device)
        return result
    }

    /// Both terms in one pass, f″(x) from x anew; returns x̄̇ even where `needsInput` is false.
    ///
    /// - Precondition: `mask` is `nil`; `tangent` was called before.
    package func backwardTangent(_ outputGradientTangent: Matrix, _ pass: Pass) -> Matrix? {
        guard let x = pass.record.x, let yGradient = pass.record.yGradient, let xTangent = pass.record.xTangent else {
            preconditionFailure("the backward tangent before the tangent")
        }
        refuseMask(pass)
        let result = pass.record.tangentBuffer(.inputGradient, rows: x.rows, columns: x.columns)
        function.backwardTangent(
            x, derivative: derivative(x, pass), tangent: xTangent, outputGradient: yGradient,
            outputGradientTangent: outputGradientTangent, into: result, device: pass.device)
        return result
    }

    private func derivative(_ x: Matrix, _ pass: Pass) -> Matrix { pass.record.buffer(.first, rows: x.rows, columns: x.columns) }
}
