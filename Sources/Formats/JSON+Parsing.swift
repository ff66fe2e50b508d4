/// What is wrong with a text that should be JSON, and at which byte.
public struct JSONError: Error, Hashable, CustomStringConvertible {
    /// What is wrong, in words.
    public var problem: String
    /// Where, in bytes from the start.
    public var offset: Int
    /// The problem and its place.
    public var description: String { "not valid JSON: \(problem) at byte \(offset)" }
}

extension JSON {
    /// Reads a JSON text (RFC 8259); objects with a repeated key and numbers beyond double precision's range are refused.
    ///
    /// - Throws: `JSONError`. Nesting deeper than 64 levels is an error, so that no input can exhaust the stack.
    public init(parsing text: some Sequence<UInt8>) throws(JSONError) {
        var parser = JSONParser(bytes: Array(text))
        self = try parser.document()
    }

    /// Reads a JSON text.
    public init(parsing text: String) throws(JSONError) { try self.init(parsing: text.utf8) }
}

private struct JSONParser {
    let bytes: [UInt8]
    var position = 0
    var depth = 0

    init(bytes: [UInt8]) { self.bytes = bytes }

    var next: UInt8? { position < bytes.count ? bytes[position] : nil }

    func fail(_ problem: String) -> JSONError { JSONError(problem: problem, offset: position) }

    mutating func skipSpace() {
        while let byte = next, byte == 0x20 || byte == 0x0a || byte == 0x0d || byte == 0x09 { position += 1 }
    }

    mutating func document() throws(JSONError) -> JSON {
        let result = try value()
        skipSpace()
        if next != nil { throw fail("text after the end") }
        return result
    }

    mutating func value() throws(JSONError) -> JSON {
        skipSpace()
        guard let byte = next else { throw fail("the text ends early") }
        switch byte {
        case UInt8(ascii: "{"): return try object()
        case UInt8(ascii: "["): return try array()
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "t"): return try word("true", .bool(true))
        case UInt8(ascii: "f"): return try word("false", .bool(false))
        case UInt8(ascii: "n"): return try word("null", .null)
        default: return try number()
        }
    }

    mutating func word(_ word: String, _ value: JSON) throws(JSONError) -> JSON {
        let expected = Array(word.utf8)
        guard bytes[position...].starts(with: expected) else { throw fail("an unknown word") }
        position += expected.count
        return value
    }

    mutating func descend() throws(JSONError) {
        depth += 1
        if depth > 64 { throw fail("nesting is deeper than 64") }
        position += 1
    }

    /// Steps over `close` or a comma; true where the list has ended.
    mutating func ends(with close: Character, first: Bool) throws(JSONError) -> Bool {
        skipSpace()
        if next == close.asciiValue {
            position += 1
            depth -= 1
            return true
        }
        if !first {
            guard next == UInt8(ascii: ",") else { throw fail("a comma or \(close) is missing") }
            position += 1
            skipSpace()
        }
        return false
    }

    mutating func array() throws(JSONError) -> JSON {
        try descend()
        var items: [JSON] = []
        while !(try ends(with: "]", first: items.isEmpty)) { items.append(try value()) }
        return .array(items)
    }

    mutating func object() throws(JSONError) -> JSON {
        try descend()
        var members: [String: JSON] = [:]
        while !(try ends(with: "}", first: members.isEmpty)) {
            guard next == UInt8(ascii: "\"") else { throw fail("a key in quotes is missing") }
            let key = try string()
            skipSpace()
            guard next == UInt8(ascii: ":") else { throw fail("a colon is missing") }
            position += 1
            let member = try value()
            guard members.updateValue(member, forKey: key) == nil else { throw fail("the key \(key) stands twice") }
        }
        return .object(members)
    }

    mutating func number() throws(JSONError) -> JSON {
        let start = position
        func isDigit(_ byte: UInt8?) -> Bool { byte.map { $0 >= 0x30 && $0 <= 0x39 } ?? false }
        func digits() throws(JSONError) {
            guard isDigit(next) else { throw fail("a digit is missing") }
            while isDigit(next) { position += 1 }
        }
        if next == UInt8(ascii: "-") { position += 1 }
        if next == UInt8(ascii: "0") { position += 1 } else { try digits() }
        if next == UInt8(ascii: ".") {
            position += 1
            try digits()
        }
        if next == UInt8(ascii: "e") || next == UInt8(ascii: "E") {
            position += 1
            if next == UInt8(ascii: "+") || next == UInt8(ascii: "-") { position += 1 }
            try digits()
        }
        guard let value = Double(String(decoding: bytes[start..<position], as: UTF8.self)), value.isFinite else {
            throw fail("a number out of range")
        }
        return .number(value)
    }

    mutating func string() throws(JSONError) -> String {
        position += 1
        var text: [UInt8] = []
        while let byte = next {
            position += 1
            switch byte {
            case UInt8(ascii: "\""):
                guard let string = String(validating: text, as: UTF8.self) else { throw fail("text that is not UTF-8") }
                return string
            case UInt8(ascii: "\\"): try escape(into: &text)
            case ..<0x20: throw fail("a control character in a string")
            default: text.append(byte)
            }
        }
        throw fail("a string without its end")
    }

    mutating func escape(into text: inout [UInt8]) throws(JSONError) {
        guard let byte = next else { throw fail("the text ends early") }
        position += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): text.append(byte)
        case UInt8(ascii: "b"): text.append(0x08)
        case UInt8(ascii: "f"): text.append(0x0c)
        case UInt8(ascii: "n"): text.append(0x0a)
        case UInt8(ascii: "r"): text.append(0x0d)
        case UInt8(ascii: "t"): text.append(0x09)
        case UInt8(ascii: "u"):
            var code = try codeUnit()
            if code >= 0xd800 && code < 0xdc00, bytes[position...].starts(with: Array("\\u".utf8)) {
                position += 2
                let low = try codeUnit()
                guard low >= 0xdc00 && low < 0xe000 else { throw fail("half of a surrogate pair") }
                code = 0x10000 + (code - 0xd800) << 10 + (low - 0xdc00)
            }
            guard let scalar = Unicode.Scalar(code) else { throw fail("half of a surrogate pair") }
            text.append(contentsOf: Array(String(Character(scalar)).utf8))
        default: throw fail("an unknown escape")
        }
    }

    mutating func codeUnit() throws(JSONError) -> UInt32 {
        guard position + 4 <= bytes.count else { throw fail("the text ends early") }
        var code: UInt32 = 0
        for byte in bytes[position..<position + 4] {
            guard let digit = Character(Unicode.Scalar(byte)).hexDigitValue else { throw fail("a hexadecimal digit is missing") }
            code = code * 16 + UInt32(digit)
        }
        position += 4
        return code
    }
}
