import Testing

import Kernels
@testable import Networks

/// A perceptron of given sizes beside its oracle, at random parameters: biases as well, which start at 0 otherwise.
struct PerceptronCase: Sendable, CustomTestStringConvertible {
    let sizes: [Int]
    let rows: Int

    var testDescription: String { "\(sizes.map(String.init).joined(separator: "–")), \(rows) examples" }

    var network: Network {
        .multilayerPerceptron(
            inputs: sizes[0], width: sizes.count > 2 ? sizes[1] : 1, depth: sizes.count - 1, classes: sizes[sizes.count - 1])
    }
    var batch: Batch { randomBatch(rows, features: sizes[0], classes: sizes[sizes.count - 1]) }
    var parameters: Vector { randomVector(network.layout.count, seed: 8, scale: 0.4) }
    var oracle: PlainPerceptron { PlainPerceptron(sizes: sizes, batch: batch) }

    static let all = [
        PerceptronCase(sizes: [5, 3], rows: 4), PerceptronCase(sizes: [6, 7, 3], rows: 9),
        PerceptronCase(sizes: [10, 13, 13, 4], rows: 30), PerceptronCase(sizes: [40, 33, 33, 33, 10], rows: 70),
    ]
}

@Suite struct PerceptronTests {
    /// The oracle itself against the definition of a derivative.
    @Test(arguments: PerceptronCase.all.prefix(3)) func theOracleIsTheDerivativeOfItsLoss(of perceptron: PerceptronCase) {
        let oracle = perceptron.oracle, step = 1e-5
        let w = perceptron.parameters.elements.map(Double.init)
        func moved(_ i: Int, by distance: Double) -> [Double] {
            var moved = w
            moved[i] += distance
            return moved
        }
        let gradient = oracle.gradient(w)
        for i in w.indices {
            let slope = (oracle.loss(moved(i, by: step)) - oracle.loss(moved(i, by: -step))) / (2 * step)
            expectClose(slope, gradient[i], within: 1e-9, "derivative \(i)")
        }
        for i in w.indices where i % 10 == 0 {
            let column = oracle.hessianProduct(w, along: w.indices.map { $0 == i ? 1 : 0 })
            let (plus, minus) = (oracle.gradient(moved(i, by: step)), oracle.gradient(moved(i, by: -step)))
            for j in w.indices { expectClose((plus[j] - minus[j]) / (2 * step), column[j], within: 1e-8, "element (\(i), \(j))") }
        }
    }

    @Test(arguments: PerceptronCase.all) func lossAndGradientAreTheOracles(of perceptron: PerceptronCase) {
        let w = perceptron.parameters
        let objective = Objective(perceptron.network, on: perceptron.batch, device: Device())
        let gradient = Vector(count: w.count)
        let loss = objective.gradient(at: w, into: gradient)
        let exact = w.elements.map(Double.init)
        let expected = perceptron.oracle.loss(exact)
        expectClose(loss, expected, within: 5e-7 * expected, "loss")
        expectClose(gradient.elements, perceptron.oracle.gradient(exact), within: 5e-7, "gradient")
        #expect(objective.loss(at: w) == loss)
    }

    /// The whole Hessian, a column at a time.
    @Test(arguments: PerceptronCase.all.prefix(3)) func hessianColumnsAreTheOracles(of perceptron: PerceptronCase) {
        let w = perceptron.parameters, n = w.count, oracle = perceptron.oracle
        let objective = Objective(perceptron.network, on: perceptron.batch, device: Device())
        let gradient = Vector(count: n), column = Vector(count: n), axis = Vector(count: n)
        _ = objective.gradient(at: w, into: gradient)
        let exact = w.elements.map(Double.init)
        var values: [Float] = [], expected: [Double] = []
        for i in 0..<n {
            axis[i] = 1
            objective.hessianProduct(along: axis, into: column)
            values += column.elements
            expected += oracle.hessianProduct(exact, along: (0..<n).map { $0 == i ? 1 : 0 })
            axis[i] = 0
        }
        expectClose(values, expected, within: 5e-7, "Hessian")
    }

    @Test(arguments: PerceptronCase.all) func hessianProductsAreTheOracles(of perceptron: PerceptronCase) {
        let w = perceptron.parameters, v = randomVector(w.count, seed: 5)
        let objective = Objective(perceptron.network, on: perceptron.batch, device: Device(threads: 2))
        let product = Vector(count: w.count)
        _ = objective.gradient(at: w, into: product)
        objective.hessianProduct(along: v, into: product)
        let expected = perceptron.oracle.hessianProduct(w.elements.map(Double.init), along: v.elements.map(Double.init))
        expectClose(product.elements, expected, within: 1e-6, "product")
    }

    @Test(arguments: PerceptronCase.all) func theHessianIsSymmetricAndLinear(of perceptron: PerceptronCase) {
        let w = perceptron.parameters, n = w.count, device = Device()
        let u = randomVector(n, seed: 5), v = randomVector(n, seed: 6)
        let objective = Objective(perceptron.network, on: perceptron.batch, device: device)
        let hu = Vector(count: n), hv = Vector(count: n), mixed = Vector(count: n), hMixed = Vector(count: n)
        _ = objective.gradient(at: w, into: hu)
        objective.hessianProduct(along: u, into: hu)
        objective.hessianProduct(along: v, into: hv)
        let scale = Sums.norm(u, device: device) * Sums.norm(hv, device: device)
        expectClose(
            Sums.dot(u, hv, device: device), Sums.dot(v, hu, device: device), within: 5e-7 * scale, "⟨u, Hv⟩ and ⟨v, Hu⟩")

        Elementwise.scale(u, by: -0.7, into: mixed, device: device)
        Elementwise.add(1.3, v, to: mixed, device: device)
        objective.hessianProduct(along: mixed, into: hMixed)
        let expected = zip(hu.elements, hv.elements).map { -Double(Float(0.7)) * Double($0) + Double(Float(1.3)) * Double($1) }
        expectClose(hMixed.elements, expected, within: 1e-6, "H(au + bv)")
    }

    @Test(arguments: PerceptronCase.all) func theGradientFromAWayUpIsItsDefinition(of perceptron: PerceptronCase) {
        let w = perceptron.parameters, n = w.count, device = Device(), radius = 0.3
        let objective = Objective(perceptron.network, on: perceptron.batch, device: device)
        let g = Vector(count: n), perturbed = Vector(count: n), sam = Vector(count: n)
        _ = objective.gradient(at: w, into: g)
        objective.gradient(
            from: w, up: radius / Sums.norm(g, device: device), along: g, perturbed: perturbed, into: sam, device: device)
        let exact = w.elements.map(Double.init), gradient = perceptron.oracle.gradient(exact)
        let norm = gradient.reduce(0) { $0 + $1 * $1 }.squareRoot()
        let moved = zip(exact, gradient).map { $0 + radius * $1 / norm }
        expectClose(perturbed.elements, moved, within: 1e-7, "w⁺")
        expectClose(sam.elements, perceptron.oracle.gradient(moved), within: 1e-6, "∇ℓ(w⁺)")

        objective.gradient(from: w, up: 0, along: g, perturbed: perturbed, into: sam, device: device)
        expectSameBits(sam, g, "without a way up")
        expectSameBits(perturbed, w)
    }

    @Test func aZeroGradientMovesNothing() {
        let network = Network.multilayerPerceptron(inputs: 3, width: 2, depth: 2, classes: 2)
        let objective = Objective(network, on: randomBatch(4, features: 3, classes: 2), device: Device())
        let w = randomVector(network.layout.count, seed: 1), zero = Vector(count: w.count)
        let perturbed = Vector(count: w.count), sam = Vector(count: w.count)
        objective.gradient(from: w, up: 0.5 / 1e-5, along: zero, perturbed: perturbed, into: sam, device: Device())
        expectSameBits(perturbed, w)
        #expect(sam.elements.allSatisfy { $0.isFinite })
    }
}
