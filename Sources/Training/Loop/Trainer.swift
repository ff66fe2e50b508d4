import Formats
import Kernels
import Networks

/// How a network is trained.
package struct TrainingSettings: Sendable {
    /// The rule of the steps.
    package var optimiser: any Optimiser
    /// The step size η.
    package var learningRate: Double
    /// The number of steps.
    package var steps: Int
    /// A snapshot is taken at every step that this divides, and at the end.
    package var interval: Int
    /// Whether the powers of two below `interval` have snapshots too: what the first steps change falls between two of the others.
    package var early: Bool

    /// Settings for `steps` steps of size `learningRate`, with a snapshot every `interval` steps.
    ///
    /// - Precondition: the step size is above 0, both counts at least 1.
    package init(_ optimiser: any Optimiser, learningRate: Double, steps: Int, interval: Int, early: Bool = false) {
        precondition(
            learningRate > 0 && steps >= 1 && interval >= 1,
            "training with η = \(learningRate), \(steps) steps, interval \(interval)")
        (self.optimiser, self.learningRate, self.steps, self.interval) = (optimiser, learningRate, steps, interval)
        self.early = early
    }

    /// The steps at which snapshots are taken: 0, interval, 2·interval, …, steps; with `early` 0, 1, 2, 4, 8, …, interval, ….
    package var snapshotSteps: [Int] { (0...steps).filter(hasSnapshot) }

    /// Whether a snapshot is taken at a step.
    func hasSnapshot(at step: Int) -> Bool {
        step % interval == 0 || step == steps || early && step < interval && step & (step - 1) == 0
    }
}

/// How a training ended.
package struct TrainingOutcome: Sendable, Hashable {
    /// The first step at which the loss or the gradient was not finite, or `nil`.
    package var divergedAt: Int?
    /// The steps whose snapshots were taken.
    package var snapshots: [Int]
}

/// A training by an optimiser, with snapshots from which a killed one goes on.
///
/// All gradients of a step are on its batch. The training log has a row for each step 0 … `steps`: the loss and ‖g‖ before the step; the last row is measured only.
package struct Trainer {
    /// Optimiser, step size, number of steps and distance of the snapshots.
    package let settings: TrainingSettings
    /// The network that is trained; `layout` says where its tensors lie in the parameters.
    package let network: Network
    /// The batch of each step.
    package let batch: (_ step: Int) -> Batch
    /// The threads that all gradients use; their number changes no bit of the result.
    package let device: Device

    /// A training that has not begun.
    ///
    /// - Parameter batch: gives the batch of a step, for the steps 0 … `steps`, always of the same size; the same step must give
    ///   the same batch, so that an interrupted training can go on.
    package init(
        _ network: Network, settings: TrainingSettings, device: Device, batch: @escaping (_ step: Int) -> Batch
    ) {
        (self.network, self.settings, self.device, self.batch) = (network, settings, device, batch)
    }

    /// Trains from `initial`, or from where `checkpoints` lead, to the end.
    ///
    /// - Parameters:
    ///   - checkpoints: receives `training.tsv` and the snapshots; what it holds already is gone on from, with the same
    ///     bytes at the end as without the interruption.
    ///   - checkCancellation: is called after every gradient, before anything of it is kept; what it throws ends the training
    ///     in a state that can be gone on from.
    ///   - observe: is called after every step; what it throws ends the training in a state that can be gone on from.
    ///
    /// Before a snapshot is kept, a chunk of its gradient is computed again on the processor (`Probe`).
    /// - Throws: what `checkpoints` and `observe` throw, and what is wrong with the device. Divergence is a result, not an error.
    package func train(
        from initial: Vector, checkpoints: some CheckpointStore, checkCancellation: () throws -> Void = {},
        observe: (_ step: Int, _ loss: Double) throws -> Void = { _, _ in }
    ) throws -> TrainingOutcome {
        let probe = Probe(network, on: device)
        var journal = try Journal(checkpoints, settings: settings)
        let parameters: Vector
        var step = 0
        if let (last, bytes) = journal.last {
            parameters = device.copy(of: try Snapshot.parameters(in: Safetensors(reading: bytes), layout: network.layout))
            step = last
        } else {
            parameters = device.copy(of: initial)
            try journal.record(step: 0, snapshot: Snapshot.bytes(of: parameters, layout: network.layout), in: checkpoints)
        }
        let stepper = Stepper(
            network, settings.optimiser, learningRate: settings.learningRate, from: parameters, device: device, batch: batch(step)
        )
        while true {
            let (loss, norm) = stepper.gradient(on: batch(step))
            try checkCancellation()
            guard loss.isFinite, norm.isFinite else {
                try journal.finish(divergedAt: step, in: checkpoints)
                return TrainingOutcome(divergedAt: step, snapshots: journal.steps)
            }
            journal.add(step: step, loss: loss, gradientNorm: norm)
            if step == settings.steps { break }
            try stepper.advance(checkCancellation: checkCancellation)
            step += 1
            if settings.hasSnapshot(at: step) {
                try probe?.check(batch(step), at: parameters)
                let snapshot = Snapshot.bytes(of: parameters, layout: network.layout)
                if let failure = device.failure { throw failure }
                try journal.record(step: step, snapshot: snapshot, in: checkpoints)
            }
            try observe(step, loss)
        }
        try journal.finish(divergedAt: nil, in: checkpoints)
        return TrainingOutcome(divergedAt: nil, snapshots: journal.steps)
    }
}
