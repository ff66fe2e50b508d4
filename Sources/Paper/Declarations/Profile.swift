/// A scale at which the paper is reproduced.
package enum Profile: String, CaseIterable, Sendable {
    /// Every stage and figure in seconds, on stand-in data, for tests.
    case smoke
    /// Every phenomenon in minutes on two cores.
    case laptop
    /// The official code's full scale.
    case paper

    /// The experiments, each with the settings of this profile.
    package var experiments: [Experiment] {
        switch self {
        case .smoke: Self.smokeExperiments
        case .laptop: Self.laptopExperiments
        case .paper: Self.paperExperiments
        }
    }

    private static let smokeExperiments = [
        mnist(
            width: 32, examples: 128, learningRates: [0.3, 1], radii: [0, 0.1], steps: 60, checks: 12),
        cifar10(
            examples: 64, featureMultiplier: 4, learningRates: [0.003, 0.03], radii: [0, 0.1], steps: 24, checks: 12),
        shakespeare(
            network: .transformer(modelSize: 16, layers: 1, heads: 2, keySize: 8), sequenceLength: 32, batchSize: 8,
            learningRates: [0.3], radii: [0, 0.1], steps: 24, checks: 12),
    ]

    private static let laptopExperiments = [
        mnist(width: 200, examples: 1000, learningRates: [0.1, 0.3, 1], radii: [0, 0.1, 0.3], steps: 1000, checks: 40),
        cifar10(
            examples: 500, featureMultiplier: 16, learningRates: [0.001, 0.003, 0.005], radii: [0, 0.03, 0.1], steps: 400,
            checks: 40),
        shakespeare(
            network: .transformer(modelSize: 64, layers: 2, heads: 4, keySize: 16), sequenceLength: 64, batchSize: 32,
            learningRates: [0.1, 0.3], radii: [0, 0.1, 0.3], steps: 600, checks: 40),
    ]

    private static let recollected = "The grid of η and ρ is recollected; the paper's own could not be confirmed."

    private static let paperExperiments = [
        mnist(
            width: 1000, examples: 60_000, learningRates: [0.03, 0.1, 0.3], radii: [0, 0.1, 0.3, 1], steps: 2000, checks: 40,
            note: recollected),
        cifar10(
            examples: 1000, featureMultiplier: 16, learningRates: [0.003, 0.01, 0.03], radii: [0, 0.03, 0.1, 0.3], steps: 4000,
            checks: 80, note: recollected),
        shakespeare(
            network: .transformer(modelSize: 128, layers: 6, heads: 8, keySize: 32), sequenceLength: 64, batchSize: 128,
            learningRates: [0.03, 0.1, 0.3], radii: [0, 0.1, 0.3, 1], steps: 4000, checks: 80, note: recollected),
    ]

    // MARK: - The paper's three tasks

    private static func mnist(
        width: Int, examples: Int, learningRates: [Double], radii: [Double], steps: Int, checks: Int, note: String? = nil
    ) -> Experiment {
        Experiment(
            "mnist-mlp", "MLP on MNIST", on: .mnist(examples: examples),
            network: .multilayerPerceptron(width: width, depth: 4), learningRates: learningRates, radii: radii,
            steps: steps, checks: checks, note: note)
    }

    private static func cifar10(
        examples: Int, featureMultiplier: Int, learningRates: [Double], radii: [Double], steps: Int, checks: Int,
        note: String? = nil
    ) -> Experiment {
        Experiment(
            "cifar10-cnn", "CNN on CIFAR-10", on: .cifar10(examples: examples),
            network: .convolutional(featureMultiplier: featureMultiplier), learningRates: learningRates, radii: radii,
            steps: steps, checks: checks, note: note)
    }

    private static func shakespeare(
        network: Architecture, sequenceLength: Int, batchSize: Int, learningRates: [Double], radii: [Double], steps: Int,
        checks: Int, note: String? = nil
    ) -> Experiment {
        Experiment(
            "shakespeare-transformer", "Transformer on tiny_shakespeare", on: .tinyShakespeare(sequenceLength: sequenceLength),
            network: network, batchSize: batchSize, learningRates: learningRates, radii: radii, steps: steps, checks: checks,
            note: note)
    }
}
