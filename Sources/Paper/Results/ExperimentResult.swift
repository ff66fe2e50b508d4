import Formats
import Pipeline

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
    var radii: [Double]
    var runs: [RunResult]

    /// The run with these settings; of the first seed where none is named.
    func run(_ learningRate: Double, _ radius: Double, seed: Int? = nil) -> RunResult? {
        runs.first { $0.learningRate == learningRate && $0.radius == radius && (seed == nil || $0.seed == seed) }
    }
}

extension ExperimentResult {
    /// What a stage's inputs hold; the tables are read when they are asked for.
    ///
    /// - Throws: `FileError` or `JSONError` for a damaged outcome; `ParameterError`.
    init(_ parameters: StageParameters, of stage: StageRun) throws {
        let name = try parameters.string("name")
        self.name = name
        title = try parameters.string("title")
        source = try parameters.string("source") == DataSource.standIn.rawValue ? .standIn : .real
        isFullBatch = try parameters.bool("full_batch")
        steps = try parameters.integer("steps")
        interval = try parameters.integer("interval")
        learningRates = try parameters.array("learning_rates").compactMap(\.numberValue).sorted()
        radii = try parameters.array("radii").compactMap(\.numberValue).sorted()
        runs = []
        for entry in try parameters.array("runs").map(StageParameters.init(json:)) {
            let label = try entry.string("label")
            let training = stage.input("\(name)/\(label)/training")
            let measurements = stage.input("\(name)/\(label)/measurements")
            let log = try training["training.tsv"], checks = try measurements["measurements.tsv"]
            let outcome = StageParameters(json: try JSON(parsing: try FileBytes.read(try training["outcome.json"])))
            runs.append(
                RunResult(
                    label: label, learningRate: try entry.number("learning_rate"), radius: try entry.number("radius"),
                    seed: try entry.integer("seed"), training: try Table(contentsOf: log),
                    measurements: try Table(contentsOf: checks), divergedAt: try outcome.optionalInteger("diverged_at"),
                    files: [
                        ("\(name)/\(label)/training.tsv", try training.digest(of: "training.tsv").hex),
                        ("\(name)/\(label)/measurements.tsv", try measurements.digest(of: "measurements.tsv").hex),
                    ]))
        }
    }
}
