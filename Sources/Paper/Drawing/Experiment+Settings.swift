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
        switch shape {
        case .multilayerPerceptron(let widths): "\(Self.text(widths: widths)) with \(activationTitle), \(lossTitle)"
        case .convolutional(let blocks, let layersPerBlock, let featureMultiplier):
            "\(blocks) blocks of \(layersPerBlock == 1 ? "a convolution" : "\(layersPerBlock) convolutions"), \(featureMultiplier) channels in the first, \(activation == .relu ? "" : activationTitle + ", ")\(lossTitle)"
        case .transformer(let modelSize, let layers, let heads, let keySize):
            "\(layers) layers of width \(modelSize) with \(heads) heads of key size \(keySize), \(activation == .gelu ? "" : activationTitle + ", ")\(lossTitle)"
        }
    }
}
