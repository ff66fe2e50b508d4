import Training

/// A scale at which the paper is reproduced.
package enum Profile: String, CaseIterable, Sendable {
    /// Every phenomenon in minutes on two cores.
    case laptop
    /// The laptop's runs with three seeds each: what the claims rest on.
    case laptopSeeds = "laptop-seeds"
    /// Every stage and figure in seconds, on stand-in data, for tests.
    case smoke
    /// The official code's full size, for as many steps as show something.
    case paper
    /// Full size, and as many steps as the paper's own runs.
    case fullLength = "full-length"

    /// The experiments, each with the settings of this profile.
    package var experiments: [Experiment] {
        switch self {
        case .smoke: Self.smokeExperiments
        case .laptop: Self.laptopExperiments
        case .laptopSeeds: Self.laptopExperiments.map { $0.repeated(seeds: 3) }
        case .paper: Self.fullSizeExperiments(perceptronSteps: 2000, otherSteps: 4000)
        case .fullLength: Self.fullSizeExperiments(perceptronSteps: Self.paperSteps, otherSteps: Self.paperSteps)
        }
    }

    /// Whether figures are drawn of it: they show one seed, and those of the laptop show it already.
    var hasFigures: Bool { self != .laptopSeeds }

    /// What it is, in a line for people, wherever they read its name.
    package var summary: String {
        switch self {
        case .laptop: "small networks, minutes on two cores"
        case .laptopSeeds: "the laptop's runs with three seeds each; claims with their spread, no figures"
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

    private static let smokeExperiments = [
        mnist(
            width: 32, examples: 128, learningRates: [0.3, 1], optimisers: [.gradientDescent, .sam(0.1)], steps: 60, checks: 12),
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
            steps: 1000, checks: 40),
        cifar10(
            examples: 500, featureMultiplier: 16, learningRates: [0.001, 0.003, 0.005],
            optimisers: [.gradientDescent, .sam(0.03), .sam(0.1)], steps: 400,
            checks: 40),
        shakespeare(
            network: .transformer(modelSize: 64, layers: 2, heads: 4, keySize: 16), sequenceLength: 64, batchSize: 32,
            learningRates: [0.1, 0.3], optimisers: [.gradientDescent, .sam(0.1), .sam(0.3)], steps: 600, checks: 40),
    ]

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
            steps: steps, checks: checks, note: note)
    }

    private static func cifar10(
        examples: Int, featureMultiplier: Int, learningRates: [Double], optimisers: [AnyOptimiser], steps: Int, checks: Int,
        note: String? = nil
    ) -> Experiment {
        Experiment(
            "cifar10-cnn", "CNN on CIFAR-10", on: DataSelection(.cifar10, examples: examples),
            network: .convolutional(featureMultiplier: featureMultiplier), learningRates: learningRates, optimisers: optimisers,
            steps: steps, checks: checks, note: note)
    }

    private static func shakespeare(
        network: Architecture, sequenceLength: Int, batchSize: Int, learningRates: [Double], optimisers: [AnyOptimiser],
        steps: Int, checks: Int, note: String? = nil
    ) -> Experiment {
        Experiment(
            "shakespeare-transformer", "Transformer on tiny_shakespeare",
            on: DataSelection(.tinyShakespeare, examples: nil, sequenceLength: sequenceLength),
            network: network, batchSize: batchSize, learningRates: learningRates, optimisers: optimisers, steps: steps,
            checks: checks, note: note)
    }
}
