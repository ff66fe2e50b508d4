import Formats
import Pipeline
import Platform
import Training

/// What the runs of one experiment came to, as figures and claims read it.
struct ExperimentResult: Sendable {
    var name: String
    var title: String
    /// Where its data came from.
    var source: DataSource
    /// Whether each step sees all examples.
    var isFullBatch: Bool
    var steps: Int
    /// The regular checks are at its multiples.
    var interval: Int
    /// In ascending order.
    var learningRates: [Double]
    /// As the experiment declares them.
    var optimisers: [AnyOptimiser]
    var runs: [RunResult]
    /// What guessing comes to; `nil` of a text.
    var guess: Guess?

    /// By ascending number.
    var seeds: [Int] { Set(runs.map(\.seed)).sorted() }

    /// Whether a check counts for the claims, and as late: of the regular interval, from half of the steps on.
    func isLate(_ step: Int) -> Bool { step % interval == 0 && 2 * step >= steps }

    /// The run with these settings; of the first seed where none is named.
    func run(_ learningRate: Double, _ optimiser: AnyOptimiser, seed: Int? = nil) -> RunResult? {
        runs.first { $0.learningRate == learningRate && $0.optimiser == optimiser && (seed == nil || $0.seed == seed) }
    }
}

/// What a stage that reads an experiment's tables must know of it.
struct ExperimentParameters: Codable, Sendable {
    /// A run's settings, and under which name its tables are found.
    struct Run: Codable, Sendable {
        var label: String
        var optimiser: AnyOptimiser
        var learningRate: Double
        var seed: Int
        /// Whether there is a window, and what a second estimator found.
        var hasWindow, hasComparison: Bool
    }

    var name, title: String
    var source: DataSource
    var fullBatch: Bool
    var steps, interval: Int
    var learningRates: [Double]
    var runs: [Run]
    /// What guessing comes to; `nil` of a text.
    var guess: Guess?
}

/// What a network comes to that gives every image the same output, of classes that are equally frequent: the level of no skill.
struct Guess: Codable, Sendable {
    /// The least loss, and the share of errors.
    var loss, error: Double
}

/// What a training says of itself in `outcome.json`, as far as it is read here.
private struct Outcome: Decodable {
    /// The step at which the loss was no longer finite.
    var divergedAt: Int?
}

extension ExperimentResult {
    /// What a stage's inputs hold; the tables are read when they are asked for.
    ///
    /// - Throws: `FileSystemError`, `JSONError` or `RecordError` for a damaged outcome.
    init(_ parameters: ExperimentParameters, from input: (_ label: String) -> InputFiles) throws {
        let name = parameters.name
        self.name = name
        (title, source, isFullBatch) = (parameters.title, parameters.source, parameters.fullBatch)
        (steps, interval, guess) = (parameters.steps, parameters.interval, parameters.guess)
        learningRates = parameters.learningRates.sorted()
        optimisers = parameters.runs.reduce(into: []) { if !$0.contains($1.optimiser) { $0.append($1.optimiser) } }
        runs = []
        for entry in parameters.runs {
            let label = entry.label
            let training = input("\(name)/\(label)/training")
            let measurements = input("\(name)/\(label)/measurements")
            func further(_ isThere: Bool, _ name: String, _ file: String) throws -> (
                read: @Sendable () throws -> Table, file: (String, String)
            )? {
                guard isThere else { return nil }
                let files = input("\(parameters.name)/\(label)/\(name)"), path = try files[file]
                return (
                    { try Table(contentsOf: path) }, ("\(parameters.name)/\(label)/\(name).tsv", try files.digest(of: file).hex)
                )
            }
            let window = try further(entry.hasWindow, "window", "window.tsv")
            let comparison = try further(entry.hasComparison, "comparison", "measurements.tsv")
            let isTrained = training.names.contains("training.tsv"), logName = isTrained ? "training.tsv" : "measurements.tsv"
            let log = try training[logName], checks = try measurements["measurements.tsv"]
            let outcome =
                isTrained
                ? try Record.decode(Outcome.self, from: JSON(parsing: FileSystem().contents(of: training["outcome.json"])))
                : Outcome()
            runs.append(
                RunResult(
                    label: label, optimiser: entry.optimiser, learningRate: entry.learningRate, seed: entry.seed,
                    training: try Table(contentsOf: log),
                    measurements: try Table(contentsOf: checks), window: window?.read, comparison: comparison?.read,
                    divergedAt: outcome.divergedAt,
                    files: [
                        ("\(name)/\(label)/\(logName)", try training.digest(of: logName).hex),
                        ("\(name)/\(label)/measurements.tsv", try measurements.digest(of: "measurements.tsv").hex),
                    ] + [window, comparison].compactMap { $0?.file }))
        }
    }
}
