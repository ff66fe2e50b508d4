/// The text of a source file, as far as a program can depend on it.
package struct SourceText {
    /// What comments and literals look like.
    package enum Language {
        /// Comments nest; literals may be raw, span lines and hold code.
        case swift
        /// And what is written like it: OpenCL, CUDA, Metal.
        case c

        /// The language of files with this extension; `nil` for others, of which every byte counts.
        package init?(fileExtension: String) {
            switch fileExtension {
            case "swift": self = .swift
            case "c", "h", "cl", "cu", "cuh", "metal": self = .c
            default: return nil
            }
        }
    }

    private let source: [UInt8]
    private let language: Language
    private var position = 0
    private var out: [UInt8] = []
    /// White space that was read and is written before the next byte of code.
    private var space: UInt8?

    private init(_ source: [UInt8], _ language: Language) { (self.source, self.language) = (source, language) }

    /// A source text without comments and with each run of white space as one space (a newline where it held one).
    ///
    /// Literals are kept as they are, and in them the code that is interpolated like other code. So an edit of comments or of layout
    /// changes nothing, and any other edit does.
    package static func withoutCommentsAndSpace(_ source: [UInt8], _ language: Language) -> [UInt8] {
        var text = SourceText(source, language)
        // A parenthesis too many ends `code`, but not the file.
        while text.position < source.count {
            text.code()
            if text.position < source.count { text.keep(1) }
        }
        return text.out
    }

    /// Reads code, up to the parenthesis that closes what surrounds it.
    private mutating func code() {
        var depth = 0
        while position < source.count {
            let byte = source[position]
            if byte == Self.slash, starts("//") {
                while position < source.count, source[position] != UInt8(ascii: "\n") { position += 1 }
            } else if byte == Self.slash, starts("/*") {
                comment()
            } else if [0x20, 0x09, 0x0a, 0x0d].contains(byte) {
                space = byte == 0x0a || space == 0x0a ? 0x0a : 0x20
                position += 1
            } else if byte == Self.quote || byte == UInt8(ascii: "#") && hashes > 0 {
                literal()
            } else if byte == UInt8(ascii: "'"), language == .c {
                quoted(by: byte)
            } else {
                if byte == UInt8(ascii: "(") { depth += 1 }
                if byte == UInt8(ascii: ")") {
                    if depth == 0 { return }
                    depth -= 1
                }
                keep(1)
            }
        }
    }

    private mutating func comment() {
        var depth = 0
        repeat {
            if starts("/*"), depth == 0 || language == .swift {
                depth += 1
                position += 2
            } else if starts("*/") {
                depth -= 1
                position += 2
            } else {
                position += 1
            }
        } while depth > 0 && position < source.count
        space = space ?? 0x20
    }

    /// How many # stand before a quotation mark here: those of a raw literal.
    private var hashes: Int {
        let count = source[position...].prefix { $0 == UInt8(ascii: "#") }.count
        return language == .swift && position + count < source.count && source[position + count] == UInt8(ascii: "\"") ? count : 0
    }

    private mutating func literal() {
        guard language == .swift else { return quoted(by: Self.quote) }
        let hashes = hashes
        keep(hashes)
        let hash = String(repeating: "#", count: hashes)
        let quotes = starts("\"\"\"") ? "\"\"\"" : "\""
        keep(quotes.utf8.count)
        while position < source.count {
            let byte = source[position]
            if byte == Self.quote, starts(quotes + hash) {
                return keep(quotes.utf8.count + hashes)
            } else if byte == Self.backslash, starts("\\" + hash + "(") {
                keep(2 + hashes)
                code()
                if position < source.count { keep(1) }
            } else if byte == Self.backslash, starts("\\" + hash) {
                keep(2 + hashes)
            } else {
                keep(1)
            }
        }
    }

    /// A literal in which a backslash keeps the next byte, whatever it is.
    private mutating func quoted(by quote: UInt8) {
        keep(1)
        while position < source.count {
            if source[position] == quote { return keep(1) }
            keep(source[position] == Self.backslash ? 2 : 1)
        }
    }

    private static let slash = UInt8(ascii: "/"), quote = UInt8(ascii: "\""), backslash = UInt8(ascii: "\\")

    private func starts(_ text: String) -> Bool { source[position...].starts(with: text.utf8) }

    /// Takes over bytes of the source.
    private mutating func keep(_ count: Int) {
        if let space, !out.isEmpty { out.append(space) }
        space = nil
        let end = min(position + count, source.count)
        out += source[position..<end]
        position = end
    }
}
