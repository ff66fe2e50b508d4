import Kernels

/// Whether a device still computes what the processor does: a chunk of a batch's gradient, and of a product, on both.
///
/// A lasting lie shows at the next probe; a single wrong number between two of them does not.
package struct Probe {
    private let network: Network
    private let device: Device

    /// `nil` on the processor, where there is nothing to ask.
    package init?(_ network: Network, on device: Device) {
        if !device.isOpenCL { return nil }
        (self.network, self.device) = (network, device)
    }

    /// Computes the gradient of the first chunk of a batch, and the Hessian's product with that, on the device and on the processor.
    ///
    /// - Throws: `OpenCLError.differs` where the bytes are not the same, or what failed on the device.
    package func check(_ batch: Batch, at parameters: Vector) throws(OpenCLError) {
        let examples = min(network.examplesPerChunk, batch.inputs.rows / network.rowsPerExample.input)
        let inputs = batch.inputs.rows(0..<examples * network.rowsPerExample.input)
        let part = Batch(inputs: inputs, labels: Array(batch.labels[..<(examples * network.rowsPerExample.label)]))
        func results(on device: Device) -> [[Float]] {
            let point = device.copy(of: parameters), count = point.count
            let gradient = device.vector(count: count), product = device.vector(count: count)
            let objective = Objective(network, on: part, device: device)
            _ = objective.gradient(at: point, into: gradient)
            objective.hessianProduct(along: gradient, into: product)
            return [gradient.elements, product.elements]
        }
        let found = results(on: device), expected = results(on: Device())
        if let failure = device.failure { throw failure }
        for (what, (x, y)) in zip(["gradient", "Hessian's product with it"], zip(found, expected)) {
            let index = zip(x, y).enumerated().first { $1.0.bitPattern != $1.1.bitPattern && !($1.0.isNaN && $1.1.isNaN) }?.offset
            if let index {
                throw .differs(
                    device: device.name, test: "the first \(examples) examples' \(what)",
                    how: "element \(index): \(x[index]) came, \(y[index]) is right")
            }
        }
    }
}
