/// A tar archive in memory (POSIX.1-2001, ustar).
///
/// Nothing is written to disk, whatever names and links the archive holds; a file counts under the name that it has there.
struct Tar {
    /// What a header tells of.
    struct Entry: Hashable {
        /// The name; for those that a later one replaces when the archive is unpacked, too.
        var name: String
        /// The type's letter: `0` or nothing for a regular file, `1` and `2` for links, `5` for a folder.
        var type: UInt8
        /// Where its content lies.
        var content: Range<Int>
        var isRegular: Bool { type == UInt8(ascii: "0") || type == 0 }
    }

    private let bytes: [UInt8]
    /// All that the archive holds, in its order.
    private(set) var entries: [Entry] = []
    /// Where the contents of the regular files lie, by name.
    private(set) var files: [String: Range<Int>] = [:]

    /// Reads the archive's headers. Names longer than a header's field, which need extensions of the format, are not put together.
    ///
    /// - Throws: `TarError` for a header whose checksum is wrong, or a file that goes on beyond the archive's end.
    init(_ bytes: [UInt8]) throws(TarError) {
        self.bytes = bytes
        var start = 0
        while start < bytes.count {
            guard start + Self.block <= bytes.count else { throw .truncated(at: start) }
            let header = bytes[start..<start + Self.block]
            // A block of zeros ends the archive.
            if header.allSatisfy({ $0 == 0 }) { return }
            guard let size = Self.octal(header, 124, 12), Self.octal(header, 148, 8) == Self.checksum(header) else {
                throw .damaged(at: start)
            }
            let content = start + Self.block
            guard size <= bytes.count - content else { throw .truncated(at: start) }
            let entry = Entry(name: Self.name(header), type: header[start + 156], content: content..<content + size)
            entries.append(entry)
            if entry.isRegular { files[entry.name] = entry.content }
            start = content + (size + Self.block - 1) / Self.block * Self.block
        }
    }

    /// The contents of a file.
    func content(_ name: String) throws(TarError) -> [UInt8] {
        guard let range = files[name] else { throw .missing(name, among: files.keys.sorted()) }
        return Array(bytes[range])
    }

    /// The bytes of an entry.
    subscript(_ entry: Entry) -> ArraySlice<UInt8> { bytes[entry.content] }

    // MARK: - Headers

    static let block = 512

    /// A text that a field holds, up to its first zero.
    private static func text(_ header: ArraySlice<UInt8>, _ offset: Int, _ length: Int) -> String {
        let start = header.startIndex + offset
        return String(decoding: header[start..<start + length].prefix { $0 != 0 }, as: UTF8.self)
    }

    private static func octal(_ header: ArraySlice<UInt8>, _ offset: Int, _ length: Int) -> Int? {
        Int(text(header, offset, length).filter { $0 != " " }, radix: 8).flatMap { $0 >= 0 ? $0 : nil }
    }

    static func name(_ header: ArraySlice<UInt8>) -> String {
        let prefix = text(header, 257, 5) == "ustar" ? text(header, 345, 155) : ""
        return (prefix.isEmpty ? "" : prefix + "/") + text(header, 0, 100)
    }

    /// The sum of the header's bytes, its own field counting as spaces.
    static func checksum(_ header: ArraySlice<UInt8>) -> Int {
        header.indices.reduce(0) { sum, index in
            sum + ((148..<156).contains(index - header.startIndex) ? 0x20 : Int(header[index]))
        }
    }
}

/// What is wrong with a tar archive.
enum TarError: Error, Hashable, CustomStringConvertible {
    case damaged(at: Int)
    case truncated(at: Int)
    case missing(String, among: [String])

    var description: String {
        switch self {
        case .damaged(let offset): "the tar archive's header at byte \(offset) is damaged; fetch the archive again"
        case .truncated(let offset): "the tar archive ends within the file whose header is at byte \(offset); fetch it again"
        case .missing(let name, let names):
            "the tar archive has no file \(name); it has \(names.joined(separator: ", ")); it may be another archive"
        }
    }
}
