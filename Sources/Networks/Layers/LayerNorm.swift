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
    package func forward(_ x: Matrix, _ w: Weights, _ record: Record, _ workers: Workers) -> Matrix {
        let y = record.buffer(.output, rows: x.rows, columns: features)
        Normalisation.compute(
            x, scale: w.matrix(0), bias: w.matrix(1), epsilon: epsilon, into: y, statistics: statistics(x, record),
            workers: workers)
        record.x = x
        return y
    }

    /// Adds the gradients of scale and bias and masks x̄ in passing; returns it even where `needsInput` is false.
    package func backward(
        _ outputGradient: Matrix, _ w: Weights, gradient: Weights, mask: Matrix?, needsInput: Bool, _ record: Record,
        _ workers: Workers
    ) -> Matrix? {
        guard let x = record.x else { preconditionFailure("backward before forward") }
        record.yGradient = outputGradient
        let result = record.buffer(.inputGradient, rows: x.rows, columns: features)
        Normalisation.backward(
            x, statistics: statistics(x, record), scale: w.matrix(0), outputGradient: outputGradient, mask: mask, into: result,
            scaleGradient: gradient.matrix(0), biasGradient: gradient.matrix(1), workers: workers)
        return result
    }

    /// ẏ from ẋ and the directions of scale and bias; keeps ẋ, as zeros where it is `nil`, and two means of each row.
    package func tangent(_ xTangent: Matrix?, _ w: Weights, _ v: Weights, _ record: Record, _ workers: Workers) -> Matrix {
        guard let x = record.x else { preconditionFailure("tangent before forward") }
        let xTangent = xTangent ?? Matrix(rows: x.rows, columns: x.columns)
        record.xTangent = xTangent
        let result = record.tangentBuffer(.output, rows: x.rows, columns: features)
        Normalisation.tangent(
            x, statistics: statistics(x, record), scale: w.matrix(0), tangent: xTangent, scaleDirection: v.matrix(0),
            biasDirection: v.matrix(1), into: result, tangentStatistics: tangentStatistics(x, record), workers: workers)
        return result
    }

    /// Adds the products of scale and bias and masks x̄̇ in passing; returns it even where `needsInput` is false.
    ///
    /// - Precondition: `backward` and `tangent` left their statistics in the record.
    package func backwardTangent(
        _ outputGradientTangent: Matrix, _ w: Weights, _ v: Weights, product: Weights, mask: Matrix?, needsInput: Bool,
        _ record: Record, _ workers: Workers
    ) -> Matrix? {
        guard let x = record.x, let yGradient = record.yGradient, let xTangent = record.xTangent else {
            preconditionFailure("the backward tangent before the tangent")
        }
        let result = record.tangentBuffer(.inputGradient, rows: x.rows, columns: features)
        Normalisation.backwardTangent(
            x, statistics: statistics(x, record), scale: w.matrix(0), tangent: xTangent,
            tangentStatistics: tangentStatistics(x, record), scaleDirection: v.matrix(0), outputGradient: yGradient,
            outputGradientTangent: outputGradientTangent, mask: mask, into: result,
            scaleProduct: product.matrix(0), biasProduct: product.matrix(1), workers: workers)
        return result
    }

    private func statistics(_ x: Matrix, _ record: Record) -> Matrix { record.buffer(.first, rows: 4, columns: x.rows) }

    private func tangentStatistics(_ x: Matrix, _ record: Record) -> Matrix {
        record.tangentBuffer(.first, rows: 4, columns: x.rows)
    }
}
