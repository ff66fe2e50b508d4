import Datasets
import Formats
import Pipeline

/// Turns a data set's files into `train.safetensors` and `test.safetensors`.
struct PrepareStage: StageKind {
    var name: String { "prepare" }
    var modules: [String] { ["Formats", "Kernels", "Datasets", "Paper/Data", "Paper/Running", "Paper/Preparing"] }

    func run(_ run: StageRun) throws {
        let parameters = StageParameters(json: run.parameters)
        let dataset = try parameters.dataset(), counts = try parameters.counts(of: dataset)
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
            let text = try PlayText(DataFile(path: name, bytes: FileBytes.read(files[name], limit: 1 << 24)))
            parts = try Preparation.text(text, sequenceLength: parameters.integer("sequence_length"), counts: counts)
        }
        try parts.train.write(to: run.outputPath("train.safetensors"))
        try parts.test.write(to: run.outputPath("test.safetensors"))
    }
}

/// Generates files that stand in for a data set's: same names and formats, other contents.
struct StandInStage: StageKind {
    var name: String { "stand-in" }
    var modules: [String] { ["Formats", "Kernels", "Datasets", "Paper/Data", "Paper/Running", "Paper/Preparing"] }

    func run(_ run: StageRun) throws {
        let parameters = StageParameters(json: run.parameters)
        let dataset = try parameters.dataset(), counts = try parameters.counts(of: dataset)
        let files =
            switch dataset {
            case .mnist: StandIns.mnist(train: counts.train, test: counts.test)
            case .cifar10: StandIns.cifar10(train: counts.train, test: counts.test)
            case .tinyShakespeare: [StandIns.tinyShakespeare()]
            }
        for file in files { try run.write(file.bytes, to: file.path) }
    }
}

extension StageParameters {
    /// The data set under `dataset`.
    func dataset() throws -> Dataset {
        let name = try string("dataset")
        guard let dataset = Dataset(rawValue: name) else {
            throw ParameterError.unknown(value: name, of: "dataset", among: Dataset.allCases.map(\.rawValue))
        }
        return dataset
    }

    /// How many examples of a data set are asked for.
    ///
    /// - Throws: `DatasetError` where these are more than the data set has.
    func counts(of dataset: Dataset) throws -> Preparation.Counts {
        let counts = Preparation.Counts(train: try integer("examples"), test: try integer("test_examples"))
        guard let available = dataset.available else { return counts }
        for (asked, there, part) in [(counts.train, available.train, "training"), (counts.test, available.test, "test")]
        where asked < 0 || asked > there {
            throw DatasetError(.examples(asked: asked, among: there), in: "the \(part) examples of \(dataset.title)")
        }
        return counts
    }
}

extension Dataset {
    /// How many examples its files hold; `nil` where that depends on how a text is cut.
    var available: Preparation.Counts? {
        switch self {
        case .mnist: Preparation.Counts(train: 60_000, test: 10_000)
        case .cifar10: CIFARBinary.subsetCounts
        case .tinyShakespeare: nil
        }
    }
}
