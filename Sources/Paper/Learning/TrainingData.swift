import Datasets
import Formats
import Kernels
import Networks

/// A prepared data set in memory, and the batch of each step.
struct TrainingData {
    let network: Network
    private let examples: Examples
    /// The order in which minibatches are drawn; `nil` where each step sees all examples.
    private let order: ShuffledBatches?

    /// Reads `train.safetensors` or `test.safetensors` of a prepare stage.
    ///
    /// - Parameters:
    ///   - batchSize: the examples of a step; `nil` for all, always in the same order.
    ///   - seed: decides which examples make a batch.
    /// - Throws: `SafetensorsError` or `FileSystemError` where the file is not such a data set; `DatasetError` for a batch larger than it.
    init(_ path: String, architecture: Architecture, batchSize: Int? = nil, seed: UInt64 = 0) throws {
        let file = try Safetensors(contentsOf: path)
        let examples = try architecture.isForText ? Examples(tokens: file) : Examples(images: file)
        self.examples = examples
        network = architecture.network(for: examples.shape)
        order = try batchSize.map { try ShuffledBatches(of: $0, from: examples.count, seed: seed) }
    }

    /// The batch that a step uses.
    func batch(at step: Int) -> Batch {
        order.map { examples.batch(Array($0.batch(at: step)), for: network) } ?? examples.batch(nil, for: network)
    }

    /// The first examples in the data set's order, the same at every step; all where there are fewer.
    func probe(_ count: Int) -> Batch { examples.batch(Array(0..<min(count, examples.count)), for: network) }
}

/// Examples and labels as they lie in a prepared file.
private struct Examples {
    /// Height, width, channels; or the length of a sequence.
    let shape: [Int]
    let count: Int
    private let inputs: Vector
    private let labels: [Int32]
    private var inputsPerExample: Int { inputs.count / count }
    private var labelsPerExample: Int { labels.count / count }

    init(images file: Safetensors) throws {
        let images = try file.tensor("images")
        labels = try file.tensor("labels").int32s()
        let values = Vector(count: images.count)
        try images.withFloats { values.replace(from: 0, with: $0) }
        (inputs, count, shape) = (values, labels.count, Array(images.shape.dropFirst()))
    }

    /// Each crop gives its tokens but the last as inputs and those but the first as labels.
    init(tokens file: Safetensors) throws {
        let tensor = try file.tensor("tokens")
        let tokens = try tensor.int32s()
        let width = tensor.shape.last ?? 1
        (count, shape) = (tokens.count / max(1, width), [width - 1])
        let values = tokens.indices.filter { $0 % width < width - 1 }.map { Float(tokens[$0]) }
        inputs = Vector(values)
        labels = tokens.indices.filter { $0 % width > 0 }.map { tokens[$0] }
    }

    /// Some examples, or all, as a network takes them.
    func batch(_ chosen: [Int]?, for network: Network) -> Batch {
        func matrix(_ vector: Vector, _ examples: Int) -> Matrix {
            let rows = examples * network.rowsPerExample.input
            return Matrix(vector, rows: rows, columns: vector.count / rows)
        }
        guard let chosen else { return Batch(inputs: matrix(inputs, count), labels: labels) }
        let picked = Vector(count: chosen.count * inputsPerExample)
        for (place, example) in chosen.enumerated() {
            picked.replace(
                from: place * inputsPerExample, with: inputs, range: example * inputsPerExample..<(example + 1) * inputsPerExample
            )
        }
        let pickedLabels = chosen.flatMap { labels[$0 * labelsPerExample..<($0 + 1) * labelsPerExample] }
        return Batch(inputs: matrix(picked, chosen.count), labels: pickedLabels)
    }
}
