import Curvature
import Formats
import Paper

/// The settings of one run of the user's own, under the field's names; the defaults are the laptop profile's.
struct TrainSettings {
    static let options = [
        Option("--dataset", value: "NAME", "mnist"),
        Option("--architecture", value: "NAME", "mlp"),
        Option("--depth", value: "N", "linear layers of the MLP (default: 4)"),
        Option("--width", value: "N", "units of each hidden layer of the MLP (default: 200)"),
        Option("--learning-rate", value: "X", "the step size η (default: 0.1)"),
        Option("--rho", value: "X", "the radius ρ of SAM; 0 is gradient descent (default: 0)"),
        Option("--examples", value: "N", "training examples, all in every step (default: 1000)"),
        Option("--test-examples", value: "N", "test examples that are prepared (default: 1000)"),
        Option("--steps", value: "N", "training steps (default: 1000)"),
        Option("--interval", value: "N", "steps between measurements (default: a fortieth of the steps)"),
        Option("--estimator", value: "exact|official", "how ‖H‖ is measured (default: exact)"),
        Option("--principal-components", value: "N", "how many eigenvalues are measured (default: 1)"),
        Option("--eigenvectors", "keep the principal eigenvector of every check"),
        Option("--seed", value: "N", "decides the initial parameters (default: 0)"),
        Option("--output", short: "o", value: "FOLDER", "where the results are copied to (default: figures/train)"),
    ]

    /// The run as an experiment.
    let experiment: Experiment
    /// The folder asked for.
    let output: String?

    /// Reads a call's options.
    ///
    /// - Throws: `UsageError` for a value that is none of those possible.
    init(_ arguments: Arguments) throws {
        _ = try arguments.choice("--dataset", among: [Dataset.mnist.rawValue])
        _ = try arguments.choice("--architecture", among: ["mlp"])
        let examples = try arguments.count("--examples") ?? 1000
        let steps = try arguments.count("--steps") ?? 1000
        let components = try arguments.count("--principal-components") ?? 1
        let isOfficial = try arguments.choice("--estimator", among: ["exact", "official"]) == "official"
        var experiment = Experiment(
            "run", "MLP on MNIST", on: .mnist(examples: examples, testExamples: try arguments.count("--test-examples") ?? 1000),
            network: .multilayerPerceptron(
                width: try arguments.count("--width") ?? 200, depth: try arguments.count("--depth") ?? 4),
            learningRate: try arguments.number("--learning-rate", above: 0) ?? 0.1,
            radius: try arguments.number("--rho", from: 0) ?? 0, steps: steps,
            interval: try arguments.count("--interval") ?? max(1, steps / 40),
            seed: try arguments.number("--seed", from: 0).map { Int($0) } ?? 0,
            estimator: isOfficial
                ? .official(OfficialPowerIteration(count: components)) : .exact(Lanczos(count: components)))
        experiment.keepsEigenvectors = arguments.has("--eigenvectors")
        self.experiment = experiment
        output = arguments.value("--output")
    }
}
