import Kernels

@testable import Networks

/// The transformer's layers written as their definitions say, in plain loops: the oracles of the tests.
struct PlainEmbedding: PlainFunction {
    let length: Int, features: Int

    func callAsFunction(_ x: [HyperDual], _ w: [[HyperDual]]) -> [HyperDual] {
        x.enumerated().flatMap { row, token in
            (0..<features).map { w[0][Int(token.value) * features + $0] + w[1][row % length * features + $0] }
        }
    }
}

struct PlainAttention: PlainFunction {
    let features: Int
    let shape: AttentionShape

    func callAsFunction(_ x: [HyperDual], _ w: [[HyperDual]]) -> [HyperDual] {
        let width = shape.width, rows = x.count / features
        let dense = PlainDense(inputs: features, outputs: width)
        let q = dense(x, [w[0], w[1]]), k = dense(x, [w[2], w[3]]), v = dense(x, [w[4], w[5]])
        var y = [HyperDual](repeating: HyperDual(0), count: rows * width)
        for row in 0..<rows {
            for head in 0..<shape.heads {
                let columns = head * shape.keySize..<(head + 1) * shape.keySize
                let visible = row - row % shape.length...row
                let powers = visible.map { other in
                    let score = columns.reduce(HyperDual(0)) { $0 + q[row * width + $1] * k[other * width + $1] }
                    return (score * HyperDual(1 / Double(shape.keySize).squareRoot())).exponential
                }
                let sum = powers.reduce(HyperDual(0), +)
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
    func callAsFunction(_ x: [HyperDual], _ w: [[HyperDual]]) -> [HyperDual] {
        x.map { x in
            let u = HyperDual((2 / Double.pi).squareRoot()) * (x + HyperDual(0.044715) * x * x * x)
            return HyperDual(0.5) * x * (HyperDual(1) + u.hyperbolicTangent)
        }
    }
}

struct PlainTanh: PlainFunction {
    func callAsFunction(_ x: [HyperDual], _ w: [[HyperDual]]) -> [HyperDual] { x.map(\.hyperbolicTangent) }
}

struct PlainResidual: PlainFunction {
    let body: PlainSequence

    func callAsFunction(_ x: [HyperDual], _ w: [[HyperDual]]) -> [HyperDual] { zip(x, body(x, w)).map { $0 + $1 } }
}
