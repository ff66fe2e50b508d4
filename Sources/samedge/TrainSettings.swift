import Curvature
import Formats
import Networks
import Paper

/// The settings of one run of the user's own, or of a sweep, under the field's names; the defaults are the laptop profile's.
struct TrainSettings {
    static let options =
        [
            Option(
                "--dataset", value: "NAME|FILE",
                "\(alternatives(Dataset.all.map(\.name))), or a file of your own: safetensors or npz with images and labels, npy or "
                    + "IDX with --labels, CIFAR-10's .bin, a text .txt (default: mnist)"),
            Option("--labels", value: "FILE", "the labels of a dataset in npy or IDX format"),
            Option(
                "--architecture", value: "NAME",
                "\(alternatives(NetworkChoice.all.map(\.name))) (default: the one for the data set)"),
        ] + NetworkChoice.all.flatMap(\.options) + [
            Option(
                "--activation", value: "relu|tanh|gelu",
                "between the layers; of a transformer, in its MLPs (default: relu; gelu of transformer)"),
            Option(
                "--loss", value: "squared|squared-half|cross-entropy",
                "the mean over examples and outputs of (output − one-hot)², half of that, or −log of the label's share of the "
                    + "softmax (default: squared; cross-entropy of transformer)"),
            Option("--sequence-length", value: "N", in: 1...100_000, "tiny_shakespeare: characters of an example (default: 64)"),
            Option(
                "--batch-size", value: "N", in: 1...1_000_000, takesList: true,
                "examples of a step (default: \(defaults("all") { $0.batchSize.map { "\($0)" } }))"),
            Option(
                "--learning-rate", value: "X", takesList: true, "the step size η (default: \(NetworkChoice.learningRates))"),
            Option("--rho", value: "X", takesList: true, "the radius ρ of SAM; 0 is gradient descent (default: 0)"),
            Option(
                "--examples", value: "N", in: 1...1_000_000, takesList: true,
                "training examples (default: \(defaults("1000") { $0.examples.map { "\($0)" } ?? "all" }))"),
            Option("--test-examples", value: "N", in: 1...1_000_000, "test examples that are prepared (default: 1000)"),
            Option("--steps", value: "N", in: 1...10_000_000, "training steps (default: 1000)"),
            Option("--interval", value: "N", in: 1...10_000_000, "steps between measurements (default: a fortieth of the steps)"),
            Option(
                "--estimator", value: "exact|official|both",
                "how ‖H‖ is measured; both: exactly, and as the official code does beside it (default: exact)"),
            Option(
                "--principal-components", value: "N", in: 1...1_000_000,
                "how many eigenvalues are measured, up to all (default: 1)"),
            Option("--curvatures", "measure the curvature along the gradient and the SAM gradient too"),
            Option("--probe", value: "N", in: 1...1_000_000, "measure ‖H‖ on the first N examples too, the same at every check"),
            Option("--test", "measure loss and error on the test examples too"),
            Option("--eigenvectors", "keep the principal eigenvector, the gradient and a Hessian product of every check"),
            Option(
                "--seed", value: "N", in: 0...Int.max, takesList: true,
                "decides the initial parameters and the batches (default: 0)"),
            Option("--output", short: "o", value: "FOLDER", "where the results are copied to (default: figures/train)"),
        ]

    /// The run as an experiment, or the sweep: an experiment for each combination of sizes, of all its η, ρ and seeds.
    let experiments: [Experiment]

    /// The most runs of a sweep.
    static let mostRuns = 1000

    /// Reads a call's options.
    ///
    /// - Parameter memory: the bytes that a run may take.
    /// - Throws: `UsageError` for a value that is none of those possible, or that another option or the memory rules out.
    init(_ arguments: Arguments, memory: Int) throws {
        let dataset = try Self.dataset(arguments)
        try Self.checkCount(arguments)
        let lists = Self.options.filter { $0.takesList && !Self.grid.contains($0.name) }
        var experiments = try arguments.combinations(of: lists).map { arguments, chosen in
            var experiment = try Self.experiment(arguments, dataset)
            try Self.checkSizes(of: experiment, memory: memory)
            // As people type and say them: mnist-mlp-width100, “MLP on MNIST, width 100”.
            for (option, value) in chosen {
                let word = option.name.dropFirst(2)
                experiment.name += "-\(word)\(value)"
                experiment.title += ", \(word.replacing("-", with: " ")) \(value)"
            }
            return experiment
        }
        if experiments.count == 1, experiments[0].runs.count == 1 { experiments[0].name = "run" }
        self.experiments = experiments
    }

    /// The options whose values make the runs of an experiment; other lists make several experiments.
    private static let grid = ["--learning-rate", "--rho", "--seed"]

    /// Refuses more runs than a sweep may have, before anything is made of them.
    private static func checkCount(_ arguments: Arguments) throws {
        let grid = ["--learning-rate": try learningRates(arguments)?.count, "--rho": try radii(arguments)?.count]
        let lists = options.filter(\.takesList).map { option in
            (option: option, count: (grid[option.name] ?? arguments.counts(option.name).count) ?? 1)
        }
        let count = lists.reduce(1.0) { $0 * Double(max(1, $1.count)) }
        guard count > Double(mostRuns), let longest = lists.max(by: { $0.count < $1.count })?.option else { return }
        throw UsageError.badList(
            arguments.value(longest.name) ?? "", longest,
            "that makes \(count < 1e9 ? "\(Int(count))" : "over 1000000000") runs in all, and a sweep has at most \(mostRuns)")
    }

    /// The experiment of a call that has one value of each size.
    private static func experiment(_ arguments: Arguments, _ dataset: Dataset) throws -> Experiment {
        let network = try architecture(arguments, for: dataset)
        let steps = arguments.count("--steps") ?? 1000
        let components = arguments.count("--principal-components") ?? 1
        let estimator = try arguments.choice("--estimator", among: ["exact", "official", "both"])
        let official = Estimator.official(OfficialPowerIteration(count: components))
        let data = try selection(arguments, of: dataset)
        // The order of seeds is the call's: the first is the one that figures of single runs show.
        let seeds = arguments.counts("--seed")
        var experiment = Experiment(
            "\(dataset.name.replacing("_", with: "-"))-\(network.name)", "\(network.title) on \(dataset.title)", on: data,
            network: try network.architecture(arguments, classes: dataset.own?.classes),
            batchSize: arguments.count("--batch-size") ?? dataset.usual.batchSize.map { min($0, data.examples) },
            learningRates: try learningRates(arguments) ?? [network.learningRate],
            optimisers: (try radii(arguments) ?? [0]).map { .sam($0) }, steps: steps,
            interval: arguments.count("--interval") ?? max(1, steps / 40), seeds: seeds.isEmpty ? [0] : seeds,
            estimator: estimator == "official" ? official : .exact(Lanczos(count: components)))
        if estimator == "both" { experiment.comparison = Comparison(estimator: official, every: 1) }
        experiment.extras = MeasuringExtras(
            curvatures: arguments.has("--curvatures"), probe: arguments.count("--probe") ?? 0, test: arguments.has("--test"),
            vectors: arguments.has("--eigenvectors"))
        return experiment
    }

    /// In ascending order, whatever that of the call.
    private static func learningRates(_ arguments: Arguments) throws -> [Double]? {
        try arguments.numbers("--learning-rate", in: 1e-9...1e6)?.sorted()
    }

    /// In ascending order, whatever that of the call.
    private static func radii(_ arguments: Arguments) throws -> [Double]? {
        try arguments.numbers("--rho", in: 0...1e6)?.sorted()
    }

    private static func dataset(_ arguments: Arguments) throws -> Dataset {
        let labels = arguments.value("--labels")
        if let path = arguments.value("--dataset"), path.contains("/") || path.contains(".") {
            do { return Dataset(try OwnData(Command.fullPath(path), labels: labels.map(Command.fullPath))) } catch {
                throw UsageError.unusable("\(error)")
            }
        }
        if labels != nil {
            throw UsageError.unfitting("--labels without a file as --dataset", fitting: ["--dataset FILE --labels FILE"])
        }
        return try arguments.choice("--dataset", among: Dataset.all.map(\.name))
            .flatMap { name in Dataset.all.first { $0.name == name } } ?? .mnist
    }

    private static func selection(_ arguments: Arguments, of dataset: Dataset) throws -> DataSelection {
        let tests = arguments.count("--test-examples")
        var selection = DataSelection(
            dataset, examples: arguments.count("--examples"), testExamples: tests ?? 1000,
            sequenceLength: dataset.usual.sequenceLength.map { arguments.count("--sequence-length") ?? $0 })
        if dataset.own != nil {
            // What is trained on comes first, and the tests are taken from the rest.
            if arguments.count("--examples") == nil { selection.examples = min(1000, max(1, selection.available.train / 5 * 4)) }
            let rest = selection.available.train - selection.examples
            if tests == nil { selection.testExamples = min(1000, max(0, rest)) }
            if rest < selection.testExamples, rest >= 0, let option = options.first(where: { $0.name == "--test-examples" }) {
                throw UsageError.badValue(
                    "\(selection.testExamples)", option,
                    expected: "at most \(rest), what \(selection.examples) training examples leave of "
                        + "\(dataset.title)", near: [])
            }
        }
        // Of long sequences there are not so many.
        if tests == nil { selection.testExamples = min(selection.testExamples, selection.available.test) }
        return selection
    }

    private static func architecture(_ arguments: Arguments, for dataset: Dataset) throws -> NetworkChoice {
        let fitting = dataset.usual.networks, all = NetworkChoice.all
        let name = try arguments.choice("--architecture", among: all.map(\.name)) ?? fitting[0]
        guard fitting.contains(name), let choice = all.first(where: { $0.name == name }) else {
            throw UsageError.unfitting("\(name) on \(dataset.name)", fitting: fitting)
        }
        for other in all where other.name != name {
            for option in other.options where arguments.has(option.name) {
                throw UsageError.unfitting("\(option.name) with the architecture \(name)", fitting: choice.options.map(\.name))
            }
        }
        return choice
    }

    /// What is usual for the data sets, in words: for most of them, and for those of which it is something else.
    private static func defaults(_ most: String, _ value: (Dataset.Usual) -> String?) -> String {
        let others = Dataset.all.compactMap { set in value(set.usual).map { (set.name, $0) } }.filter { $0.1 != most }
        return ([most] + others.map { "\($1) of \($0)" }).joined(separator: "; ")
    }

    private static func alternatives(_ names: [String]) -> String {
        names.dropLast().joined(separator: ", ") + " or " + (names.last ?? "")
    }
}

/// A kind of network as `train` offers it: the sizes that can be chosen, and what is usual.
private struct NetworkChoice {
    /// The word after `--architecture`.
    let name: String
    /// The name in figures.
    let title: String
    /// The usual step size η.
    let learningRate: Double
    /// Each size's option, its usual value, the values that it can have, and what it is.
    let sizes: [(option: String, usual: Int, range: ClosedRange<Int>, help: String)]
    /// The network of such sizes, in their order.
    let make: @Sendable ([Int]) -> Architecture

    static let all = [
        NetworkChoice(
            name: "mlp", title: "MLP", learningRate: 0.1,
            sizes: [
                ("--depth", 4, 1...1000, "linear layers"), ("--width", 200, 1...1_000_000, "units of each hidden layer"),
            ]
        ) { .multilayerPerceptron(width: $0[1], depth: $0[0]) },
        NetworkChoice(
            name: "cnn", title: "CNN", learningRate: 0.003,
            sizes: [
                ("--blocks", 2, 1...5, "blocks of convolutions with a pooling each"),
                ("--layers-per-block", 1, 1...1000, "convolutions of a block"),
                ("--feature-multiplier", 16, 1...65_536, "channels of the first block"),
            ]
        ) { .convolutional(blocks: $0[0], layersPerBlock: $0[1], featureMultiplier: $0[2]) },
        NetworkChoice(
            name: "transformer", title: "transformer", learningRate: 0.1,
            sizes: [
                ("--layers", 2, 1...1000, "layers"), ("--heads", 4, 1...10_000, "heads of attention"),
                ("--key-size", 16, 1...10_000, "size of a head"),
                ("--model-size", 64, 1...1_000_000, "width of the residual stream"),
            ]
        ) { .transformer(modelSize: $0[3], layers: $0[0], heads: $0[1], keySize: $0[2]) },
    ]

    /// The usual step sizes, in words.
    static var learningRates: String {
        let most = all[0].learningRate
        return
            ([shortestText(most)]
            + all.filter { $0.learningRate != most }.map { "\(shortestText($0.learningRate)) of \($0.name)" })
            .joined(separator: "; ")
    }

    var options: [Option] {
        sizes.map {
            Option($0.option, value: "N", in: $0.range, takesList: true, "\(name): \($0.help) (default: \($0.usual))")
        }
            + (name == "mlp"
                ? [
                    Option(
                        "--widths", value: "AxB…", "mlp: units of each hidden layer, as 30x20, in place of --width and --depth")
                ]
                : [])
    }

    /// The network of the sizes, the activation and the loss that a call asks for.
    func architecture(_ arguments: Arguments, classes: Int?) throws -> Architecture {
        let usual = make(sizes.map { arguments.count($0.option) ?? $0.usual })
        let activation = try arguments.choice("--activation", among: Activation.allCases.map(\.rawValue))
        let loss = try arguments.choice("--loss", among: Loss.allCases.map(\.rawValue))
        return Architecture(
            try Self.widths(arguments).map { .multilayerPerceptron(widths: $0) } ?? usual.shape,
            activation: activation.flatMap(Activation.init), loss: loss.flatMap(Loss.init), classes: classes)
    }

    /// The width of each hidden layer, where the call names them one by one.
    private static func widths(_ arguments: Arguments) throws -> [Int]? {
        guard let text = arguments.value("--widths"), let option = all[0].options.first(where: { $0.name == "--widths" }) else {
            return nil
        }
        for other in ["--width", "--depth"] where arguments.has(other) {
            throw UsageError.unfitting("\(other) beside --widths", fitting: ["--widths alone", "--width with --depth"])
        }
        let parts = text.split(separator: "x", omittingEmptySubsequences: false)
        let widths = parts.compactMap { Int($0) }.filter((1...1_000_000).contains)
        guard widths.count == parts.count, widths.count < 1000 else {
            throw UsageError.badValue(
                text, option, expected: "whole numbers from 1 to 1000000 with x between, as 30x20, 999 at most", near: [])
        }
        return widths
    }
}
