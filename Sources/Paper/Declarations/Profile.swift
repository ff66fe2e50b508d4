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
        case .smoke: [mnist(width: 32, examples: 128, learningRates: [0.3, 1], radii: [0, 0.1], steps: 60, checks: 12)]
        case .laptop: [mnist(width: 200, examples: 1000, learningRates: [0.1, 0.3, 1], radii: [0, 0.1, 0.3], steps: 1000, checks: 40)]
        case .paper:
            [
                mnist(
                    width: 1000, examples: 60_000, learningRates: [0.03, 0.1, 0.3], radii: [0, 0.1, 0.3, 1], steps: 2000,
                    checks: 40, note: "The grid of η and ρ is recollected; the paper's own could not be confirmed.")
            ]
        }
    }

    private func mnist(
        width: Int, examples: Int, learningRates: [Double], radii: [Double], steps: Int, checks: Int, note: String? = nil
    ) -> Experiment {
        Experiment(
            "mnist-mlp", "MLP on MNIST", on: .mnist(examples: examples),
            network: .multilayerPerceptron(width: width, depth: 4), learningRates: learningRates, radii: radii,
            steps: steps, checks: checks, note: note)
    }
}
