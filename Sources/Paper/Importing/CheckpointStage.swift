import Formats
import Kernels
import Networks
import Pipeline
import Training

/// A file of parameters that something else has written, and the step that it is taken for.
package struct Checkpoint: Hashable, Sendable {
    /// The full path.
    package var path: String
    /// Decides its place among others, and its minibatch.
    package var step: Int

    /// Names a file; reads nothing.
    package init(path: String, step: Int) { (self.path, self.step) = (path, step) }
}

/// Takes checkpoints that other programs have written as snapshots: `snapshots/…`, as a training leaves them.
struct CheckpointStage: TypedStage {
    static let kind = "checkpoint"
    static let modules = [
        "Platform/Threads", "Formats", "Kernels", "Networks", "Training/Snapshots", "Datasets/Batches", "Datasets/Errors",
        "Paper/Common", "Paper/Learning", "Paper/Importing",
    ]

    var network: Architecture
    /// The shape of one example.
    var shape: [Int]
    /// The step that each file is taken for, in the order of the inputs `0`, `1`, ….
    var steps: [Int]

    func run(_ run: StageRun) throws {
        let layout = network.network(for: shape).layout
        for (index, step) in steps.enumerated() {
            let path = try run.input("\(index)").only
            let parameters = try network.parameters(inCheckpoint: path, for: shape)
            try run.write(Snapshot.bytes(of: parameters, layout: layout), to: Snapshot.path(step: step))
        }
    }
}

extension Architecture {
    /// Throws where a file is no checkpoint of this network: `CheckpointError`, `SafetensorsError` or `FileSystemError`.
    package func check(checkpoint path: String, for shape: [Int]) throws { _ = try parameters(inCheckpoint: path, for: shape) }

    fileprivate func parameters(inCheckpoint path: String, for shape: [Int]) throws -> Vector {
        var pixels = 1
        if case .convolutional(let blocks, _, _) = self.shape { pixels = (shape[0] >> blocks) * (shape[1] >> blocks) }
        return try ForeignCheckpoint.parameters(
            in: Safetensors(contentsOf: path), layout: network(for: shape).layout, pixels: pixels, path: path)
    }
}
