import Datasets
import Formats
import Pipeline
import Platform

/// Turns a data set's files into `train.safetensors` and `test.safetensors`.
struct PrepareStage: TypedStage {
    static let kind = "prepare"
    static let modules = [
        "Platform/Threads", "Formats", "Kernels/Functions", "Kernels/Random", "Kernels/Storage", "Datasets", "Paper/Common",
        "Paper/Preparing",
    ]

    var dataset: Dataset
    /// Training examples.
    var examples: Int
    var testExamples: Int
    /// Characters of an example of a text; `nil` for images.
    var sequenceLength: Int?

    func run(_ run: StageRun) throws {
        let counts = try dataset.counts(examples, testExamples)
        let files = run.input("files")
        let parts = try dataset.parts(
            Dataset.Files(
                plain: { index, limit in
                    let name = dataset.files[index]
                    return DataFile(path: name, bytes: try FileSystem().contents(of: files[name], limit: limit))
                },
                decompressed: { index, limit in
                    let name = dataset.files[index]
                    return DataFile(path: name, bytes: try run.decompressed(name, in: files, limit: limit))
                }), counts, sequenceLength)
        try parts.train.write(to: run.outputPath("train.safetensors"))
        try parts.test.write(to: run.outputPath("test.safetensors"))
    }
}

extension Dataset {
    /// So many training and test examples.
    ///
    /// - Throws: `DatasetError` where these are more than the data set has.
    func counts(_ examples: Int, _ testExamples: Int) throws -> Preparation.Counts {
        let counts = Preparation.Counts(train: examples, test: testExamples)
        guard let available else { return counts }
        for (asked, there, part) in [(counts.train, available.train, "training"), (counts.test, available.test, "test")]
        where asked < 0 || asked > there {
            throw DatasetError(.examples(asked: asked, among: there), in: "the \(part) examples of \(title)")
        }
        return counts
    }
}
