import Formats
import Kernels
import Networks
import Pipeline
import Training

/// Trains a network by gradient descent or SAM: `snapshots/…`, `training.tsv` and `outcome.json`.
struct TrainStage: StageKind {
    var name: String { "train" }
    var modules: [String] { ["Formats", "Kernels", "Networks", "Training", "Paper/Running"] }

    func run(_ run: StageRun) throws {
        let parameters = StageParameters(json: run.parameters)
        let architecture = try Architecture(parameters.object("network"))
        let settings = TrainingSettings(
            learningRate: try parameters.number("learning_rate"), radius: try parameters.number("radius"),
            steps: try parameters.integer("steps"), interval: try parameters.integer("interval"))
        let data = try TrainingData(run.input("data")["train.safetensors"], architecture: architecture)
        let trainer = Trainer(
            data.network, settings: settings, workers: Workers(threads: run.threads), batch: data.batch(at:))
        let seed = UInt64(try parameters.integer("seed"))
        let outcome = try trainer.train(
            from: data.network.layout.initialParameters(seed: seed), checkpoints: try StageCheckpoints(run: run)
        ) { step, loss in
            run.progress(step: step, of: settings.steps, detail: "loss \(significant(loss))")
            try run.checkCancellation()
        }
        if let step = outcome.divergedAt { run.log("diverged: the loss is not finite at step \(step)") }
        for file in ["training.tsv", "outcome.json"] + outcome.snapshots.map(Snapshot.path(step:)) {
            try run.keepCheckpoint(file)
        }
    }
}

/// A stage's checkpoint folder as a training's.
struct StageCheckpoints: CheckpointStore {
    let run: StageRun
    private let names: Set<String>

    init(run: StageRun) throws {
        self.run = run
        names = Set(try run.checkpointPaths())
    }

    func read(_ name: String) throws -> [UInt8]? {
        guard names.contains(name) else { return nil }
        return try FileBytes.read(run.checkpoints + "/" + name)
    }

    func write(_ bytes: [UInt8], to name: String) throws { try run.writeCheckpoint(bytes, to: name) }
}

/// A number with four significant digits, for progress lines.
func significant(_ value: Double) -> String {
    guard value.isFinite, value != 0 else { return "\(value)" }
    var scale = 1.0, digits = 0
    while value.magnitude * scale < 1000, digits < 12 { scale *= 10; digits += 1 }
    return shortestText((value * scale).rounded() / scale)
}
