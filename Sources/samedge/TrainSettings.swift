import Curvature
import Formats
import Paper

/// The settings of one run of the user's own, under the field's names; the defaults are the laptop profile's.
struct TrainSettings {
    static let options = [
        Option("--dataset", value: "NAME", "mnist, cifar10 or tiny_shakespeare (default: mnist)"),
        Option("--architecture", value: "NAME", "mlp, cnn or transformer (default: the one for the data set)"),
        Option("--depth", value: "N", "mlp: linear layers (default: 4)"),
        Option("--width", value: "N", "mlp: units of each hidden layer (default: 200)"),
        Option("--blocks", value: "N", "cnn: blocks of convolutions with a pooling each (default: 2)"),
        Option("--layers-per-block", value: "N", "cnn: convolutions of a block (default: 1)"),
        Option("--feature-multiplier", value: "N", "cnn: channels of the first block (default: 16)"),
        Option("--layers", value: "N", "transformer: layers (default: 2)"),
        Option("--heads", value: "N", "transformer: heads of attention (default: 4)"),
        Option("--key-size", value: "N", "transformer: size of a head (default: 16)"),
        Option("--model-size", value: "N", "transformer: width of the residual stream (default: 64)"),
        Option("--sequence-length", value: "N", "tiny_shakespeare: characters of an example (default: 64)"),
        Option("--batch-size", value: "N", "examples of a step (default: all; 32 of tiny_shakespeare)"),
        Option("--learning-rate", value: "X", "the step size η (default: 0.1; 0.003 of cnn)"),
        Option("--rho", value: "X", "the radius ρ of SAM; 0 is gradient descent (default: 0)"),
        Option("--examples", value: "N", "training examples (default: 1000; 500 of cifar10; all of tiny_shakespeare)"),
        Option("--test-examples", value: "N", "test examples that are prepared (default: 1000)"),
        Option("--steps", value: "N", "training steps (default: 1000)"),
        Option("--interval", value: "N", "steps between measurements (default: a fortieth of the steps)"),
        Option("--estimator", value: "exact|official", "how ‖H‖ is measured (default: exact)"),
        Option("--principal-components", value: "N", "how many eigenvalues are measured, up to all (default: 1)"),
        Option("--curvatures", "measure the curvature along the gradient and the SAM gradient too"),
        Option("--probe", value: "N", "measure ‖H‖ on the first N examples too, the same at every check"),
        Option("--test", "measure loss and error on the test examples too"),
        Option("--eigenvectors", "keep the principal eigenvector, the gradient and a Hessian product of every check"),
        Option("--seed", value: "N", "decides the initial parameters and the batches (default: 0)"),
        Option("--output", short: "o", value: "FOLDER", "where the results are copied to (default: figures/train)"),
    ]

    /// The run as an experiment.
    let experiment: Experiment
    /// The folder asked for.
    let output: String?

    /// Reads a call's options.
    ///
    /// - Throws: `UsageError` for a value that is none of those possible, or that another option rules out.
    init(_ arguments: Arguments) throws {
        let dataset = try Self.dataset(arguments), architecture = try Self.architecture(arguments, for: dataset)
        let steps = try arguments.count("--steps") ?? 1000
        let components = try arguments.count("--principal-components") ?? 1
        let isOfficial = try arguments.choice("--estimator", among: ["exact", "official"]) == "official"
        var experiment = Experiment(
            "run", "\(architecture.title) on \(dataset.title)", on: try Self.selection(arguments, of: dataset),
            network: architecture, batchSize: try arguments.count("--batch-size") ?? dataset.usual.batchSize,
            learningRate: try arguments.number("--learning-rate", above: 0) ?? (architecture.isConvolutional ? 0.003 : 0.1),
            optimiser: .sam(try arguments.number("--rho", from: 0) ?? 0), steps: steps,
            interval: try arguments.count("--interval") ?? max(1, steps / 40),
            seed: try arguments.count("--seed", from: 0) ?? 0,
            estimator: isOfficial
                ? .official(OfficialPowerIteration(count: components)) : .exact(Lanczos(count: components)))
        experiment.extras = MeasuringExtras(
            curvatures: arguments.has("--curvatures"), probe: try arguments.count("--probe") ?? 0, test: arguments.has("--test"),
            vectors: arguments.has("--eigenvectors"))
        let dimension = experiment.network.network(for: experiment.data.shape).layout.count
        if components > dimension {
            throw UsageError.badValue(
                "\(components)", Self.options.first { $0.name == "--principal-components" }!,
                expected: "at most \(dimension), the number of parameters of this network", near: [])
        }
        self.experiment = experiment
        output = arguments.value("--output")
    }

    private static func dataset(_ arguments: Arguments) throws -> Dataset {
        try arguments.choice("--dataset", among: Dataset.all.map(\.name)).flatMap { name in Dataset.all.first { $0.name == name }
        } ?? .mnist
    }

    private static func selection(_ arguments: Arguments, of dataset: Dataset) throws -> DataSelection {
        DataSelection(
            dataset, examples: try arguments.count("--examples") ?? dataset.usual.examples,
            testExamples: try arguments.count("--test-examples") ?? 1000,
            sequenceLength: try dataset.usual.sequenceLength.map { try arguments.count("--sequence-length") ?? $0 })
    }

    /// The options that only one architecture has.
    private static let ownOptions = [
        "mlp": ["--depth", "--width"], "cnn": ["--blocks", "--layers-per-block", "--feature-multiplier"],
        "transformer": ["--layers", "--heads", "--key-size", "--model-size"],
    ]

    private static func architecture(_ arguments: Arguments, for dataset: Dataset) throws -> Architecture {
        let fitting = dataset.usual.networks
        let name = try arguments.choice("--architecture", among: ["mlp", "cnn", "transformer"]) ?? fitting[0]
        guard fitting.contains(name) else { throw UsageError.unfitting("\(name) on \(dataset.name)", fitting: fitting) }
        for (other, options) in ownOptions.sorted(by: { $0.key < $1.key }) where other != name {
            for option in options where arguments.has(option) {
                throw UsageError.unfitting("\(option) with the architecture \(name)", fitting: ownOptions[name] ?? [])
            }
        }
        func count(_ option: String, _ standard: Int) throws -> Int { try arguments.count(option) ?? standard }
        return switch name {
        case "mlp": .multilayerPerceptron(width: try count("--width", 200), depth: try count("--depth", 4))
        case "cnn":
            .convolutional(
                blocks: try count("--blocks", 2), layersPerBlock: try count("--layers-per-block", 1),
                featureMultiplier: try count("--feature-multiplier", 16))
        default:
            .transformer(
                modelSize: try count("--model-size", 64), layers: try count("--layers", 2), heads: try count("--heads", 4),
                keySize: try count("--key-size", 16))
        }
    }
}

extension Architecture {
    fileprivate var title: String {
        switch self {
        case .multilayerPerceptron: "MLP"
        case .convolutional: "CNN"
        case .transformer: "transformer"
        }
    }

    fileprivate var isConvolutional: Bool { if case .convolutional = self { true } else { false } }
}
