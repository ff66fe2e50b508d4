import Platform

/// Writes numbers and texts one after the other, little-endian.
struct ByteWriter {
    private(set) var bytes: [UInt8] = []

    mutating func append(_ value: UInt64) {
        for shift in stride(from: UInt64(0), to: 64, by: 8) { bytes.append(UInt8(truncatingIfNeeded: value >> shift)) }
    }

    mutating func append(_ value: Int64) { append(UInt64(bitPattern: value)) }

    mutating func append(_ value: Double) { append(value.bitPattern) }

    mutating func append(_ text: String) {
        append(UInt64(text.utf8.count))
        bytes += text.utf8
    }

    mutating func append(_ digest: Digest) { for i in 0..<4 { append(digest.words[i]) } }

    mutating func append(_ stamp: FileStamp) {
        append(stamp.device)
        append(stamp.inode)
        append(stamp.size)
        append(stamp.modified)
        append(stamp.changed)
    }
}

/// Reads what `ByteWriter` wrote; the end of the bytes shows as `OutOfBytes`, never as a trap.
struct ByteReader {
    struct OutOfBytes: Error {}

    let bytes: ArraySlice<UInt8>
    var position: Int

    init(_ bytes: ArraySlice<UInt8>) { (self.bytes, position) = (bytes, bytes.startIndex) }

    var isAtEnd: Bool { position == bytes.endIndex }

    mutating func word() throws(OutOfBytes) -> UInt64 {
        guard bytes.endIndex - position >= 8 else { throw OutOfBytes() }
        let value = bytes.withUnsafeBytes { $0.loadUnaligned(fromByteOffset: position - bytes.startIndex, as: UInt64.self) }
        position += 8
        return UInt64(littleEndian: value)
    }

    mutating func signed() throws(OutOfBytes) -> Int64 { Int64(bitPattern: try word()) }

    mutating func double() throws(OutOfBytes) -> Double { Double(bitPattern: try word()) }

    mutating func text() throws(OutOfBytes) -> String {
        let count = try word()
        guard count <= UInt64(bytes.endIndex - position) else { throw OutOfBytes() }
        let end = position + Int(count)
        defer { position = end }
        return String(decoding: bytes[position..<end], as: UTF8.self)
    }

    mutating func digest() throws(OutOfBytes) -> Digest {
        Digest(words: SIMD4(try word(), try word(), try word(), try word()))
    }

    mutating func stamp() throws(OutOfBytes) -> FileStamp {
        FileStamp(device: try word(), inode: try word(), size: try word(), modified: try signed(), changed: try signed())
    }
}
