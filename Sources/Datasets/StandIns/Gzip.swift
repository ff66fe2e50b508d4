/// Gzip files (RFC 1952) whose content is stored, not compressed: the same bytes everywhere, and no compressor needed.
enum Gzip {
    /// The file that decompresses to `content`.
    ///
    /// Without a name or a time, as `gzip -n` writes.
    static func stored(_ content: [UInt8]) -> [UInt8] {
        // Magic, deflate, no flags, no time (4 bytes), no hint, unknown system.
        var file: [UInt8] = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255]
        file.reserveCapacity(content.count + content.count / 65_535 * 5 + 32)
        var start = 0
        repeat {
            let end = min(start + 65_535, content.count)
            let length = UInt16(end - start)
            file.append(end == content.count ? 1 : 0)
            file += littleEndian(length) + littleEndian(~length)
            file += content[start..<end]
            start = end
        } while start < content.count
        return file + littleEndian(checksum(content)) + littleEndian(UInt32(truncatingIfNeeded: content.count))
    }

    /// The CRC-32 that gzip and PNG use.
    static func checksum(_ bytes: [UInt8]) -> UInt32 {
        table.withUnsafeBufferPointer { table in
            ~bytes.reduce(~0) { crc, byte in crc >> 8 ^ table[Int(UInt8(truncatingIfNeeded: crc) ^ byte)] }
        }
    }

    private static let table: [UInt32] = (0..<256).map { byte in
        (0..<8).reduce(UInt32(byte)) { crc, _ in crc >> 1 ^ (crc & 1 == 1 ? 0xedb8_8320 : 0) }
    }

    private static func littleEndian<Word: FixedWidthInteger>(_ word: Word) -> [UInt8] {
        (0..<Word.bitWidth / 8).map { UInt8(truncatingIfNeeded: word >> Word(8 * $0)) }
    }
}
