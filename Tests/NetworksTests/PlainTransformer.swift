import Kernels

@testable import Networks

/// The transformer's layers written as their definitions say, in loops over scalars: the oracles of the tests.
struct PlainEmbedding: PlainFunction {
    let length: Int, features: Int

    func callAsFunction<S: SmoothScalar>(_ x: [S], _ w: [[S]]) -> [S] {
        x.enumerated().flatMap { row, token in
            (0..<features).map { w[0][Int(token.value) * features + $0] + w[1][row % length * features + $0] }
        }
    }
}

struct PlainAttention: PlainFunction {
    let features: Int
    let shape: AttentionShape

    func callAsFunction<S: SmoothScalar>(_ x: [S], _ w: [[S]]) -> [S] {
        let width = shape.width, rows = x.count / features
        let dense = PlainDense(inputs: features, outputs: width)
        let q = dense(x, [w[0], w[1]]), k = dense(x, [w[2], w[3]]), v = dense(x, [w[4], w[5]])
        var y = [S](repeating: S(0), count: rows * width)
        for row in 0..<rows {
            for head in 0..<shape.heads {
                let columns = head * shape.keySize..<(head + 1) * shape.keySize
                let visible = row - row % shape.length...row
                let powers = visible.map { other in
                    let score = columns.reduce(S(0)) { $0 + q[row * width + $1] * k[other * width + $1] }
                    return (score * S(1 / Double(shape.keySize).squareRoot())).exponential
                }
                let sum = powers.reduce(S(0), +)
                for column in columns {
                    for (other, power) in zip(visible, powers) {
                        y[row * width + column] = y[row * width + column] + power / sum * v[other * width + column]
                    }
                }
            }
        }
        return y
    }
}

struct PlainGELU: PlainFunction {
    func callAsFunction<S: SmoothScalar>(_ x: [S], _ w: [[S]]) -> [S] {
        x.map { x in
            let u = S((2 / Double.pi).squareRoot()) * (x + S(0.044715) * x * x * x)
            return S(0.5) * x * (S(1) + u.hyperbolicTangent)
        }
    }
}

struct PlainResidual: PlainFunction {
    let body: PlainSequence

    func callAsFunction<S: SmoothScalar>(_ x: [S], _ w: [[S]]) -> [S] { zip(x, body(x, w)).map { $0 + $1 } }
}
