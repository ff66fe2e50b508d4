import Datasets
import Formats
import Pipeline

/// Turns a data set's files into `train.safetensors` and `test.safetensors`.
struct PrepareStage: StageKind {
    var name: String { "prepare" }
    var modules: [String] { ["Formats", "Datasets", "Paper/Running"] }

    func run(_ run: StageRun) throws {
        let parameters = StageParameters(json: run.parameters)
        let counts = Preparation.Counts(
            train: try parameters.integer("examples"), test: try parameters.integer("test_examples"))
        let files = run.input("files")
        switch try parameters.dataset() {
        case .mnist:
            let paths = try Dataset.mnist.files.map { try files[$0] }
            try Preparation.prepareMNIST(
                inputs: Preparation.MNISTInputs(
                    trainImages: paths[0], trainLabels: paths[1], testImages: paths[2], testLabels: paths[3]),
                counts: counts, output: run.output)
        }
    }
}

/// Generates files that stand in for a data set's: same names and formats, other contents.
struct StandInStage: StageKind {
    var name: String { "stand-in" }
    var modules: [String] { ["Formats", "Kernels", "Datasets", "Paper/Running"] }

    func run(_ run: StageRun) throws {
        let parameters = StageParameters(json: run.parameters)
        let train = try parameters.integer("examples"), test = try parameters.integer("test_examples")
        switch try parameters.dataset() {
        case .mnist: try StandIns.writeMNIST(train: train, test: test, to: run.output)
        }
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
