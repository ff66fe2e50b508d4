import Kernels
import Testing

@testable import Networks

/// A network held against its plain version on one batch: loss, gradient and Hessian–vector products.
struct NetworkCheck {
    let network: Network
    /// The network's layers as plain functions.
    let plain: any PlainFunction
    let batch: Batch
    /// Of the norm of what is compared.
    var tolerance = 5e-6
    /// Where everything is evaluated: the initial parameters, moved a little so that no tensor is constant.
    let parameters: Vector

    init(_ network: Network, plain: any PlainFunction, batch: Batch, tolerance: Double = 5e-6) {
        (self.network, self.plain, self.batch, self.tolerance) = (network, plain, batch, tolerance)
        parameters = network.layout.initialParameters(seed: 7)
        let noise = randomVector(parameters.count, seed: 8, scale: 0.05)
        Elementwise.add(1, noise, to: parameters, device: Device())
    }

    /// The loss at these parameters.
    func loss(_ w: [Double]) -> Double { loss(w.constants).value }

    /// The loss and its derivatives along the directions that the parameters carry.
    func loss(_ w: [HyperDual]) -> HyperDual {
        let tensors = network.layout.entries.map { Array(w[$0.range]) }
        let outputs = plain(batch.inputs.elements.constants, tensors)
        let classes = network.classes
        var sum = HyperDual(0)
        for (index, label) in batch.labels.enumerated() {
            let row = Array(outputs[index * classes..<(index + 1) * classes])
            switch network.loss {
            case .meanSquaredError, .halfMeanSquaredError:
                let factor = network.loss == .meanSquaredError ? 1 : 0.5
                for (j, output) in row.enumerated() {
                    let target = batch.targets.map { Double($0[index, j]) } ?? (j == Int(label) ? 1 : 0)
                    let difference = output - HyperDual(target)
                    sum = sum + difference * difference * HyperDual(factor / Double(classes))
                }
            case .crossEntropy:
                sum = sum + row.reduce(HyperDual(0)) { $0 + $1.exponential }.logarithm - row[Int(label)]
            }
        }
        return sum * HyperDual(1 / Double(batch.labels.count))
    }

    /// Column `i` of the Hessian's product with `v`, for every i, exactly up to rounding in double precision.
    func plainProduct(along v: [Double]) -> [Double] {
        let w = parameters.elements.doubles
        return w.indices.map { i in
            loss(w.indices.map { HyperDual(w[$0], $0 == i ? 1 : 0, v[$0]) }).both
        }
    }

    func run(at location: SourceLocation = #_sourceLocation) {
        let objective = Objective(network, on: batch, device: Device())
        let count = parameters.count, w = parameters.elements.doubles
        let gradient = Vector(count: count)
        let value = objective.gradient(at: parameters, into: gradient)
        expectClose(value, loss(w), within: tolerance * loss(w), "loss", at: location)
        let h = 1e-5
        let differences = w.indices.map { i in
            var up = w, down = w
            up[i] += h
            down[i] -= h
            return (loss(up) - loss(down)) / (2 * h)
        }
        expectClose(gradient.elements, differences, within: tolerance, "gradient against central differences", at: location)
        let v = randomVector(count, seed: 11), u = randomVector(count, seed: 12)
        let hv = Vector(count: count), hu = Vector(count: count)
        objective.hessianProduct(along: v, into: hv)
        objective.hessianProduct(along: u, into: hu)
        expectClose(
            hv.elements, plainProduct(along: v.elements.doubles), within: tolerance, "Hessian–vector product", at: location)
        expectClose(
            inner(hv.elements, u.elements), inner(hu.elements, v.elements),
            within: tolerance * norm(hv.elements) * norm(u.elements), "⟨Hv, u⟩ and ⟨Hu, v⟩", at: location)
    }

    /// Every column of the Hessian against the full matrix, whose column i is the central difference of the double
    /// gradient (itself exact) along parameter i.
    func runFullHessian(at location: SourceLocation = #_sourceLocation) {
        let objective = Objective(network, on: batch, device: Device())
        let count = parameters.count, w = parameters.elements.doubles, h = 1e-4
        func gradient(_ w: [Double]) -> [Double] {
            w.indices.map { i in loss(w.indices.map { HyperDual(w[$0], $0 == i ? 1 : 0, 0) }).first }
        }
        let g = Vector(count: count), unit = Vector(count: count), column = Vector(count: count)
        _ = objective.gradient(at: parameters, into: g)
        expectClose(g.elements, gradient(w), within: tolerance, "gradient", at: location)
        var found: [Float] = [], expected: [Double] = []
        for i in 0..<count {
            unit.fill(0)
            unit[i] = 1
            objective.hessianProduct(along: unit, into: column)
            found += column.elements
            var up = w, down = w
            up[i] += h
            down[i] -= h
            expected += zip(gradient(up), gradient(down)).map { ($0 - $1) / (2 * h) }
        }
        expectClose(found, expected, within: tolerance, "Hessian", at: location)
    }

    /// The same bits with 1, 2 and 4 threads, and whether intermediate results are kept or computed anew.
    func runBits(at location: SourceLocation = #_sourceLocation) {
        let expected = bits(threads: 1, memory: 1 << 30)
        #expect(expected.allSatisfy { $0.elements.allSatisfy(\.isFinite) }, sourceLocation: location)
        for (threads, memory) in [(2, 1 << 30), (4, 1 << 30), (3, 0)] {
            for (vector, other) in zip(bits(threads: threads, memory: memory), expected) {
                expectSameBits(vector, other, "\(threads) threads, \(memory) bytes", at: location)
            }
        }
    }

    /// The gradient and two Hessian–vector products.
    private func bits(threads: Int, memory: Int) -> [Vector] {
        let objective = Objective(network, on: batch, device: Device(threads: threads), memory: memory)
        let results = (0..<3).map { _ in Vector(count: parameters.count) }
        _ = objective.gradient(at: parameters, into: results[0])
        objective.hessianProduct(along: randomVector(parameters.count, seed: 13), into: results[1])
        objective.hessianProduct(along: results[0], into: results[2])
        return results
    }
}
