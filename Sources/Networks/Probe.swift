import Kernels

/// Whether a device still computes what the processor does: a chunk of a batch's gradient, and of a product, on both.
///
/// A lasting lie shows at the next probe; a single wrong number between two of them does not.
package struct Probe {
    private let network: Network
    private let device: Device
    private let processor: Device

    /// `nil` on the processor, where there is nothing to ask.
    package init?(_ network: Network, on device: Device) {
        if !device.isOpenCL { return nil }
        (self.network, self.device, processor) = (network, device, Device(threads: device.processorThreads))
    }

    /// How many of a batch's examples are computed again.
    package static func examples(of count: Int, _ network: Network) -> Int { min(network.examplesPerChunk, count) }

    /// Computes for the first chunk of a batch the loss, the gradient, its norm, a step along it and the Hessian's product with it, on
    /// the device and on the processor.
    ///
    /// Costs about three gradients of a chunk on either.
    /// - Throws: `OpenCLError.differs` where the bytes are not the same, or what failed on the device.
    package func check(_ batch: Batch, at parameters: Vector) throws(OpenCLError) {
        let examples = Self.examples(of: batch.inputs.rows / network.rowsPerExample.input, network)
        let part = batch.first(examples * network.rowsPerExample.input, labels: examples * network.rowsPerExample.label)
        let found = results(part, at: parameters, on: device)
        if let failure = device.failure { throw failure }
        let expected = results(part, at: parameters, on: processor)
        for (what, x, y) in zip(found, expected).map({ ($0.what, $0.numbers, $1.numbers) }) {
            let index = zip(x, y).enumerated().first { !isSame($1.0, $1.1) }?.offset
            if let index {
                throw .differs(
                    device: device.name, test: "the first \(examples) examples' \(what)",
                    how: "element \(index): \(x[index]) came, \(y[index]) is right")
            }
        }
    }

    private func results(_ batch: Batch, at parameters: Vector, on device: Device) -> [(what: String, numbers: [Double])] {
        let point = device.copy(of: parameters), count = point.count
        let gradient = device.vector(count: count), product = device.vector(count: count), step = device.vector(count: count)
        let objective = Objective(network, on: batch, device: device)
        let loss = objective.gradient(at: point, into: gradient)
        Elementwise.sum(point, plus: -0.1, gradient, into: step, device: device)
        objective.hessianProduct(along: gradient, into: product)
        func numbers(_ vector: Vector) -> [Double] { vector.elements.map(Double.init) }
        return [
            ("loss and gradient's norm", [loss, Sums.norm(gradient, device: device)]), ("gradient", numbers(gradient)),
            ("step", numbers(step)), ("Hessian's product with the gradient", numbers(product)),
        ]
    }
}
