import Formats
import Kernels
import Networks

/// A prepared data set in memory, and the batch of each step.
struct TrainingData {
    let network: Network
    private let inputs: Matrix
    private let labels: [Int32]

    /// Reads `train.safetensors` or `test.safetensors` of a prepare stage.
    ///
    /// - Throws: `SafetensorsError` or `FileError` where the file is not such a data set.
    init(_ path: String, architecture: Architecture) throws {
        let file = try Safetensors(contentsOf: path)
        let images = try file.tensor("images")
        labels = try file.tensor("labels").int32s()
        network = architecture.network(for: Array(images.shape.dropFirst()))
        let values = Vector(count: images.count)
        try images.withFloats { values.replace(from: 0, with: $0) }
        let rows = labels.count * network.rowsPerExample.input
        inputs = Matrix(values, rows: rows, columns: images.count / rows)
    }

    /// The batch that a step uses: all examples, always in the same order.
    func batch(at step: Int) -> Batch { Batch(inputs: inputs, labels: labels) }
}
