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
    /// In ascending order.
    var learningRates: [Double]
    var radii: [Double]
    var runs: [RunResult]

    /// The run with these settings; of the first seed where none is named.
    func run(_ learningRate: Double, _ radius: Double, seed: Int? = nil) -> RunResult? {
        runs.first { $0.learningRate == learningRate && $0.radius == radius && (seed == nil || $0.seed == seed) }
    }
}

/// The tables of one run.
struct RunResult: Sendable {
    var label: String
    /// η.
    var learningRate: Double
    /// ρ.
    var radius: Double
    var seed: Int
    /// A row for each step.
    var training: Table
    /// A row for each check.
    var measurements: Table
    /// The first step at which the loss was not finite.
    var divergedAt: Int?
    /// The files that the tables were read from, with their digests.
    var files: [(name: String, sha256: String)]

    /// A column of the measurements.
    func measured(_ column: String) throws -> [Double] { try measurements.column(named: column) }
}

extension ExperimentResult {
    /// Reads the tables of a stage's inputs.
    ///
    /// - Throws: `TableError`, `FileError` or `JSONError` for a damaged table; `ParameterError`.
    init(_ parameters: StageParameters, of stage: StageRun) throws {
        let name = try parameters.string("name")
        self.name = name
        title = try parameters.string("title")
        source = try parameters.string("source") == DataSource.standIn.rawValue ? .standIn : .real
        isFullBatch = try parameters.bool("full_batch")
        learningRates = try parameters.array("learning_rates").compactMap(\.numberValue).sorted()
        radii = try parameters.array("radii").compactMap(\.numberValue).sorted()
        runs = []
        for entry in try parameters.array("runs").map(StageParameters.init(json:)) {
            let label = try entry.string("label")
            let training = stage.input("\(name)/\(label)/training")
            let measurements = stage.input("\(name)/\(label)/measurements")
            var files: [(String, String)] = []
            func table(_ input: InputFiles, _ file: String) throws -> Table {
                let path = try input[file]
                let bytes = try FileBytes.read(path)
                files.append(("\(name)/\(label)/\(file)", SHA256.hex(of: bytes)))
                return try Table(parsing: bytes, path: path)
            }
            let log = try table(training, "training.tsv"), checks = try table(measurements, "measurements.tsv")
            let outcome = StageParameters(json: try JSON(parsing: try FileBytes.read(try training["outcome.json"])))
            runs.append(
                RunResult(
                    label: label, learningRate: try entry.number("learning_rate"), radius: try entry.number("radius"),
                    seed: try entry.integer("seed"), training: log, measurements: checks,
                    divergedAt: try outcome.optionalInteger("diverged_at"), files: files))
        }
    }
}
