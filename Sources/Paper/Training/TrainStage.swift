import Formats
import Kernels
import Networks
import Pipeline
import Training

/// Trains a network: `snapshots/…`, `training.tsv` and `outcome.json`.
struct TrainStage: TypedStage {
    static let kind = "train"
    static let modules = [
        "Platform/Threads", "Formats", "Kernels", "Networks", "Training", "Datasets/Batches", "Datasets/Errors", "Paper/Common",
        "Paper/Learning", "Paper/Training",
    ]

    var network: Architecture
    var optimiser: AnyOptimiser
    var learningRate: Double
    /// Decides the initial parameters and the batches.
    var seed: Int
    /// Examples of a step; `nil` for all.
    var batchSize: Int?
    var steps: Int
    /// Steps between two snapshots.
    var interval: Int
    /// Whether there are snapshots at the powers of two before the first of those.
    var early: Bool

    func run(_ run: StageRun) throws {
        let settings = TrainingSettings(
            optimiser.value, learningRate: learningRate, steps: steps, interval: interval, early: early)
        let seed = UInt64(seed)
        let data = try TrainingData(
            run.input("data")["train.safetensors"], architecture: network, batchSize: batchSize, seed: seed)
        let device = try run.openDevice()
        let trainer = Trainer(data.network, settings: settings, device: device, batch: data.batch(at:))
        let outcome = try trainer.train(
            from: data.network.layout.initialParameters(seed: seed), checkpoints: try StageCheckpoints(run: run),
            checkCancellation: { try run.check(device) }
        ) { step, loss in
            run.progress(step: step, of: settings.steps, detail: "loss \(significant(loss))\(device.place)")
            try run.check(device)
        }
        if let step = outcome.divergedAt { run.log("diverged: the loss is not finite at step \(step)") }
        for file in ["training.tsv", "outcome.json"] + outcome.snapshots.map(Snapshot.path(step:)) {
            try run.keepCheckpoint(file)
        }
    }
}
