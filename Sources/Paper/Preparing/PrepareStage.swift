import Datasets
import Formats
import Pipeline
import Platform

/// Turns a data set's files into `train.safetensors` and `test.safetensors`.
struct PrepareStage: TypedStage {
    static let kind = "prepare"
    static let modules = ["Platform/Threads", "Formats", "Kernels", "Datasets", "Paper/Data", "Paper/Running", "Paper/Preparing"]

    var dataset: Dataset
    /// Training examples.
    var examples: Int
    var testExamples: Int
    /// Characters of an example of a text; `nil` for images.
    var sequenceLength: Int?

    func run(_ run: StageRun) throws {
        let counts = try dataset.counts(examples, testExamples)
        let files = run.input("files")
        // Limits are what the published files hold; stand-ins hold no more.
        func decompressed(_ index: Int, limit: Int) throws -> DataFile {
            let name = dataset.files[index]
            return DataFile(path: name, bytes: try run.decompressed(name, in: files, limit: limit))
        }
        let parts: Preparation.Parts
        switch dataset {
        case .mnist:
            let trainImages = try decompressed(0, limit: 47_040_016), trainLabels = try decompressed(1, limit: 60_008)
            let testImages = try decompressed(2, limit: 7_840_016), testLabels = try decompressed(3, limit: 10_008)
            parts = try Preparation.images(
                train: IDX.decode(images: trainImages, labels: trainLabels, height: 28, width: 28),
                test: IDX.decode(images: testImages, labels: testLabels, height: 28, width: 28), counts: counts)
        case .cifar10:
            parts = try Preparation.images(
                train: CIFARBinary.decode(decompressed(0, limit: 15_365_000)),
                test: CIFARBinary.decode(decompressed(1, limit: 6_146_000)), counts: counts, areInOrder: true)
        case .tinyShakespeare:
            let name = dataset.files[0]
            let text = try PlayText(DataFile(path: name, bytes: FileSystem().contents(of: files[name], limit: 1 << 24)))
            guard let sequenceLength else { throw RecordError.missing("sequence_length") }
            parts = try Preparation.text(text, sequenceLength: sequenceLength, counts: counts)
        }
        try parts.train.write(to: run.outputPath("train.safetensors"))
        try parts.test.write(to: run.outputPath("test.safetensors"))
    }
}

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
        let files =
            switch dataset {
            case .mnist: StandIns.mnist(train: counts.train, test: counts.test)
            case .cifar10: StandIns.cifar10(train: counts.train, test: counts.test)
            case .tinyShakespeare: [StandIns.tinyShakespeare()]
            }
        for file in files { try run.write(file.bytes, to: file.path) }
    }
}

extension Dataset {
    /// So many training and test examples.
    ///
    /// - Throws: `DatasetError` where these are more than the data set has.
    fileprivate func counts(_ examples: Int, _ testExamples: Int) throws -> Preparation.Counts {
        let counts = Preparation.Counts(train: examples, test: testExamples)
        guard let available else { return counts }
        for (asked, there, part) in [(counts.train, available.train, "training"), (counts.test, available.test, "test")]
        where asked < 0 || asked > there {
            throw DatasetError(.examples(asked: asked, among: there), in: "the \(part) examples of \(title)")
        }
        return counts
    }

    /// How many examples its files hold; `nil` where that depends on how a text is cut.
    var available: Preparation.Counts? {
        switch self {
        case .mnist: Preparation.Counts(train: 60_000, test: 10_000)
        case .cifar10: CIFARBinary.subsetCounts
        case .tinyShakespeare: nil
        }
    }
}
