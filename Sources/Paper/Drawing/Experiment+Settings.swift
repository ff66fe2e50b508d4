extension Experiment {
    /// The network, the data, the steps and the checks, for the captions of figures.
    var settings: String {
        let examples = grouped(data.examples) + " " + (data.sequenceLength.map { "sequences of \($0) characters" } ?? "images")
        let batch = batchSize.map { "\(grouped($0)) of \(examples)" } ?? "all of the first \(examples)"
        return
            "\(title): \(network.summary); each step sees \(batch); \(grouped(steps)) steps, measured at every multiple of \(grouped(interval))."
    }
}

extension Architecture {
    /// The network and its loss in a few words.
    fileprivate var summary: String {
        switch self {
        case .multilayerPerceptron(let width, let depth): "\(depth) linear layers of width \(width) with ReLU, mean squared error"
        case .convolutional(let blocks, let layersPerBlock, let featureMultiplier):
            "\(blocks) blocks of \(layersPerBlock == 1 ? "a convolution" : "\(layersPerBlock) convolutions"), \(featureMultiplier) channels in the first, mean squared error"
        case .transformer(let modelSize, let layers, let heads, let keySize):
            "\(layers) layers of width \(modelSize) with \(heads) heads of key size \(keySize), cross-entropy"
        }
    }
}
