import Kernels

/// The layers written as their definitions say, in plain loops: the oracles of the tests.
///
/// Matrices are flat and row-major; weights are one array a tensor, in the layer's order.
protocol PlainFunction: Sendable {
    func callAsFunction(_ x: [HyperDual], _ w: [[HyperDual]]) -> [HyperDual]
}

struct PlainDense: PlainFunction {
    let inputs: Int, outputs: Int
    var isRectified = false

    func callAsFunction(_ x: [HyperDual], _ w: [[HyperDual]]) -> [HyperDual] {
        var y: [HyperDual] = []
        for row in 0..<x.count / inputs {
            for j in 0..<outputs {
                var sum = w[1][j]
                for k in 0..<inputs { sum = sum + x[row * inputs + k] * w[0][k * outputs + j] }
                y.append(isRectified && sum.value <= 0 ? HyperDual(0) : sum)
            }
        }
        return y
    }
}

struct PlainConv: PlainFunction {
    let shape: ImageShape
    let inputs: Int, outputs: Int
    var isRectified = false

    func callAsFunction(_ x: [HyperDual], _ w: [[HyperDual]]) -> [HyperDual] {
        var y: [HyperDual] = []
        for image in 0..<x.count / (shape.pixels * inputs) {
            for row in 0..<shape.height {
                for column in 0..<shape.width {
                    for output in 0..<outputs {
                        var sum = w[1][output]
                        for dy in -1...1 where (0..<shape.height).contains(row + dy) {
                            for dx in -1...1 where (0..<shape.width).contains(column + dx) {
                                let pixel = image * shape.pixels + (row + dy) * shape.width + column + dx
                                let tap = (dy + 1) * 3 + dx + 1
                                for input in 0..<inputs {
                                    sum = sum + x[pixel * inputs + input] * w[0][(tap * inputs + input) * outputs + output]
                                }
                            }
                        }
                        y.append(isRectified && sum.value <= 0 ? HyperDual(0) : sum)
                    }
                }
            }
        }
        return y
    }
}

struct PlainLayerNorm: PlainFunction {
    let features: Int
    let epsilon: Double

    func callAsFunction(_ x: [HyperDual], _ w: [[HyperDual]]) -> [HyperDual] {
        var y: [HyperDual] = []
        let n = HyperDual(1 / Double(features))
        for row in 0..<x.count / features {
            let values = x[row * features..<(row + 1) * features]
            let mean = values.reduce(HyperDual(0), +) * n
            let variance = values.reduce(HyperDual(0)) { $0 + ($1 - mean) * ($1 - mean) } * n
            let deviation = (variance + HyperDual(epsilon)).squareRoot
            for (j, value) in values.enumerated() { y.append(w[0][j] * ((value - mean) / deviation) + w[1][j]) }
        }
        return y
    }
}

struct PlainMaxPool: PlainFunction {
    let shape: ImageShape
    let channels: Int

    func callAsFunction(_ x: [HyperDual], _ w: [[HyperDual]]) -> [HyperDual] {
        var y: [HyperDual] = []
        for image in 0..<x.count / (shape.pixels * channels) {
            for row in 0..<shape.height / 2 {
                for column in 0..<shape.width / 2 {
                    for channel in 0..<channels {
                        var best: HyperDual?
                        for (dy, dx) in [(0, 0), (0, 1), (1, 0), (1, 1)] {
                            let pixel = image * shape.pixels + (2 * row + dy) * shape.width + 2 * column + dx
                            let value = x[pixel * channels + channel]
                            if best.map({ value.value > $0.value }) ?? true { best = value }
                        }
                        y.append(best!)
                    }
                }
            }
        }
        return y
    }
}

/// Functions one after the other, each with the number of its tensors.
struct PlainSequence: PlainFunction {
    let parts: [(function: any PlainFunction, tensors: Int)]

    func callAsFunction(_ x: [HyperDual], _ w: [[HyperDual]]) -> [HyperDual] {
        var x = x, start = 0
        for (function, tensors) in parts {
            x = function(x, Array(w[start..<start + tensors]))
            start += tensors
        }
        return x
    }
}

/// Nothing: what a change of shape is on flat numbers.
struct PlainIdentity: PlainFunction {
    func callAsFunction(_ x: [HyperDual], _ w: [[HyperDual]]) -> [HyperDual] { x }
}
