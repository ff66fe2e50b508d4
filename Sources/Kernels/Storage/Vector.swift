#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// A flat array of single-precision numbers, aligned to 64 bytes, shared by reference.
///
/// Parameters, gradients and every vector that Lanczos sees are one `Vector` each; matrices are views into one. It lives where it was
/// made, in the processor's memory or in that of an OpenCL device, and only kernels of that device reach it; what is asked of it
/// here works for both, on a device by a transfer that waits for all that was called before.
/// Writing from two threads to the same elements is a race; kernels split their outputs so that it cannot happen.
package final class Vector: @unchecked Sendable {
    /// The number of elements.
    package let count: Int

    /// Where the processor finds the elements; nowhere, for a vector on a device.
    let start: UnsafeMutablePointer<Float>
    /// The memory on a device, or `nil` for a vector of the processor's.
    let memory: (any RemoteMemory)?
    /// The processor's vector that this one is a copy of and that nobody changes, where there is one: what checks read.
    let original: Vector?

    /// A vector of `count` zeros.
    package init(count: Int) {
        require(count >= 0, "a vector of \(count) elements")
        self.count = count
        (memory, original) = (nil, nil)
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

    /// A vector in memory of a device, with room for `count` elements; these are whatever is there.
    init(count: Int, in memory: any RemoteMemory, original: Vector? = nil) {
        require(count >= 0, "a vector of \(count) elements")
        (self.count, self.memory, self.original) = (count, memory, original)
        // An address that belongs to nobody: a kernel of the processor's that is handed this vector ends the process.
        start = UnsafeMutablePointer(bitPattern: 64)!
    }

    deinit { if memory == nil { free(start) } }

    /// The same elements where the processor finds them: the vector itself, or a copy.
    package var onProcessor: Vector {
        if memory == nil { return self }
        let other = Vector(count: count)
        other.assign(self)
        return other
    }

    /// The element at `index`; for tests and small sizes.
    package subscript(index: Int) -> Float {
        get {
            require(index >= 0 && index < count, "element \(index) of \(count)")
            if let memory {
                var value: Float = 0
                memory.read(from: 4 * index, bytes: 4, into: &value)
                return value
            }
            return start[index]
        }
        set {
            require(index >= 0 && index < count, "element \(index) of \(count)")
            if let memory {
                withUnsafePointer(to: newValue) { memory.write(at: 4 * index, bytes: 4, from: $0) }
            } else {
                start[index] = newValue
            }
        }
    }

    /// The elements as an array: a copy.
    package var elements: [Float] {
        let source = onProcessor
        return withExtendedLifetime(source) { Array(UnsafeBufferPointer(start: source.start, count: count)) }
    }

    /// A new vector with the same elements, in the same place.
    package func copy() -> Vector {
        let other = memory.map { Vector(count: count, in: $0.another(bytes: 4 * count)) } ?? Vector(count: count)
        other.assign(self)
        return other
    }

    /// Takes over the elements of `other`, which has the same length.
    package func assign(_ other: Vector) {
        require(other.count == count, "assigning \(other.count) elements to \(count)")
        replace(from: 0, with: other, range: 0..<count)
    }

    /// Sets every element to `value`.
    package func fill(_ value: Float) {
        if let memory {
            memory.fill(with: value, count: count)
        } else {
            start.update(repeating: value, count: count)
        }
    }

    /// Calls `body` with the elements' bytes, for writing them to a file.
    package func withBytes<R>(of range: Range<Int>, _ body: (UnsafeRawBufferPointer) throws -> R) rethrows -> R {
        require(range.lowerBound >= 0 && range.upperBound <= count, "elements \(range) of \(count)")
        guard let memory else {
            return try body(UnsafeRawBufferPointer(UnsafeBufferPointer(start: start + range.lowerBound, count: range.count)))
        }
        let part = Vector(count: range.count)
        memory.read(from: 4 * range.lowerBound, bytes: 4 * range.count, into: part.start)
        return try part.withBytes(of: 0..<range.count, body)
    }

    /// Copies `values` into the elements from `offset` on.
    package func replace(from offset: Int, with values: UnsafeBufferPointer<Float>) {
        require(offset >= 0 && offset + values.count <= count, "\(values.count) elements at \(offset) of \(count)")
        guard let source = values.baseAddress else { return }
        if let memory {
            memory.write(at: 4 * offset, bytes: 4 * values.count, from: source)
            return
        }
        (start + offset).update(from: source, count: values.count)
    }

    /// Copies the elements of `other` in `range` into those from `offset` on.
    package func replace(from offset: Int, with other: Vector, range: Range<Int>) {
        require(
            range.lowerBound >= 0 && range.upperBound <= other.count && offset >= 0 && offset + range.count <= count,
            "elements \(range) of \(other.count) at \(offset) of \(count)")
        switch (memory, other.memory) {
        case (nil, nil): (start + offset).update(from: other.start + range.lowerBound, count: range.count)
        case (let memory?, let source?):
            memory.copy(source, from: 4 * range.lowerBound, at: 4 * offset, bytes: 4 * range.count)
        case (let memory?, nil):
            memory.write(at: 4 * offset, bytes: 4 * range.count, from: other.start + range.lowerBound)
        case (nil, let source?):
            source.read(from: 4 * range.lowerBound, bytes: 4 * range.count, into: start + offset)
        }
    }

    /// Copies `values` into the elements from `offset` on.
    package func replace(from offset: Int, with values: [Float]) {
        values.withUnsafeBufferPointer { replace(from: offset, with: $0) }
    }
}

/// Memory that the processor does not reach: a device's.
protocol RemoteMemory: AnyObject {
    /// Copies bytes from here to the processor, once all that was called before is done.
    func read(from offset: Int, bytes: Int, into target: UnsafeMutableRawPointer)
    /// Copies bytes here; they are no longer needed once this returns.
    func write(at offset: Int, bytes: Int, from source: UnsafeRawPointer)
    /// Copies bytes of another memory of the same device here.
    func copy(_ source: any RemoteMemory, from sourceOffset: Int, at offset: Int, bytes: Int)
    /// Sets the first `count` numbers to `value`.
    func fill(with value: Float, count: Int)
    /// Further memory on the same device.
    func another(bytes: Int) -> any RemoteMemory
}
