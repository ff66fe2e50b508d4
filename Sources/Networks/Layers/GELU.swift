import Kernels

/// The Gaussian error linear unit in its tanh form, on each element: y = g(x); g and its derivatives are `TanhGELU`'s.
///
/// - backward: x̄ = g′(x)·ȳ;
/// - tangent: ẏ = g′(x)·ẋ;
/// - backward tangent: x̄̇ = g′(x)·ȳ̇ + g″(x)·ẋ·ȳ.
package struct GELU: Layer {
    package init() {}

    package var tensors: [TensorDeclaration] { [] }

    package func forward(_ x: Matrix, _ w: Weights, _ record: Record, _ workers: Workers) -> Matrix {
        let y = record.buffer(.output, rows: x.rows, columns: x.columns)
        record.x = x
        TanhGELU.compute(x, into: y, derivative: derivative(x, record), workers: workers)
        return y
    }

    package func backward(
        _ outputGradient: Matrix, _ w: Weights, gradient: Weights, mask: Matrix?, needsInput: Bool, _ record: Record,
        _ workers: Workers
    ) -> Matrix? {
        guard let x = record.x else { preconditionFailure("backward before forward") }
        refuseMask(mask)
        record.yGradient = outputGradient
        let result = record.buffer(.inputGradient, rows: x.rows, columns: x.columns)
        TanhGELU.multiply(outputGradient, derivative: derivative(x, record), into: result, workers: workers)
        return result
    }

    package func tangent(_ xTangent: Matrix?, _ w: Weights, _ v: Weights, _ record: Record, _ workers: Workers) -> Matrix {
        guard let x = record.x else { preconditionFailure("tangent before forward") }
        let xTangent = xTangent ?? Matrix(rows: x.rows, columns: x.columns)
        record.xTangent = xTangent
        let result = record.tangentBuffer(.output, rows: x.rows, columns: x.columns)
        TanhGELU.multiply(xTangent, derivative: derivative(x, record), into: result, workers: workers)
        return result
    }

    package func backwardTangent(
        _ outputGradientTangent: Matrix, _ w: Weights, _ v: Weights, product: Weights, mask: Matrix?, needsInput: Bool,
        _ record: Record, _ workers: Workers
    ) -> Matrix? {
        guard let x = record.x, let yGradient = record.yGradient, let xTangent = record.xTangent else {
            preconditionFailure("the backward tangent before the tangent")
        }
        refuseMask(mask)
        let result = record.tangentBuffer(.inputGradient, rows: x.rows, columns: x.columns)
        TanhGELU.backwardTangent(
            x, derivative: derivative(x, record), tangent: xTangent, outputGradient: yGradient,
            outputGradientTangent: outputGradientTangent, into: result, workers: workers)
        return result
    }

    private func derivative(_ x: Matrix, _ record: Record) -> Matrix { record.buffer(.first, rows: x.rows, columns: x.columns) }
}
