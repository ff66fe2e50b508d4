import Kernels

/// Layer normalisation over the columns of each row, with scale and bias; the formulas are those of `Normalisation`.
///
/// Shapes: x, y [rows, features]; scale and bias [features].
package struct LayerNorm: Layer {
    let name: String
    let features: Int
    /// What is added to the variance before its root is taken.
    let epsilon: Float

    /// A layer for `features` columns, whose tensors begin with `name`.
    ///
    /// - Parameter epsilon: what is added to a row's variance before its root is taken.
    package init(_ name: String, features: Int, epsilon: Float) {
        self.name = name
        self.features = features
        self.epsilon = epsilon
    }

    /// `NAME.scale` [features] from 1, then `NAME.bias` [features] from 0.
    package var tensors: [TensorDeclaration] {
        [TensorDeclaration("\(name).scale", [features], .ones), TensorDeclaration("\(name).bias", [features], .zeros)]
    }

    /// Normalises each row, then scales and shifts it; keeps x and each row's mean and inverse deviation.
    package func forward(_ x: Matrix, _ pass: Pass) -> Matrix {
        let y = pass.record.buffer(.output, rows: x.rows, columns: features)
        Normalisation.compute(
            x, scale: pass.w(0), bias: pass.w(1), epsilon: epsilon, into: y, statistics: statistics(x, pass),
            device: pass.device)
        pass.record.x = x
        return y
    }

    /// Adds the gradients of scale and bias and masks x̄ in passing; returns it even where `needsInput` is false.
    package func backward(_ outputGradient: Matrix, _ pass: Pass) -> Matrix? {
        guard let x = pass.record.x else { preconditionFailure("backward before forward") }
        pass.record.yGradient = outputGradient
        let result = pass.record.buffer(.inputGradient, rows: x.rows, columns: features)
        Normalisation.backward(
            x, statistics: statistics(x, pass), scale: pass.w(0), outputGradient: outputGradient, mask: pass.mask, into: result,
            scaleGradient: pass.sum(0), biasGradient: pass.sum(1), pieces: pass.pieces(of: x), device: pass.device)
        return result
    }

    /// ẏ from ẋ and the directions of scale and bias; keeps ẋ, as zeros where it is `nil`, and two means of each row.
    package func tangent(_ xTangent: Matrix?, _ pass: Pass) -> Matrix {
        guard let x = pass.record.x else { preconditionFailure("tangent before forward") }
        let xTangent = xTangent ?? pass.device.matrix(rows: x.rows, columns: x.columns)
        pass.record.xTangent = xTangent
        let result = pass.record.tangentBuffer(.output, rows: x.rows, columns: features)
        Normalisation.tangent(
            x, statistics: statistics(x, pass), scale: pass.w(0), tangent: xTangent, scaleDirection: pass.v(0),
            biasDirection: pass.v(1), into: result, tangentStatistics: tangentStatistics(x, pass), device: pass.device)
        return result
    }

    /// Adds the products of scale and bias and masks x̄̇ in passing; returns it even where `needsInput` is false.
    ///
    /// - Precondition: `backward` and `tangent` left their statistics in the record.
    package func backwardTangent(_ outputGradientTangent: Matrix, _ pass: Pass) -> Matrix? {
        guard let x = pass.record.x, let yGradient = pass.record.yGradient, let xTangent = pass.record.xTangent else {
            preconditionFailure("the backward tangent before the tangent")
        }
        let result = pass.record.tangentBuffer(.inputGradient, rows: x.rows, columns: features)
        Normalisation.backwardTangent(
            x, statistics: statistics(x, pass), scale: pass.w(0), tangent: xTangent,
            tangentStatistics: tangentStatistics(x, pass), scaleDirection: pass.v(0), outputGradient: yGradient,
            outputGradientTangent: outputGradientTangent, mask: pass.mask, into: result,
            scaleProduct: pass.sum(0), biasProduct: pass.sum(1), pieces: pass.pieces(of: x), device: pass.device)
        return result
    }

    private func statistics(_ x: Matrix, _ pass: Pass) -> Matrix { pass.record.buffer(.first, rows: 4, columns: x.rows) }

    private func tangentStatistics(_ x: Matrix, _ pass: Pass) -> Matrix {
        pass.record.tangentBuffer(.first, rows: 4, columns: x.rows)
    }
}
