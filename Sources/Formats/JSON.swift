/// A JSON value whose text is canonical: keys sorted, no white space, shortest numbers.
///
/// Two values are equal exactly when their texts are; `1`, `1.0` and `1e0` are one value, and so are `0` and `-0`.
public indirect enum JSON: Sendable, Hashable {
    case null
    case bool(Bool)
    case number(Double)
    case string(String)
    case array([JSON])
    case object([String: JSON])

    /// Whether the canonical texts are equal byte for byte (Swift's own strings compare by canonical equivalence, which is looser).
    ///
    /// Not-a-numbers, which no text can hold, are equal to one another.
    public static func == (a: JSON, b: JSON) -> Bool {
        switch (a, b) {
        case (.null, .null): true
        case (.bool(let a), .bool(let b)): a == b
        case (.number(let a), .number(let b)): a == b || (a.isNaN && b.isNaN)
        case (.string(let a), .string(let b)): a.utf8.elementsEqual(b.utf8)
        case (.array(let a), .array(let b)): a == b
        case (.object(let a), .object(let b)):
            a.count == b.count
                && zip(sorted(a), sorted(b)).allSatisfy { $0.key.utf8.elementsEqual($1.key.utf8) && $0.value == $1.value }
        default: false
        }
    }

    /// Equal values give equal hashes: all NaNs are one.
    public func hash(into hasher: inout Hasher) {
        switch self {
        case .null: hasher.combine(0)
        case .bool(let value): hasher.combine(value)
        case .number(let value): hasher.combine(value.isNaN ? .nan : value)
        case .string(let value): hasher.combine(value)
        case .array(let items): hasher.combine(items)
        case .object(let members):
            hasher.combine(members.count)
            for (key, value) in Self.sorted(members) {
                hasher.combine(key)
                hasher.combine(value)
            }
        }
    }

    private static func sorted(_ members: [String: JSON]) -> [(key: String, value: JSON)] {
        members.sorted { $0.key.precedesByBytes($1.key) }
    }

    /// The canonical text.
    ///
    /// - Precondition: numbers are finite (JSON has no others).
    public var text: String {
        var out = ""
        write(into: &out, indent: nil)
        return out
    }

    /// The text over several lines, two spaces a level, keys sorted, with a final newline; for files that people read.
    public var prettyText: String {
        var out = ""
        write(into: &out, indent: 0)
        return out + "\n"
    }

    private func write(into out: inout String, indent: Int?) {
        func list<S: Sequence>(_ open: String, _ close: String, _ items: S, each: (S.Element) -> Void) {
            out += open
            var first = true
            for item in items {
                if !first { out += "," }
                first = false
                if let indent { out += "\n" + String(repeating: "  ", count: indent + 1) }
                each(item)
            }
            if let indent, !first { out += "\n" + String(repeating: "  ", count: indent) }
            out += close
        }
        let deeper = indent.map { $0 + 1 }
        switch self {
        case .null: out += "null"
        case .bool(let value): out += value ? "true" : "false"
        case .number(let value):
            precondition(value.isFinite, "JSON has no number \(value)")
            out += shortestText(value)
        case .string(let value): Self.quote(value, into: &out)
        case .array(let items): list("[", "]", items) { $0.write(into: &out, indent: deeper) }
        case .object(let members):
            list("{", "}", Self.sorted(members)) { key, value in
                Self.quote(key, into: &out)
                out += indent == nil ? ":" : ": "
                value.write(into: &out, indent: deeper)
            }
        }
    }

    private static func quote(_ text: String, into out: inout String) {
        out += "\""
        defer { out += "\"" }
        var plain = text
        if plain.withUTF8({ $0.allSatisfy { $0 >= 0x20 && $0 != 0x22 && $0 != 0x5c } }) {
            out += text
            return
        }
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": out += "\\\""
            case "\\": out += "\\\\"
            case "\n": out += "\\n"
            case "\r": out += "\\r"
            case "\t": out += "\\t"
            case _ where scalar.value < 0x20:
                out += "\\u00" + hexadecimal([UInt8(scalar.value)])
            default: out.unicodeScalars.append(scalar)
            }
        }
    }
}

extension String {
    /// Whether this text comes before another in the order of their UTF-8 bytes: the order of keys and paths.
    ///
    /// Swift's own order is that of normalised letters.
    public func precedesByBytes(_ other: String) -> Bool {
        var (a, b) = (self, other)
        return a.withUTF8 { a in
            b.withUTF8 { b in
                for i in 0..<min(a.count, b.count) where a[i] != b[i] { return a[i] < b[i] }
                return a.count < b.count
            }
        }
    }
}

// MARK: - Reading members

extension JSON {
    /// The member of an object, or `nil`.
    public subscript(key: String) -> JSON? {
        if case .object(let members) = self { members[key] } else { nil }
    }

    /// The value as a string, or `nil`.
    public var stringValue: String? { if case .string(let value) = self { value } else { nil } }

    /// The value as a number, or `nil`.
    public var numberValue: Double? { if case .number(let value) = self { value } else { nil } }

    /// The value as an integer, or `nil` where it is none.
    public var integerValue: Int? { numberValue.flatMap { Int(exactly: $0) } }

    /// The value as a Boolean, or `nil`.
    public var boolValue: Bool? { if case .bool(let value) = self { value } else { nil } }

    /// The elements of an array, or `nil`.
    public var arrayValue: [JSON]? { if case .array(let value) = self { value } else { nil } }

    /// The members of an object, or `nil`.
    public var objectValue: [String: JSON]? { if case .object(let value) = self { value } else { nil } }
}

extension JSON: ExpressibleByStringLiteral, ExpressibleByFloatLiteral, ExpressibleByIntegerLiteral,
    ExpressibleByBooleanLiteral, ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
    /// A text.
    public init(stringLiteral value: String) { self = .string(value) }
    /// A number.
    public init(floatLiteral value: Double) { self = .number(value) }
    /// An integer, as a number.
    public init(integerLiteral value: Int) { self = .number(Double(value)) }
    /// A truth value.
    public init(booleanLiteral value: Bool) { self = .bool(value) }
    /// An array.
    public init(arrayLiteral elements: JSON...) { self = .array(elements) }
    /// An object; of equal keys the last counts.
    public init(dictionaryLiteral elements: (String, JSON)...) {
        self = .object(Dictionary(elements) { _, last in last })
    }

    /// An integer; exact up to 2⁵³.
    public init(_ value: Int) { self = .number(Double(value)) }
}

/// The shortest decimal text that reads back to the same value, `nan`, `inf` or `-inf`; integers without a point, zero without a sign.
public func shortestText(_ value: Double) -> String {
    if value == 0 { return "0" }
    let text = value.description
    return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
}

/// The shortest decimal text that reads back to the same single-precision value.
public func shortestText(_ value: Float) -> String {
    if value == 0 { return "0" }
    let text = value.description
    return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
}
