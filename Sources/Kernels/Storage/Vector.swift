#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// A flat array of single-precision numbers, aligned to 64 bytes, shared by reference.
///
/// Parameters, gradients and every vector that Lanczos sees are one `Vector` each; matrices are views into one.
/// Writing from two threads to the same elements is a race; kernels split their outputs so that it cannot happen.
package final class Vector: @unchecked Sendable {
    /// The number of elements.
    package let count: Int

    let start: UnsafeMutablePointer<Float>

    /// A vector of `count` zeros.
    package init(count: Int) {
        require(count >= 0, "a vector of \(count) elements")
        self.count = count
        // One line more than needed, so that sixteen numbers can be loaded from any element on.
        let bytes = (count * 4 + 63) / 64 * 64 + 64
        let raw = alignedMemory(bytes)
        raw.initializeMemory(as: UInt8.self, repeating: 0, count: bytes)
        start = raw.bindMemory(to: Float.self, capacity: bytes / 4)
    }

    /// A vector that holds a copy of `elements`.
    package convenience init(_ elements: some Collection<Float>) {
        self.init(count: elements.count)
        var i = 0
        for element in elements {
            start[i] = element
            i += 1
        }
    }

    deinit { free(start) }

    /// The element at `index`; for tests and small sizes.
    package subscript(index: Int) -> Float {
        get {
            require(index >= 0 && index < count, "element \(index) of \(count)")
            return start[index]
        }
        set {
            require(index >= 0 && index < count, "element \(index) of \(count)")
            start[index] = newValue
        }
    }

    /// The elements as an array: a copy.
    package var elements: [Float] { Array(UnsafeBufferPointer(start: start, count: count)) }

    /// A new vector with the same elements.
    package func copy() -> Vector {
        let other = Vector(count: count)
        other.assign(self)
        return other
    }

    /// Takes over the elements of `other`, which has the same length.
    package func assign(_ other: Vector) {
        require(other.count == count, "assigning \(other.count) elements to \(count)")
        start.update(from: other.start, count: count)
    }

    /// Sets every element to `value`.
    package func fill(_ value: Float) { start.update(repeating: value, count: count) }

    /// Calls `body` with the elements' bytes, for writing them to a file.
    package func withBytes<R>(of range: Range<Int>, _ body: (UnsafeRawBufferPointer) throws -> R) rethrows -> R {
        require(range.lowerBound >= 0 && range.upperBound <= count, "elements \(range) of \(count)")
        return try body(UnsafeRawBufferPointer(UnsafeBufferPointer(start: start + range.lowerBound, count: range.count)))
    }

    /// Copies `values` into the elements from `offset` on.
    package func replace(from offset: Int, with values: UnsafeBufferPointer<Float>) {
        require(offset >= 0 && offset + values.count <= count, "\(values.count) elements at \(offset) of \(count)")
        guard let source = values.baseAddress else { return }
        (start + offset).update(from: source, count: values.count)
    }

    /// Copies the elements of `other` in `range` into those from `offset` on.
    package func replace(from offset: Int, with other: Vector, range: Range<Int>) {
        require(
            range.lowerBound >= 0 && range.upperBound <= other.count && offset >= 0 && offset + range.count <= count,
            "elements \(range) of \(other.count) at \(offset) of \(count)")
        (start + offset).update(from: other.start + range.lowerBound, count: range.count)
    }

    /// Copies `values` into the elements from `offset` on.
    package func replace(from offset: Int, with values: [Float]) {
        values.withUnsafeBufferPointer { replace(from: offset, with: $0) }
    }
}
