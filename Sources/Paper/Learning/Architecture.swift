import Formats
import Networks

/// A network's shape, as a stage's parameters hold it.
package enum Architecture: Hashable, Sendable {
    /// Linear layers with ReLU between, for images as flat vectors.
    case multilayerPerceptron(width: Int, depth: Int)

    /// The network for examples of `shape` (images: height, width, channels).
    package func network(for shape: [Int]) -> Network {
        switch self {
        case .multilayerPerceptron(let width, let depth):
            .multilayerPerceptron(inputs: shape.reduce(1, *), width: width, depth: depth)
        }
    }
}

extension Architecture {
    /// The shape as JSON.
    package var parameters: JSON {
        switch self {
        case .multilayerPerceptron(let width, let depth): ["architecture": "mlp", "width": JSON(width), "depth": JSON(depth)]
        }
    }

    /// Reads what `parameters` wrote.
    init(_ parameters: StageParameters) throws {
        switch try parameters.string("architecture") {
        case "mlp": self = .multilayerPerceptron(width: try parameters.integer("width"), depth: try parameters.integer("depth"))
        case let other: throw ParameterError.unknown(value: other, of: "architecture", among: ["mlp"])
        }
    }
}
