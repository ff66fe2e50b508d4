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

extension Architecture {
    /// The shape as JSON.
    package var parameters: JSON {
        switch self {
        case .multilayerPerceptron(let width, let depth): ["architecture": "mlp", "width": JSON(width), "depth": JSON(depth)]
        case .convolutional(let blocks, let layersPerBlock, let featureMultiplier):
            [
                "architecture": "cnn", "blocks": JSON(blocks), "layers_per_block": JSON(layersPerBlock),
                "feature_multiplier": JSON(featureMultiplier),
            ]
        case .transformer(let modelSize, let layers, let heads, let keySize):
            [
                "architecture": "transformer", "model_size": JSON(modelSize), "layers": JSON(layers), "heads": JSON(heads),
                "key_size": JSON(keySize),
            ]
        }
    }

    /// Reads what `parameters` wrote.
    init(_ parameters: StageParameters) throws {
        switch try parameters.string("architecture") {
        case "mlp": self = .multilayerPerceptron(width: try parameters.integer("width"), depth: try parameters.integer("depth"))
        case "cnn":
            self = .convolutional(
                blocks: try parameters.integer("blocks"), layersPerBlock: try parameters.integer("layers_per_block"),
                featureMultiplier: try parameters.integer("feature_multiplier"))
        case "transformer":
            self = .transformer(
                modelSize: try parameters.integer("model_size"), layers: try parameters.integer("layers"),
                heads: try parameters.integer("heads"), keySize: try parameters.integer("key_size"))
        case let other:
            throw ParameterError.unknown(value: other, of: "architecture", among: ["mlp", "cnn", "transformer"])
        }
    }
}
