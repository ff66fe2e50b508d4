import Kernels
import Networks

/// The steps of an optimiser, one after the other, on parameters that it changes in place.
///
/// The same steps as those of a training, so that parameters between two snapshots come out with the same bytes.
package final class Stepper {
    /// Where the steps have come to, [parameters].
    package let parameters: Vector
    private let optimiser: any Optimiser
    private let learningRate: Double
    private let device: Device
    private let objective: Objective
    private let gradient: Vector
    private let perturbed: Vector
    private let direction: Vector
    private var norm = 0.0

    /// Steps from `parameters` on, which it keeps and changes.
    ///
    /// - Parameter batch: any batch of the size of those to come.
    package init(
        _ network: Network, _ optimiser: any Optimiser, learningRate: Double, from parameters: Vector, device: Device,
        batch: Batch
    ) {
        (self.parameters, self.optimiser, self.learningRate, self.device) = (parameters, optimiser, learningRate, device)
        let count = network.layout.count
        (gradient, perturbed) = (device.vector(count: count), device.vector(count: count))
        direction = device.vector(count: count)
        // Without products there is nothing to keep intermediate results for.
        objective = Objective(network, on: batch, device: device, memory: 0)
    }

    /// The loss and ‖g‖ on a batch, which is the one of the step to come.
    package func gradient(on batch: Batch) -> (loss: Double, norm: Double) {
        objective.batch = batch
        let loss = objective.gradient(at: parameters, into: gradient)
        norm = Sums.norm(gradient, device: device)
        return (loss, norm)
    }

    /// The step whose gradient was taken last.
    ///
    /// - Parameter checkCancellation: is called before the parameters change; what it throws leaves them as they were.
    package func advance(checkCancellation: () throws -> Void = {}) rethrows {
        objective.gradient(
            from: parameters, up: optimiser.ascent(gradientNorm: norm), along: gradient, perturbed: perturbed, into: direction,
            device: device)
        try checkCancellation()
        Elementwise.add(-Float(learningRate), direction, to: parameters, device: device)
    }
}
