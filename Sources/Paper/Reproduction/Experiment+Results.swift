import Formats
import Pipeline

extension Run {
    /// The inputs of a stage that reads the run's tables.
    var resultInputs: [Stage.Input] {
        [
            Stage.Input(
                "\(experiment.name)/\(label)/training", from: "train/\(experiment.name)/\(label)",
                files: ["training.tsv", "outcome.json"]),
            Stage.Input(
                "\(experiment.name)/\(label)/measurements", from: "measure/\(experiment.name)/\(label)",
                files: ["measurements.tsv"]),
        ]
    }
}

extension Experiment {
    /// What a stage that reads the experiment's tables must know of it.
    func resultParameters(source: DataSource) -> JSON {
        [
            "name": .string(name), "title": .string(title), "source": .string(source.rawValue),
            "full_batch": .bool(isFullBatch), "steps": JSON(steps), "interval": JSON(interval),
            "learning_rates": .array(learningRates.map { .number($0) }), "radii": .array(radii.map { .number($0) }),
            "runs": .array(
                runs.map {
                    [
                        "label": .string($0.label), "learning_rate": .number($0.learningRate), "radius": .number($0.radius),
                        "seed": JSON($0.seed),
                    ]
                }),
        ]
    }
}
