import Testing

import Kernels
@testable import Networks

@Suite struct ObjectiveTests {
    private let network = Network.multilayerPerceptron(inputs: 20, width: 40, depth: 3, classes: 10)
    private let batch = randomBatch(2500, features: 20, classes: 10)
    private var parameters: Vector { randomVector(network.layout.count, seed: 8, scale: 0.2) }

    private struct Results {
        var loss: Double
        var gradient, product, second: Vector
    }

    /// The loss, the gradient and two products at the parameters.
    private func results(_ objective: Objective) -> Results {
        let n = network.layout.count
        let results = Results(loss: 0, gradient: Vector(count: n), product: Vector(count: n), second: Vector(count: n))
        let loss = objective.gradient(at: parameters, into: results.gradient)
        objective.hessianProduct(along: randomVector(n, seed: 5), into: results.product)
        objective.hessianProduct(along: randomVector(n, seed: 6), into: results.second)
        return Results(loss: loss, gradient: results.gradient, product: results.product, second: results.second)
    }

    private func expectSame(_ a: Results, _ b: Results, _ what: String) {
        #expect(a.loss == b.loss, "\(what): loss")
        expectSameBits(a.gradient, b.gradient, "\(what): gradient")
        expectSameBits(a.product, b.product, "\(what): first product")
        expectSameBits(a.second, b.second, "\(what): second product")
    }

    @Test func nothingIsComputedThatIsNotWantedAnyMore() {
        let objective = Objective(network, on: batch, device: Device(threads: 2) { true })
        let gradient = Vector(count: network.layout.count)
        #expect(objective.gradient(at: parameters, into: gradient) == 0)
        objective.hessianProduct(along: parameters, into: gradient)
        #expect(gradient.elements.allSatisfy { $0 == 0 })
    }

    @Test func threadsLeaveNoTrace() {
        let one = results(Objective(network, on: batch, device: Device()))
        for threads in 2...4 {
            expectSame(results(Objective(network, on: batch, device: Device(threads: threads))), one, "\(threads) threads")
        }
    }

    @Test func littleMemoryChangesNothingButTheTime() {
        let kept = results(Objective(network, on: batch, device: Device()))
        expectSame(results(Objective(network, on: batch, device: Device(), memory: 0)), kept, "no memory")
        let one = randomBatch(1000, features: 20, classes: 10)
        expectSame(
            results(Objective(network, on: one, device: Device(), memory: 0)),
            results(Objective(network, on: one, device: Device())), "no memory, one chunk")
    }

    /// In one chunk, in several, with lanes; with results kept and without.
    @Test(arguments: [4096, 256], [1, 3]) func aGradientAsideLeavesProductsWhereTheyWere(size: Int, lanes: Int) {
        let network = chunked(size, lanes: lanes)
        for memory in [0, 1 << 29] {
            let expected = results(Objective(network, on: batch, device: Device(), memory: memory))
            let objective = Objective(network, on: batch, device: Device(), memory: memory)
            let n = network.layout.count
            let gradient = Vector(count: n), other = Vector(count: n), product = Vector(count: n), elsewhere = parameters.copy()
            for i in 0..<n { elsewhere[i] += 0.01 }
            _ = objective.gradient(at: parameters, into: gradient)
            let loss = objective.gradient(at: elsewhere, into: other, aside: true)
            objective.hessianProduct(along: randomVector(n, seed: 5), into: product)
            expectSameBits(product, expected.product, "memory \(memory)")
            let alone = Vector(count: n)
            #expect(Objective(network, on: batch, device: Device()).gradient(at: elsewhere, into: alone) == loss)
            expectSameBits(other, alone, "the gradient aside")
        }
    }

    /// The gradient's sums run over examples in blocks that chunks do not cut; those of the loss and of the products take
    /// their parts in another order.
    @Test func chunksChangeNoGradient() {
        let whole = results(Objective(chunked(4096), on: batch, device: Device()))
        for size in [256, 1024] {
            let parts = results(Objective(chunked(size), on: batch, device: Device()))
            expectSameBits(parts.gradient, whole.gradient, "chunks of \(size)")
            expectClose(parts.loss, whole.loss, within: 1e-14 * whole.loss, "loss in chunks of \(size)")
            expectClose(
                parts.product.elements, whole.product.elements.map(Double.init), within: 5e-7, "product in chunks of \(size)")
        }
    }

    /// Lanes are sums of their own, so threads that take one each leave no trace; more lanes than chunks are none.
    @Test(arguments: [2, 3, 8, 20]) func threadsThatTakeLanesLeaveNoTrace(lanes: Int) {
        let network = chunked(256, lanes: lanes)
        for memory in [0, 1 << 29] {
            let one = results(Objective(network, on: batch, device: Device(), memory: memory))
            for threads in [2, 3, 4, 7] {
                let objective = Objective(network, on: batch, device: Device(threads: threads), memory: memory)
                expectSame(results(objective), one, "\(lanes) lanes, \(threads) threads, memory \(memory)")
                expectSame(results(objective), one, "the same again")
            }
            let plain = results(Objective(chunked(256), on: batch, device: Device()))
            expectClose(one.loss, plain.loss, within: 1e-14 * plain.loss, "loss")
            expectClose(one.gradient.elements, plain.gradient.elements.map(Double.init), within: 5e-7, "gradient")
            expectClose(one.product.elements, plain.product.elements.map(Double.init), within: 5e-7, "product")
        }
    }

    private func chunked(_ size: Int, lanes: Int = 1) -> Network {
        Network(network.body.layers, loss: network.loss, classes: network.classes, examplesPerChunk: size, lanes: lanes)
    }

    @Test func anotherBatchReusesTheBuffersAndLeavesNoTrace() {
        let other = randomBatch(2500, features: 20, classes: 10, seed: 4)
        for memory in [0, 1 << 29] {
            let objective = Objective(network, on: other, device: Device(), memory: memory)
            _ = results(objective)
            objective.batch = batch
            expectSame(results(objective), results(Objective(network, on: batch, device: Device())), "memory \(memory)")
        }
    }

    /// Divergence must be noticed: in the loss, which training looks at.
    @Test(arguments: [Float.nan, .infinity, -.infinity]) func whatIsNoNumberReachesTheLoss(value: Float) {
        let objective = Objective(network, on: batch, device: Device())
        let gradient = Vector(count: network.layout.count)
        for entry in network.layout.entries {
            let w = parameters
            // An infinite weight or bias of a rectified layer may be cut off; a kernel's meets inputs of both signs.
            if entry.tensor.name.hasSuffix("bias"), value < 0 { continue }
            w[entry.offset] = value
            let loss = objective.gradient(at: w, into: gradient)
            let norm = Sums.norm(gradient, device: Device())
            #expect(!(loss.isFinite && norm.isFinite), "\(entry.tensor.name): loss \(loss), ‖g‖ \(norm)")
        }
    }

    @Test func aProductBeforeAGradientIsRefused() async {
        await #expect(processExitsWith: .failure) {
            let network = Network.multilayerPerceptron(inputs: 2, width: 2, depth: 2, classes: 2)
            let objective = Objective(network, on: randomBatch(2, features: 2, classes: 2), device: Device())
            let v = Vector(count: network.layout.count)
            objective.hessianProduct(along: v, into: v.copy())
        }
    }
}
