import Curvature
import Training

/// A scale at which the paper is reproduced.
package enum Profile: String, CaseIterable, Sendable {
    /// Every phenomenon in minutes on two cores.
    case laptop
    /// The laptop's runs with three seeds each: what the claims rest on.
    case laptopSeeds = "laptop-seeds"
    /// A grid of short runs of small networks: which step sizes and radii reach the edge.
    case map
    /// The convolutional network for as many steps as it takes to learn something.
    case long
    /// Every stage and figure in seconds, on stand-in data, for tests.
    case smoke
    /// The official code's full size, for as many steps as show something.
    case paper
    /// Full size, and as many steps as the paper's own runs.
    case fullLength = "full-length"

    /// The experiments, each with the settings of this profile.
    package var experiments: [Experiment] {
        switch self {
        case .smoke:
            Self.smokeExperiments.map { experiment in
                var experiment = experiment
                experiment.comparison = Comparison(estimator: .official(OfficialPowerIteration()), every: 6)
                return experiment
            }
        case .laptop: Self.laptopExperiments
        case .laptopSeeds:
            Self.laptopExperiments.map { experiment in
                var experiment = experiment.repeated(seeds: 3)
                experiment.comparison = Comparison(estimator: .official(OfficialPowerIteration()), every: 5)
                return experiment
            }
        case .map: Self.mapExperiments
        case .long:
            [Self.cifar10Laptop(steps: 2000, checks: 20)]
        case .paper: Self.fullSizeExperiments(perceptronSteps: 2000, otherSteps: 4000)
        case .fullLength: Self.fullSizeExperiments(perceptronSteps: Self.paperSteps, otherSteps: Self.paperSteps)
        }
    }

    /// Whether a figure of this name, without an experiment's, is drawn of it: what a figure shows is decided here, never by what a
    /// store holds.
    func draws(_ figure: String) -> Bool {
        switch self {
        case .smoke: true
        case .laptop, .paper, .fullLength: !["phase-map", "robustness"].contains(figure)
        case .laptopSeeds: !["phase-map", "official"].contains(figure)
        case .map: figure == "phase-map"
        case .long: !["phase-map", "robustness", "every-step"].contains(figure)
        }
    }

    /// Likewise of experiments of the user's own: a map where an experiment has several step sizes or optimisers, the seeds side by
    /// side where there are several, and no column of panels for each of so many optimisers or step sizes that nothing is to be seen in
    /// them: the map shows those.
    static func draws(_ figure: String, of experiments: [Experiment]) -> Bool {
        let mostColumns = 8
        return switch figure {
        case "phase-map": experiments.contains { $0.learningRates.count * $0.optimisers.count > 1 }
        case "robustness": experiments.contains { $0.seeds.count > 1 }
        case "edges": experiments.allSatisfy { $0.optimisers.count <= mostColumns }
        case "loss-and-test": experiments.allSatisfy { $0.learningRates.count <= mostColumns }
        default: true
        }
    }

    /// What it is, in a line for people, wherever they read its name.
    package var summary: String {
        switch self {
        case .laptop: "small networks, minutes on two cores"
        case .laptopSeeds: "the laptop's runs with three seeds each, and the official estimator beside ours"
        case .map: "a grid of step sizes and radii, a short run of a small network each"
        case .long: "the laptop's CNN for \(range(steps)) steps, in which it learns"
        case .smoke: "every stage and figure in seconds, on stand-in data, for tests"
        case .paper:
            "full size, \(range(steps)) steps; "
                + "the paper's runs are about \(range(steps.map { Self.paperSteps / $0 })) times longer"
        case .fullLength:
            "full size, \(range(steps)) steps, of the order of the paper's runs, which took 8 and 12 hours of a GPU each"
        }
    }

    private var steps: [Int] { experiments.map(\.steps) }

    /// `2,000 to 4,000`, or the one number that there is.
    private func range(_ counts: [Int]) -> String {
        guard let least = counts.min(), let largest = counts.max() else { return "no" }
        return least == largest ? grouped(least) : "\(grouped(least)) to \(grouped(largest))"
    }

    /// The order of the steps of the paper's own runs, which were as long as 8 and 12 hours of a V100 allowed: some 110,000 to
    /// 180,000.
    private static let paperSteps = 100_000

    private static let smokeExperiments: [Experiment] = [
        mnist(
            width: 32, examples: 128, learningRates: [0.3, 1], optimisers: [.gradientDescent, .sam(0.1)], steps: 60, checks: 12
        ).windowed(Window(learningRate: 0.3, optimiser: .sam(0.1), steps: 21...32)),
        cifar10(
            examples: 64, featureMultiplier: 4, learningRates: [0.003, 0.03], optimisers: [.gradientDescent, .sam(0.1)],
            steps: 24, checks: 12),
        shakespeare(
            network: .transformer(modelSize: 16, layers: 1, heads: 2, keySize: 8), sequenceLength: 32, batchSize: 8,
            learningRates: [0.3], optimisers: [.gradientDescent, .sam(0.1)], steps: 24, checks: 12),
    ]

    private static let laptopExperiments = [
        mnist(
            width: 200, examples: 1000, learningRates: [0.1, 0.3, 1], optimisers: [.gradientDescent, .sam(0.1), .sam(0.3)],
            steps: 1000, checks: 20
        ).windowed(Window(learningRate: 0.1, optimiser: .sam(0.1), steps: 246...325)),
        cifar10Laptop(
            steps: 400, checks: 10,
            note: "As many steps as a run of some minutes has room for; the loss is still falling. The profile long takes 2,000."),
        shakespeare(
            network: .transformer(modelSize: 64, layers: 2, heads: 4, keySize: 16), sequenceLength: 64, batchSize: 32,
            learningRates: [0.1, 0.3], optimisers: [.gradientDescent, .sam(0.1), .sam(0.3)], steps: 600, checks: 20),
    ]

    private static func cifar10Laptop(steps: Int, checks: Int, note: String? = nil) -> Experiment {
        cifar10(
            examples: 500, featureMultiplier: 16, learningRates: [0.001, 0.003, 0.005],
            optimisers: [.gradientDescent, .sam(0.03), .sam(0.1)], steps: steps, checks: checks, note: note)
    }

    private static let mapExperiments = [
        mnist(
            width: 100, examples: 500, learningRates: [0.03, 0.06, 0.125, 0.25, 0.5, 1, 2, 4, 8],
            optimisers: [.gradientDescent] + [0.01, 0.03, 0.1, 0.3, 1, 3].map { .sam($0) }, steps: 400, checks: 8),
        cifar10(
            examples: 250, featureMultiplier: 8, learningRates: [0.0005, 0.001, 0.002, 0.004, 0.006, 0.008, 0.011, 0.015],
            optimisers: [.gradientDescent] + [0.003, 0.01, 0.03, 0.1, 0.3].map { .sam($0) }, steps: 240, checks: 8),
        shakespeare(
            network: .transformer(modelSize: 32, layers: 2, heads: 4, keySize: 8), sequenceLength: 64, batchSize: 32,
            learningRates: [0.03, 0.1, 0.3, 1, 3], optimisers: [.gradientDescent] + [0.01, 0.03, 0.1, 0.3, 1].map { .sam($0) },
            steps: 240, checks: 8),
    ].map { experiment in
        var experiment = experiment
        (experiment.early, experiment.measuresLateAlone, experiment.extras) = (false, true, MeasuringExtras())
        experiment.estimator = .exact(Lanczos())
        return experiment
    }

    /// The official code's sizes.
    ///
    /// At η = 0.01 the perceptron reaches no edge within such lengths, and the convolutional network diverges with ρ from 0.03
    /// on: the step sizes here lie where something is to be seen.
    private static func fullSizeExperiments(perceptronSteps: Int, otherSteps: Int) -> [Experiment] {
        let recollected = "The grid of η and ρ is recollected; the paper's own could not be confirmed."
        let ours = "The grid of η and ρ is our own; the paper's could not be confirmed."
        return [
            mnist(
                width: 1000, examples: 60_000, learningRates: [0.03, 0.1, 0.3],
                optimisers: [.gradientDescent, .sam(0.1), .sam(0.3), .sam(1)], steps: perceptronSteps,
                checks: checks(perceptronSteps), note: recollected),
            cifar10(
                examples: 1000, featureMultiplier: 16, learningRates: [0.0003, 0.001, 0.003, 0.005, 0.007],
                optimisers: [.gradientDescent, .sam(0.03), .sam(0.1)],
                steps: otherSteps, checks: checks(otherSteps), note: ours),
            shakespeare(
                network: .transformer(modelSize: 128, layers: 6, heads: 8, keySize: 32), sequenceLength: 64, batchSize: 128,
                learningRates: [0.03, 0.1, 0.3], optimisers: [.gradientDescent, .sam(0.1), .sam(0.3), .sam(1)], steps: otherSteps,
                checks: checks(otherSteps),
                note: ours),
        ]
    }

    /// One check in fifty steps, up to two hundred.
    private static func checks(_ steps: Int) -> Int { min(200, steps / 50) }

    // MARK: - The paper's three tasks

    private static func mnist(
        width: Int, examples: Int, learningRates: [Double], optimisers: [AnyOptimiser], steps: Int, checks: Int,
        note: String? = nil
    ) -> Experiment {
        Experiment(
            "mnist-mlp", "MLP on MNIST", on: DataSelection(.mnist, examples: examples),
            network: .multilayerPerceptron(width: width, depth: 4), learningRates: learningRates, optimisers: optimisers,
            steps: steps, checks: checks, note: note
        ).measuredInFull
    }

    private static func cifar10(
        examples: Int, featureMultiplier: Int, learningRates: [Double], optimisers: [AnyOptimiser], steps: Int, checks: Int,
        note: String? = nil
    ) -> Experiment {
        Experiment(
            "cifar10-cnn", "CNN on CIFAR-10", on: DataSelection(.cifar10, examples: examples),
            network: .convolutional(featureMultiplier: featureMultiplier), learningRates: learningRates, optimisers: optimisers,
            steps: steps, checks: checks, note: note
        ).measuredInFull
    }

    private static func shakespeare(
        network: Architecture, sequenceLength: Int, batchSize: Int, learningRates: [Double], optimisers: [AnyOptimiser],
        steps: Int, checks: Int, note: String? = nil
    ) -> Experiment {
        Experiment(
            "shakespeare-transformer", "Transformer on tiny_shakespeare",
            on: DataSelection(.tinyShakespeare, examples: nil, sequenceLength: sequenceLength),
            network: network, batchSize: batchSize, learningRates: learningRates, optimisers: optimisers, steps: steps,
            checks: checks, note: note
        ).measuredInFull
    }
}

extension Experiment {
    /// The experiment with a window.
    fileprivate func windowed(_ window: Window) -> Experiment {
        var experiment = self
        experiment.window = window
        return experiment
    }

    /// The experiment with what the figures show beyond the paper's quantities: early checks, three eigenvalues, and the loss and
    /// the error on the test examples.
    fileprivate var measuredInFull: Experiment {
        var experiment = self
        experiment.early = true
        experiment.extras.test = true
        experiment.estimator = .exact(Lanczos(shown: 3))
        return experiment
    }
}
