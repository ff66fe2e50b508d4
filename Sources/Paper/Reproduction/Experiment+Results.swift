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
            + (window == nil
                ? []
                : [Stage.Input("\(experiment.name)/\(label)/window", from: windowStageName, files: ["window.tsv"])])
            + (comparison == nil
                ? []
                : [
                    Stage.Input(
                        "\(experiment.name)/\(label)/comparison", from: comparisonStageName, files: ["measurements.tsv"])
                ])
    }

    /// The stage that measures its window.
    var windowStageName: String { "window/\(experiment.name)/\(label)" }

    /// The stage that measures it with the second estimator.
    var comparisonStageName: String { "measure-again/\(experiment.name)/\(label)" }
}

extension Experiment {
    /// What a stage that reads the experiment's tables must know of it.
    func resultParameters(source: DataSource) -> ExperimentParameters {
        ExperimentParameters(
            name: name, title: title, source: source, fullBatch: isFullBatch, steps: steps, interval: interval,
            learningRates: learningRates,
            runs: runs.map {
                .init(
                    label: $0.label, optimiser: $0.optimiser, learningRate: $0.learningRate, seed: $0.seed,
                    hasWindow: $0.window != nil, hasComparison: $0.comparison != nil)
            })
    }
}
