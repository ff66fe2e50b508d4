import Datasets
import Formats
import Pipeline

/// Turns a data set's files into `train.safetensors` and `test.safetensors`.
struct PrepareStage: StageKind {
    var name: String { "prepare" }
    var modules: [String] { ["Formats", "Kernels", "Datasets", "Paper/Data", "Paper/Running", "Paper/Preparing"] }

    func run(_ run: StageRun) throws {
        let parameters = StageParameters(json: run.parameters)
        let counts = Preparation.Counts(
            train: try parameters.integer("examples"), test: try parameters.integer("test_examples"))
        let files = run.input("files")
        let parts: Preparation.Parts
        switch try parameters.dataset() {
        case .mnist:
            // The most that the published files hold; stand-ins hold less.
            let sizes = [47_040_016, 60_008, 7_840_016, 10_008]
            let members = try zip(Dataset.mnist.files, sizes).map { name, size in
                IDX.File(name: name, bytes: try run.decompressed(name, in: files, limit: size))
            }
            parts = try Preparation.images(
                train: IDX.decode(images: members[0], labels: members[1], height: 28, width: 28),
                test: IDX.decode(images: members[2], labels: members[3], height: 28, width: 28), counts: counts)
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
        let train = try parameters.integer("examples"), test = try parameters.integer("test_examples")
        let files =
            switch try parameters.dataset() {
            case .mnist: StandIns.mnist(train: train, test: test)
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
}
