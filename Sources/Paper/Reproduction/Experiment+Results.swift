import Kernels
import Pipeline

extension Run {
    /// The inputs of a stage that reads the run's tables.
    var resultInputs: [Stage.Input] {
        [
            // Of checkpoints from elsewhere the loss is known where they are measured.
            Stage.Input(
                "\(experiment.name)/\(label)/training",
                from: "\(experiment.isTrained ? "train" : "measure")/\(experiment.name)/\(label)",
                files: experiment.isTrained ? ["training.tsv", "outcome.json"] : ["measurements.tsv"]),
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
            }, guess: guess)
    }

    /// What guessing the same for every image comes to; `nil` of a text.
    var guess: Guess? {
        if network.isForText { return nil }
        let classes = Double(network.classes)
        let loss =
            switch network.loss {
            case .meanSquaredError: (classes - 1) / (classes * classes)
            case .halfMeanSquaredError: (classes - 1) / (classes * classes) / 2
            case .crossEntropy: Functions.log(classes)
            }
        return Guess(loss: loss, error: (classes - 1) / classes)
    }
}
