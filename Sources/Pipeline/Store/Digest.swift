import Formats
import Platform

/// A SHA-256 digest: the identity of a file's bytes or of a key's record.
package struct Digest: Hashable, Sendable {
    /// The 32 bytes as four words, most significant first.
    package var words: SIMD4<UInt64>

    /// A digest from its words, most significant first.
    package init(words: SIMD4<UInt64>) { self.words = words }

    /// The digest made of 32 bytes.
    ///
    /// - Precondition: `bytes.count == 32`.
    package init(bytes: [UInt8]) {
        precondition(bytes.count == 32, "a digest has 32 bytes, not \(bytes.count)")
        words = .zero
        for (i, byte) in bytes.enumerated() { words[i / 8] = words[i / 8] << 8 | UInt64(byte) }
    }

    /// The digest written as 64 hexadecimal digits, or `nil` for any other text.
    package init?(hex: some StringProtocol) {
        let digits = Array(hex.utf8)
        guard digits.count == 64 else { return nil }
        words = .zero
        for (i, digit) in digits.enumerated() {
            let value: UInt8
            switch digit {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): value = digit - UInt8(ascii: "0")
            case UInt8(ascii: "a")...UInt8(ascii: "f"): value = digit - UInt8(ascii: "a") + 10
            default: return nil
            }
            words[i / 16] = words[i / 16] << 4 | UInt64(value)
        }
    }

    /// The digest of some bytes.
    package static func of(_ bytes: some Sequence<UInt8>) -> Digest {
        var hash = SHA256()
        hash.update(bytes)
        return Digest(bytes: hash.finalize())
    }

    /// Calls `put` with the place and the ASCII byte of each of the 64 hexadecimal digits.
    @inline(__always) func writeHex(_ put: (Int, UInt8) -> Void) {
        for i in 0..<4 {
            var word = words[i]
            for j in 0..<16 {
                let nibble = UInt8(truncatingIfNeeded: word &>> 60)
                put(16 &* i &+ j, nibble &+ (nibble < 10 ? 0x30 : 0x57))
                word = word &<< 4
            }
        }
    }

    /// The 64 hexadecimal digits.
    package var hex: String {
        String(unsafeUninitializedCapacity: 64) { digits in
            writeHex { digits.initializeElement(at: $0, to: $1) }
            return 64
        }
    }

    /// The first twelve digits, for people.
    package var short: String { String(hex.prefix(12)) }
}

extension Digest {
    /// A quarter of the bytes tells digests apart as well as all of them.
    package func hash(into hasher: inout Hasher) { hasher.combine(words[0]) }
}

extension Digest: CustomStringConvertible, Comparable {
    /// 64 hexadecimal digits.
    package var description: String { hex }

    /// By the bytes, the first first.
    package static func < (a: Digest, b: Digest) -> Bool {
        for i in 0..<4 where a.words[i] != b.words[i] { return a.words[i] < b.words[i] }
        return false
    }
}

extension FileSystem {
    /// The digest of a file's bytes and its status, or `nil` where there is no file.
    ///
    /// Cost: one pass over the file. A file that changes meanwhile has another stamp before than after; then it is read again.
    package func digest(of path: String) throws -> (digest: Digest, status: FileStatus)? {
        while true {
            var hash = SHA256()
            guard let read = try readBlocks(path, { hash.update(buffer: $0) }) else { return nil }
            if read.isSteady { return (Digest(bytes: hash.finalize()), read.status) }
        }
    }
}

extension Digest: Codable {
    /// Reads hexadecimal digits.
    package init(from decoder: any Decoder) throws {
        let text = try decoder.singleValueContainer().decode(String.self)
        guard let digest = Digest(hex: text) else { throw RecordError.wrongType("value", expected: "a digest", found: text) }
        self = digest
    }

    /// Writes hexadecimal digits.
    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(hex)
    }
}
