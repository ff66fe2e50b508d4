import Datasets
import Pipeline

/// Generates files that stand in for a data set's: same names and formats, other contents.
struct StandInStage: TypedStage {
    static let kind = "stand-in"
    static let modules = PrepareStage.modules

    var dataset: Dataset
    /// Training examples; the files hold no more.
    var examples: Int
    var testExamples: Int

    func run(_ run: StageRun) throws {
        let counts = try dataset.counts(examples, testExamples)
        for (path, file) in zip(dataset.files, dataset.standIns(counts)) { try run.write(file.bytes, to: path) }
    }
}
