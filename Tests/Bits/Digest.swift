import Formats
import Kernels

/// SHA-256 over numbers.
struct Digest {
    private var state = SHA256()

    mutating func add(_ bytes: [UInt8]) { state.update(bytes) }
    mutating func add(_ vector: Vector) { vector.withBytes(of: 0..<vector.count) { state.update(buffer: $0) } }
    mutating func add(_ value: Double) { withUnsafeBytes(of: value.bitPattern.littleEndian) { state.update(buffer: $0) } }

    func hex() -> String { hexadecimal(state.finalize()) }
}
