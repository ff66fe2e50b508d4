import Formats
import Kernels
import Networks
import Pipeline
import Training

/// Trains a network by gradient descent or SAM: `snapshots/…`, `training.tsv` and `outcome.json`.
struct TrainStage: StageKind {
    var name: String { "train" }
    var modules: [String] {
        ["Formats", "Kernels", "Networks", "Training", "Datasets", "Paper/Running", "Paper/Learning", "Paper/Training"]
     }

    func run(_ run: StageRun) throws {
        let parameters = StageParameters(json: run.parameters)
        let architecture = try Architecture(parameters.object("network"))
        let settings = TrainingSettings(
            learningRate: try parameters.number("learning_rate"), radius: try parameters.number("radius"),
            steps: try parameters.integer("steps"), interval: try parameters.integer("interval"))
        let seed = UInt64(try parameters.integer("seed"))
        let data = try TrainingData(
            run.input("data")["train.safetensors"], architecture: architecture,
            batchSize: try parameters.optionalInteger("batch_size"), seed: seed)
        let trainer = Trainer(
            data.network, settings: settings, workers: Workers(threads: run.threads), batch: data.batch(at:))
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
