extension Experiment {
    /// The network, the data, the steps, the checks and the seeds, for the captions of figures.
    var settings: String {
        let examples = grouped(data.examples) + " " + (data.sequenceLength.map { "sequences of \($0) characters" } ?? "images")
        let batch = batchSize.map { "\(grouped($0)) of \(examples)" } ?? "all of the first \(examples)"
        let names = "seed\(seeds.count == 1 ? "" : "s") \(seeds.map(String.init).joined(separator: ", "))"
        return
            "\(title): \(network.summary); each step sees \(batch); \(grouped(steps)) steps, measured at every multiple of \(grouped(interval)); \(names)."
    }
}

extension Architecture {
    /// The network and its loss in a few words.
    fileprivate var summary: String {
        func counted(_ count: Int, _ noun: String) -> String { "\(count) \(noun)\(count == 1 ? "" : "s")" }
        return switch shape {
        case .multilayerPerceptron(let widths): "\(Self.text(widths: widths)) with \(activationTitle), \(lossTitle)"
        case .convolutional(let blocks, let layersPerBlock, let featureMultiplier):
            "\(counted(blocks, "block")) of \(layersPerBlock == 1 ? "a convolution" : "\(layersPerBlock) convolutions"), \(featureMultiplier) channels in the first, \(activation == .relu ? "" : activationTitle + ", ")\(lossTitle)"
        case .transformer(let modelSize, let layers, let heads, let keySize):
            "\(counted(layers, "layer")) of width \(modelSize) with \(counted(heads, "head")) of key size \(keySize), \(activation == .gelu ? "" : activationTitle + ", ")\(lossTitle)"
        }
    }
}
