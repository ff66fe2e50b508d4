import Formats
import Networks

/// A network: its shape, its activation and its loss, as a stage's parameters hold it.
package struct Architecture: Hashable, Sendable {
    /// The kinds of networks with their sizes.
    package enum Shape: Hashable, Sendable {
        /// A linear layer more than there are hidden widths, for images as flat vectors.
        case multilayerPerceptron(widths: [Int])
        /// Blocks of convolutions and a pooling, for small images.
        case convolutional(blocks: Int, layersPerBlock: Int, featureMultiplier: Int)
        /// A decoder for text.
        case transformer(modelSize: Int, layers: Int, heads: Int, keySize: Int)
    }

    /// The kind of network and its sizes.
    package let shape: Shape
    /// What stands between its layers; of a transformer, in its MLPs.
    package let activation: Activation
    /// What it is trained to make small.
    package let loss: Loss
    /// The number of outputs for images; a text has those of its characters.
    package let classes: Int

    /// A network of such a shape; what is not given is as in the paper.
    package init(_ shape: Shape, activation: Activation? = nil, loss: Loss? = nil, classes: Int? = nil) {
        (self.shape, self.activation, self.loss) = (shape, activation ?? shape.usualActivation, loss ?? shape.usualLoss)
        self.classes = classes ?? Self.usualClasses
    }

    private static let usualClasses = 10

    /// `depth` linear layers, the hidden ones of one width, with ReLU between.
    package static func multilayerPerceptron(width: Int, depth: Int) -> Architecture {
        Architecture(.multilayerPerceptron(widths: Array(repeating: width, count: depth - 1)))
    }

    /// The paper's convolutional network.
    package static func convolutional(blocks: Int = 2, layersPerBlock: Int = 1, featureMultiplier: Int = 16) -> Architecture {
        Architecture(.convolutional(blocks: blocks, layersPerBlock: layersPerBlock, featureMultiplier: featureMultiplier))
    }

    /// The paper's language model.
    package static func transformer(modelSize: Int, layers: Int, heads: Int, keySize: Int) -> Architecture {
        Architecture(.transformer(modelSize: modelSize, layers: layers, heads: heads, keySize: keySize))
    }

    /// The network for examples of `shape`: height, width, channels of images; the length of sequences of tokens.
    ///
    /// - Precondition: the shape is of the kind of example that the network is for.
    package func network(for shape: [Int]) -> Network {
        precondition(shape.count == (isForText ? 1 : 3), "examples of shape \(shape) for \(self)")
        return switch self.shape {
        case .multilayerPerceptron(let widths):
            .multilayerPerceptron(
                inputs: shape.reduce(1, *), widths: widths, classes: classes, activation: activation, loss: loss)
        case .convolutional(let blocks, let layersPerBlock, let featureMultiplier):
            .convolutional(
                height: shape[0], width: shape[1], channels: shape[2], blocks: blocks, layersPerBlock: layersPerBlock,
                featureMultiplier: featureMultiplier, classes: classes, activation: activation, loss: loss)
        case .transformer(let modelSize, let layers, let heads, let keySize):
            .transformer(
                length: shape[0], modelSize: modelSize, layers: layers, heads: heads, keySize: keySize, activation: activation,
                loss: loss)
        }
    }

    /// Whether its examples are sequences of tokens.
    package var isForText: Bool { if case .transformer = shape { true } else { false } }
}

extension Architecture.Shape {
    fileprivate var usualActivation: Activation {
        switch self {
        case .multilayerPerceptron, .convolutional: .relu
        case .transformer: .gelu
        }
    }

    fileprivate var usualLoss: Loss {
        switch self {
        case .multilayerPerceptron, .convolutional: .meanSquaredError
        case .transformer: .crossEntropy
        }
    }
}

extension Architecture {
    /// The sizes of a perceptron in a few words.
    static func text(widths: [Int]) -> String {
        switch Set(widths).count {
        case 0: "1 linear layer"
        case 1: "\(widths.count + 1) linear layers of width \(widths[0])"
        default: "\(widths.count + 1) linear layers of widths \(widths.map(String.init).joined(separator: " × "))"
        }
    }

    /// The activation in words.
    var activationTitle: String {
        switch activation {
        case .relu: "ReLU"
        case .tanh: "tanh"
        case .gelu: "GELU"
        }
    }

    /// The loss in words.
    var lossTitle: String {
        switch loss {
        case .meanSquaredError: "mean squared error"
        case .halfMeanSquaredError: "half the mean squared error"
        case .crossEntropy: "cross-entropy"
        }
    }

    /// What is not as in the paper, in words that begin with a comma.
    var changes: String {
        (activation == shape.usualActivation ? "" : ", \(activationTitle)") + (loss == shape.usualLoss ? "" : ", \(lossTitle)")
    }
}

extension Architecture: Codable {
    private enum CodingKeys: CodingKey {
        case architecture, width, depth, widths, blocks, layersPerBlock, featureMultiplier, modelSize, layers, heads, keySize
        case activation, loss, classes
    }

    /// Writes the kind of network under `architecture`, and its sizes; activation, loss and classes where they are not as in the paper.
    package func encode(to encoder: any Encoder) throws {
        var members = encoder.container(keyedBy: CodingKeys.self)
        switch shape {
        case .multilayerPerceptron(let widths):
            try members.encode("mlp", forKey: .architecture)
            if let width = widths.first, Set(widths).count == 1 {
                try members.encode(width, forKey: .width)
                try members.encode(widths.count + 1, forKey: .depth)
            } else {
                try members.encode(widths, forKey: .widths)
            }
        case .convolutional(let blocks, let layersPerBlock, let featureMultiplier):
            try members.encode("cnn", forKey: .architecture)
            try members.encode(blocks, forKey: .blocks)
            try members.encode(layersPerBlock, forKey: .layersPerBlock)
            try members.encode(featureMultiplier, forKey: .featureMultiplier)
        case .transformer(let modelSize, let layers, let heads, let keySize):
            try members.encode("transformer", forKey: .architecture)
            try members.encode(modelSize, forKey: .modelSize)
            try members.encode(layers, forKey: .layers)
            try members.encode(heads, forKey: .heads)
            try members.encode(keySize, forKey: .keySize)
        }
        if activation != shape.usualActivation { try members.encode(activation.rawValue, forKey: .activation) }
        if loss != shape.usualLoss { try members.encode(loss.rawValue, forKey: .loss) }
        if classes != Self.usualClasses { try members.encode(classes, forKey: .classes) }
    }

    /// Reads what `encode` wrote.
    package init(from decoder: any Decoder) throws {
        let members = try decoder.container(keyedBy: CodingKeys.self)
        func integer(_ key: CodingKeys) throws -> Int { try members.decode(Int.self, forKey: key) }
        func choice<Choice: CaseIterable & RawRepresentable>(_ key: CodingKeys) throws -> Choice?
        where Choice.RawValue == String {
            guard members.contains(key) else { return nil }
            let word = try members.decode(String.self, forKey: key)
            guard let choice = Choice(rawValue: word) else {
                throw RecordError.unknown(value: word, of: key.stringValue, among: Choice.allCases.map(\.rawValue))
            }
            return choice
        }
        let shape: Shape
        switch try members.decode(String.self, forKey: .architecture) {
        case "mlp" where members.contains(.widths):
            shape = .multilayerPerceptron(widths: try members.decode([Int].self, forKey: .widths))
        case "mlp":
            let depth = try integer(.depth)
            shape = .multilayerPerceptron(widths: Array(repeating: try integer(.width), count: max(0, depth - 1)))
        case "cnn":
            shape = .convolutional(
                blocks: try integer(.blocks), layersPerBlock: try integer(.layersPerBlock),
                featureMultiplier: try integer(.featureMultiplier))
        case "transformer":
            shape = .transformer(
                modelSize: try integer(.modelSize), layers: try integer(.layers), heads: try integer(.heads),
                keySize: try integer(.keySize))
        case let other: throw RecordError.unknown(value: other, of: "architecture", among: ["mlp", "cnn", "transformer"])
        }
        self.init(
            shape, activation: try choice(.activation), loss: try choice(.loss),
            classes: members.contains(.classes) ? try integer(.classes) : nil)
    }
}
