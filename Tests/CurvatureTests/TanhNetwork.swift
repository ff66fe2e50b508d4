import Curvature
import Foundation
import Kernels

/// The network 1–30–20–1 of the published runs in `Outside`, in double precision: tanh, a linear output, one number in and out.
///
/// The loss is (1/2n) Σ (f(x) − y)², with the ½ that ours has not, on n = 20 points x from −1 to 1 and y = cos(6 arccos x).
/// Nothing is shared with the code under test: one example at a time, one number at a time.
struct TanhNetwork {
    static let sizes = [1, 30, 20, 1]
    static let inputs = (0..<20).map { -1 + 2 * Double($0) / 19 }
    /// cos(6 arccos x), the Chebyshev polynomial of degree six.
    static let targets = inputs.map { cos(6 * acos($0)) }

    /// Layer by layer the kernel as [out, in], then the biases.
    private(set) var parameters = [Double](repeating: 0, count: layers.reduce(0) { $0 + ($1.inputs + 1) * $1.outputs })

    subscript(kernel layer: Int, out output: Int, in input: Int) -> Double {
        get { parameters[Self.layers[layer].offset + output * Self.layers[layer].inputs + input] }
        set { parameters[Self.layers[layer].offset + output * Self.layers[layer].inputs + input] = newValue }
    }

    /// What one example leaves for its derivatives.
    private struct Pass {
        /// The inputs of each layer, and the output.
        var activations: [[Double]]
        /// The loss by each layer's sums z = Wa + b.
        var sensitivities: [[Double]]
        var loss: Double
    }

    private static let layers: [(inputs: Int, outputs: Int, offset: Int)] = {
        var offset = 0
        return (1..<sizes.count).map { layer in
            defer { offset += (sizes[layer - 1] + 1) * sizes[layer] }
            return (sizes[layer - 1], sizes[layer], offset)
        }
    }()

    private func pass(_ x: Double, _ y: Double) -> Pass {
        var activations = [[x]]
        for (layer, (inputs, outputs, offset)) in Self.layers.enumerated() {
            let a = activations[layer], biases = offset + inputs * outputs
            activations.append(
                (0..<outputs).map { o in
                    var z = parameters[biases + o]
                    for i in 0..<inputs { z += parameters[offset + o * inputs + i] * a[i] }
                    return layer < Self.layers.count - 1 ? tanh(z) : z
                })
        }
        let difference = activations[Self.layers.count][0] - y
        let count = Double(Self.inputs.count)
        var sensitivities = [[difference / count]]
        for (inputs, outputs, offset) in Self.layers.dropFirst().reversed() {
            let a = activations[Self.layers.count - sensitivities.count], above = sensitivities[0]
            var below = [Double](repeating: 0, count: inputs)
            for o in 0..<outputs { for i in 0..<inputs { below[i] += above[o] * parameters[offset + o * inputs + i] } }
            for i in 0..<inputs { below[i] *= 1 - a[i] * a[i] }
            sensitivities.insert(below, at: 0)
        }
        return Pass(activations: activations, sensitivities: sensitivities, loss: difference * difference / (2 * count))
    }

    /// The loss and its gradient.
    func gradient() -> (loss: Double, gradient: [Double]) {
        var loss = 0.0
        var gradient = [Double](repeating: 0, count: parameters.count)
        for (x, y) in zip(Self.inputs, Self.targets) {
            let pass = pass(x, y)
            loss += pass.loss
            for (layer, (inputs, outputs, offset)) in Self.layers.enumerated() {
                let a = pass.activations[layer], s = pass.sensitivities[layer]
                for o in 0..<outputs {
                    for i in 0..<inputs { gradient[offset + o * inputs + i] += s[o] * a[i] }
                    gradient[offset + inputs * outputs + o] += s[o]
                }
            }
        }
        return (loss, gradient)
    }

    /// One step of gradient descent.
    mutating func descend(_ learningRate: Double) {
        let gradient = gradient().gradient
        for i in parameters.indices { parameters[i] -= learningRate * gradient[i] }
    }

    /// The Hessian at these parameters.
    var hessian: DoubleOperator {
        let passes = zip(Self.inputs, Self.targets).map { pass($0, $1) }
        return DoubleOperator(dimension: parameters.count) { direction in
            var product = [Double](repeating: 0, count: direction.count)
            for pass in passes { addProduct(of: pass, along: direction, to: &product) }
            return product
        }
    }

    /// Adds the derivative of one example's gradient along `v`: the R-operator, forward and then back.
    ///
    /// Forward, for z = Wa + b along V and v_b: ż = Va + Wȧ + v_b and, for the next layer's a = tanh z, ȧ = (1 − a²)ż. Back, for
    /// the sensitivity t above a layer and s below it: s = (1 − a²)·Wᵀt, so ṡ = (1 − a²)·(Vᵀt + Wᵀṫ) − 2aȧ·Wᵀt.
    private func addProduct(of pass: Pass, along v: [Double], to product: inout [Double]) {
        var tangents: [[Double]] = [[0]]
        for (layer, (inputs, outputs, offset)) in Self.layers.enumerated() {
            let a = pass.activations[layer], next = pass.activations[layer + 1], da = tangents[layer]
            let biases = offset + inputs * outputs
            tangents.append(
                (0..<outputs).map { o in
                    var dz = v[biases + o]
                    for i in 0..<inputs {
                        dz += v[offset + o * inputs + i] * a[i] + parameters[offset + o * inputs + i] * da[i]
                    }
                    return layer < Self.layers.count - 1 ? (1 - next[o] * next[o]) * dz : dz
                })
        }
        var above = [tangents[Self.layers.count][0] / Double(Self.inputs.count)]
        for (layer, (inputs, outputs, offset)) in Self.layers.enumerated().reversed() {
            let a = pass.activations[layer], da = tangents[layer], s = pass.sensitivities[layer]
            var sum = [Double](repeating: 0, count: inputs), below = sum
            for o in 0..<outputs {
                for i in 0..<inputs {
                    let index = offset + o * inputs + i
                    product[index] += above[o] * a[i] + s[o] * da[i]
                    sum[i] += s[o] * parameters[index]
                    below[i] += s[o] * v[index] + above[o] * parameters[index]
                }
                product[offset + inputs * outputs + o] += above[o]
            }
            for i in 0..<inputs { below[i] = (1 - a[i] * a[i]) * below[i] - 2 * a[i] * da[i] * sum[i] }
            above = below
        }
    }
}
