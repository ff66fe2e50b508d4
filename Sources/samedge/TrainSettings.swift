import Curvature
import Formats
import Paper

/// The settings of one run of the user's own, under the field's names; the defaults are the laptop profile's.
struct TrainSettings {
    static let options = [
        Option("--dataset", value: "NAME", "mnist, cifar10 or tiny_shakespeare (default: mnist)"),
        Option("--architecture", value: "NAME", "mlp, cnn or transformer (default: the one for the data set)"),
        Option("--depth", value: "N", in: 1...1000, "mlp: linear layers (default: 4)"),
        Option("--width", value: "N", in: 1...1_000_000, "mlp: units of each hidden layer (default: 200)"),
        Option("--blocks", value: "N", in: 1...5, "cnn: blocks of convolutions with a pooling each (default: 2)"),
        Option("--layers-per-block", value: "N", in: 1...1000, "cnn: convolutions of a block (default: 1)"),
        Option("--feature-multiplier", value: "N", in: 1...65_536, "cnn: channels of the first block (default: 16)"),
        Option("--layers", value: "N", in: 1...1000, "transformer: layers (default: 2)"),
        Option("--heads", value: "N", in: 1...10_000, "transformer: heads of attention (default: 4)"),
        Option("--key-size", value: "N", in: 1...10_000, "transformer: size of a head (default: 16)"),
        Option("--model-size", value: "N", in: 1...1_000_000, "transformer: width of the residual stream (default: 64)"),
        Option("--sequence-length", value: "N", in: 1...100_000, "tiny_shakespeare: characters of an example (default: 64)"),
        Option("--batch-size", value: "N", in: 1...1_000_000, "examples of a step (default: all; 32 of tiny_shakespeare)"),
        Option("--learning-rate", value: "X", "the step size η (default: 0.1; 0.003 of cnn)"),
        Option("--rho", value: "X", "the radius ρ of SAM; 0 is gradient descent (default: 0)"),
        Option(
            "--examples", value: "N", in: 1...1_000_000,
            "training examples (default: 1000; 500 of cifar10; all of tiny_shakespeare)"),
        Option("--test-examples", value: "N", in: 1...1_000_000, "test examples that are prepared (default: 1000)"),
        Option("--steps", value: "N", in: 1...10_000_000, "training steps (default: 1000)"),
        Option("--interval", value: "N", in: 1...10_000_000, "steps between measurements (default: a fortieth of the steps)"),
        Option("--estimator", value: "exact|official", "how ‖H‖ is measured (default: exact)"),
        Option(
            "--principal-components", value: "N", in: 1...1_000_000, "how many eigenvalues are measured, up to all (default: 1)"),
        Option("--curvatures", "measure the curvature along the gradient and the SAM gradient too"),
        Option("--probe", value: "N", in: 1...1_000_000, "measure ‖H‖ on the first N examples too, the same at every check"),
        Option("--test", "measure loss and error on the test examples too"),
        Option("--eigenvectors", "keep the principal eigenvector, the gradient and a Hessian product of every check"),
        Option("--seed", value: "N", in: 0...Int.max, "decides the initial parameters and the batches (default: 0)"),
        Option("--output", short: "o", value: "FOLDER", "where the results are copied to (default: figures/train)"),
    ]

    /// The run as an experiment.
    let experiment: Experiment
    /// The folder asked for.
    let output: String?

    /// Reads a call's options.
    ///
    /// - Parameter memory: the bytes that the run may take.
    /// - Throws: `UsageError` for a value that is none of those possible, or that another option or the memory rules out.
    init(_ arguments: Arguments, memory: Int) throws {
        let dataset = try Self.dataset(arguments), architecture = try Self.architecture(arguments, for: dataset)
        let steps = arguments.count("--steps") ?? 1000
        let components = arguments.count("--principal-components") ?? 1
        let isOfficial = try arguments.choice("--estimator", among: ["exact", "official"]) == "official"
        let data = try Self.selection(arguments, of: dataset)
        var experiment = Experiment(
            "run", "\(architecture.title) on \(dataset.title)", on: data, network: architecture,
            batchSize: arguments.count("--batch-size") ?? dataset.usual.batchSize.map { min($0, data.examples) },
            learningRate: try arguments.number("--learning-rate", in: 1e-9...1e6) ?? (architecture.isConvolutional ? 0.003 : 0.1),
            optimiser: .sam(try arguments.number("--rho", in: 0...1e6) ?? 0), steps: steps,
            interval: arguments.count("--interval") ?? max(1, steps / 40),
            seed: arguments.count("--seed") ?? 0,
            estimator: isOfficial
                ? .official(OfficialPowerIteration(count: components)) : .exact(Lanczos(count: components)))
        experiment.extras = MeasuringExtras(
            curvatures: arguments.has("--curvatures"), probe: arguments.count("--probe") ?? 0, test: arguments.has("--test"),
            vectors: arguments.has("--eigenvectors"))
        self.experiment = experiment
        output = arguments.value("--output")
        try checkSizes(memory: memory)
    }

    private static func dataset(_ arguments: Arguments) throws -> Dataset {
        try arguments.choice("--dataset", among: Dataset.all.map(\.name))
            .flatMap { name in Dataset.all.first { $0.name == name } } ?? .mnist
    }

    private static func selection(_ arguments: Arguments, of dataset: Dataset) throws -> DataSelection {
        let tests = arguments.count("--test-examples")
        var selection = DataSelection(
            dataset, examples: arguments.count("--examples") ?? dataset.usual.examples, testExamples: tests ?? 1000,
            sequenceLength: dataset.usual.sequenceLength.map { arguments.count("--sequence-length") ?? $0 })
        // Of long sequences there are not so many.
        if tests == nil { selection.testExamples = min(selection.testExamples, selection.available.test) }
        return selection
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
        func count(_ option: String, _ standard: Int) -> Int { arguments.count(option) ?? standard }
        return switch name {
        case "mlp": .multilayerPerceptron(width: count("--width", 200), depth: count("--depth", 4))
        case "cnn":
            .convolutional(
                blocks: count("--blocks", 2), layersPerBlock: count("--layers-per-block", 1),
                featureMultiplier: count("--feature-multiplier", 16))
        default:
            .transformer(
                modelSize: count("--model-size", 64), layers: count("--layers", 2), heads: count("--heads", 4),
                keySize: count("--key-size", 16))
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
