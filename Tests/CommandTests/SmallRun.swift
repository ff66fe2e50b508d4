import Foundation

/// A run small enough to be made some hundred times: every network, by gradient descent and by SAM.
struct SmallRun: Sendable, CustomStringConvertible {
    let description: String
    /// The call that trains, measures and draws it; results go to `result`.
    let call: [String]
    static let steps = 60

    static let all = [
        ("MLP", ["--dataset", "mnist", "--examples", "64", "--test-examples", "16", "--width", "16", "--learning-rate", "0.3"]),
        (
            "CNN",
            [
                "--dataset", "cifar10", "--examples", "16", "--test-examples", "8", "--blocks", "1", "--feature-multiplier", "2",
                "--learning-rate", "0.01",
            ]
        ),
        (
            "transformer",
            [
                "--dataset", "tiny_shakespeare", "--examples", "64", "--test-examples", "8", "--sequence-length", "16",
                "--batch-size", "8",
                "--layers", "1", "--heads", "2", "--key-size", "4", "--model-size", "8",
            ]
        ),
    ].flatMap { name, options in
        [("GD", "0"), ("SAM", "0.1")].map { method, radius in
            SmallRun(
                description: "\(name), \(method)",
                call: [
                    "train", "--data", "standin", "--steps", "\(steps)", "--interval", "6", "--rho", radius, "--output", "result",
                ] + options)
        }
    }

    /// All results of a run that nothing disturbs.
    func undisturbed() throws -> [String: Data] {
        let program = try Program()
        let end = try program.run(call)
        guard end.code == 0 else { throw Failed(message: end.err) }
        let files = try program.files(below: "result")
        return files
    }

    private struct Failed: Error { var message: String }
}
