import Formats
import Networks

/// A network's shape, as a stage's parameters hold it.
package enum Architecture: Hashable, Sendable {
    /// Linear layers with ReLU between, for images as flat vectors.
    case multilayerPerceptron(width: Int, depth: Int)
    /// Blocks of convolutions and a pooling, for small images.
    case convolutional(blocks: Int = 2, layersPerBlock: Int = 1, featureMultiplier: Int = 16)
    /// A decoder for text.
    case transformer(modelSize: Int, layers: Int, heads: Int, keySize: Int)

    /// The network for examples of `shape`: height, width, channels of images; the length of sequences of tokens.
    ///
    /// - Precondition: the shape is of the kind of example that the network is for.
    package func network(for shape: [Int]) -> Network {
        precondition(shape.count == (isForText ? 1 : 3), "examples of shape \(shape) for \(self)")
        return switch self {
        case .multilayerPerceptron(let width, let depth):
            .multilayerPerceptron(inputs: shape.reduce(1, *), width: width, depth: depth)
        case .convolutional(let blocks, let layersPerBlock, let featureMultiplier):
            .convolutional(
                height: shape[0], width: shape[1], channels: shape[2], blocks: blocks, layersPerBlock: layersPerBlock,
                featureMultiplier: featureMultiplier)
        case .transformer(let modelSize, let layers, let heads, let keySize):
            .transformer(length: shape[0], modelSize: modelSize, layers: layers, heads: heads, keySize: keySize)
        }
    }

    /// Whether its examples are sequences of tokens.
    package var isForText: Bool { if case .transformer = self { true } else { false } }
}

extension Architecture: Codable {
    private enum CodingKeys: CodingKey {
        case architecture, width, depth, blocks, layersPerBlock, featureMultiplier, modelSize, layers, heads, keySize
    }

    /// Writes the kind of network under `architecture`, and its sizes.
    package func encode(to encoder: any Encoder) throws {
        var members = encoder.container(keyedBy: CodingKeys.self)
        switch self {
        case .multilayerPerceptron(let width, let depth):
            try members.encode("mlp", forKey: .architecture)
            try members.encode(width, forKey: .width)
            try members.encode(depth, forKey: .depth)
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
    }

    /// Reads what `encode` wrote.
    package init(from decoder: any Decoder) throws {
        let members = try decoder.container(keyedBy: CodingKeys.self)
        func integer(_ key: CodingKeys) throws -> Int { try members.decode(Int.self, forKey: key) }
        switch try members.decode(String.self, forKey: .architecture) {
        case "mlp": self = .multilayerPerceptron(width: try integer(.width), depth: try integer(.depth))
        case "cnn":
            self = .convolutional(
                blocks: try integer(.blocks), layersPerBlock: try integer(.layersPerBlock),
                featureMultiplier: try integer(.featureMultiplier))
        case "transformer":
            self = .transformer(
                modelSize: try integer(.modelSize), layers: try integer(.layers), heads: try integer(.heads),
                keySize: try integer(.keySize))
        case let other: throw RecordError.unknown(value: other, of: "architecture", among: ["mlp", "cnn", "transformer"])
        }
    }
}
