import Formats
import Kernels
import Networks

/// A network's parameters as a safetensors file: each tensor under its name, single precision, row-major.
package enum Snapshot {
    /// The bytes of the file that holds `parameters`.
    package static func bytes(of parameters: Vector, layout: ParameterLayout) -> [UInt8] {
        Safetensors(
            layout.entries.map { entry in
                parameters.withBytes(of: entry.range) { bytes in
                    Safetensors.Tensor(
                        name: entry.tensor.name, shape: entry.tensor.shape, elementType: .f32, bytes: Array(bytes)[...])
                }
            }
        ).bytes()
    }

    /// The parameters in `file`, for a network with `layout`.
    ///
    /// - Throws: `SafetensorsError` or `SnapshotError` where the file is damaged or belongs to another network.
    package static func parameters(in file: Safetensors, layout: ParameterLayout) throws -> Vector {
        let vector = Vector(count: layout.count)
        guard file.tensors.count == layout.entries.count else {
            throw SnapshotError.tensorCount(file.tensors.count, expected: layout.entries.count)
        }
        for entry in layout.entries {
            let tensor = try file.tensor(entry.tensor.name)
            guard tensor.shape == entry.tensor.shape else {
                throw SnapshotError.shape(entry.tensor.name, tensor.shape, expected: entry.tensor.shape)
            }
            try tensor.withFloats { vector.replace(from: entry.offset, with: $0) }
        }
        return vector
    }

    /// The name of the file for a step: `snapshots/000100.safetensors`.
    package static func path(step: Int) -> String {
        let digits = String(step)
        return "snapshots/" + String(repeating: "0", count: max(0, 6 - digits.count)) + digits + ".safetensors"
    }

    /// The step in a snapshot's path, or `nil` where it is none.
    package static func step(inPath path: String) -> Int? {
        guard path.hasPrefix("snapshots/"), path.hasSuffix(".safetensors") else { return nil }
        return Int(path.dropFirst("snapshots/".count).dropLast(".safetensors".count))
    }
}

/// Why a file is not a snapshot of the network at hand.
package enum SnapshotError: Error, CustomStringConvertible {
    case tensorCount(Int, expected: Int)
    case shape(String, [Int], expected: [Int])

    /// One line for people: what the snapshot has and what the network has instead.
    package var description: String {
        switch self {
        case .tensorCount(let count, let expected):
            "the snapshot has \(count) tensors and the network \(expected); it belongs to another network"
        case .shape(let name, let shape, let expected):
            "the snapshot's \(name) has the shape \(shape) and the network's \(expected); it belongs to another network"
        }
    }
}

/// Where a training leaves what it can go on from: files by name, each replaced whole or not at all.
package protocol CheckpointStore {
    /// The bytes of a file, or `nil` where there is none.
    func read(_ name: String) throws -> [UInt8]?
    /// Writes a file whole.
    func write(_ bytes: [UInt8], to name: String) throws
}
