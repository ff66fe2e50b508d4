import Formats
import Paper
import Pipeline

extension TrainSettings {
    /// Refuses what no data set holds, no image can be halved for, no network has, or the memory cannot.
    ///
    /// - Throws: `UsageError` that names the option, what it may be, and what the wish would take.
    static func checkSizes(of experiment: Experiment, memory: Int) throws {
        let data = experiment.data, available = data.available
        let title = data.dataset.title
        try check("--examples", data.examples, atMost: available.train, "the training examples of \(title)")
        try check("--test-examples", data.testExamples, atMost: available.test, "the test examples of \(title)")
        if let size = experiment.batchSize { try check("--batch-size", size, atMost: data.examples, "the training examples") }
        if case .convolutional(let blocks, _, _) = experiment.network.shape {
            let pixels = min(data.shape[0], data.shape[1])
            try check(
                "--blocks", blocks, atMost: Int.bitWidth - 1 - pixels.leadingZeroBitCount,
                "the times that \(data.shape[0]) × \(data.shape[1]) pixels can be halved")
        }
        let parameters = experiment.network.network(for: data.shape).layout.count
        let components = experiment.estimator.count
        try check("--principal-components", components, atMost: parameters, "the number of parameters of this network")
        // In floating point: no wish overflows it. Parameters, gradients and what Lanczos keeps; activations and examples.
        let vectors = Double(parameters) * Double(6 + components)
        let examples = Double(data.examples + data.testExamples) * Double(data.shape.reduce(1, *))
        let bytes = 4 * (vectors + activations(of: experiment) + examples)
        guard bytes <= Double(memory) else {
            throw UsageError.tooLarge(
                "a network of \(parameters) parameters with these examples", bytes: bytes, memory: memory,
                options: sizes(of: experiment.network))
        }
    }

    private static func check(_ name: String, _ value: Int, atMost most: Int, _ what: String) throws {
        guard value > most, let option = options.first(where: { $0.name == name }) else { return }
        throw UsageError.badValue("\(value)", option, expected: "at most \(most), \(what)", near: [])
    }

    /// The numbers that the layers keep of the fewest examples that pass through them at a time.
    private static func activations(of experiment: Experiment) -> Double {
        let shape = experiment.data.shape
        switch experiment.network.shape {
        case .multilayerPerceptron(let widths):
            return Double(min(256, experiment.examplesPerStep)) * widths.reduce(0) { $0 + Double($1) }
        case .convolutional(let blocks, let layersPerBlock, let features):
            // A block has a quarter of the pixels of the one before, and twice the channels.
            return (0..<blocks).reduce(0) { sum, block in
                sum + Double(min(8, experiment.examplesPerStep)) * 2 * Double(layersPerBlock) * Double(features)
                    * Double(shape[0] * shape[1]) / Double(1 << block)
            }
        case .transformer(let modelSize, let layers, let heads, let keySize):
            let row = 10 * Double(modelSize) + Double(heads) * (4 * Double(keySize) + Double(shape[0]))
            return Double(layers) * Double(shape[0]) * row
        }
    }

    private static func sizes(of network: Architecture) -> [String] {
        switch network.shape {
        case .multilayerPerceptron: ["--width", "--depth", "--examples"]
        case .convolutional: ["--feature-multiplier", "--layers-per-block", "--blocks", "--examples"]
        case .transformer: ["--model-size", "--layers", "--heads", "--key-size", "--sequence-length"]
        }
    }
}
