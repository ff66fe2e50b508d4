/// A value whose members stand in records among those of what holds it, instead of under its property's name.
package protocol Inlined {}

/// Codes values to JSON and back: what their properties are called and hold, and nothing of how they are declared.
///
/// `learningRate` becomes `learning_rate`; an optional that is `nil` becomes `null`, so that a record names all there is. Of
/// dictionaries only those of texts are coded, with their keys as they are. Numbers are held in double precision; integers
/// beyond 2⁵³, which that does not tell apart, are held as texts of their digits.
package enum Record {
    /// The value as JSON.
    package static func encode(_ value: some Encodable) throws -> JSON {
        switch value {
        case let value as Bool: return .bool(value)
        case let value as any FixedWidthInteger: return number(value)
        case let value as Double: return .number(value)
        case let value as Float: return .number(Double(value))
        case let value as String: return .string(value)
        case let value as [String: String]: return .object(value.mapValues { .string($0) })
        default:
            let encoder = RecordEncoder()
            try value.encode(to: encoder)
            return encoder.result
        }
    }

    /// The value that `encode` made such JSON of.
    ///
    /// - Throws: `RecordError` where a member is missing or of another type, or what the type's own initialiser throws.
    package static func decode<Value: Decodable>(_ type: Value.Type = Value.self, from json: JSON) throws -> Value {
        try decode(type, from: json, at: [])
    }

    fileprivate static func decode<Value: Decodable>(_ type: Value.Type, from json: JSON, at path: [any CodingKey]) throws
        -> Value
    {
        func found<Part>(_ part: Part?, _ expected: String) throws -> Value {
            guard let value = part as? Value else {
                throw RecordError.wrongType(name(of: path), expected: expected, found: json.text)
            }
            return value
        }
        if type == Bool.self { return try found(json.boolValue, "true or false") }
        if let type = type as? any FixedWidthInteger.Type {
            let value = json.integerValue ?? json.stringValue.flatMap { Int($0) }
            return try found(value.flatMap { integer(type, $0) }, "an integer")
        }
        if type == Double.self { return try found(json.numberValue, "a number") }
        if type == Float.self { return try found(json.numberValue.map { Float($0) }, "a number") }
        if type == String.self { return try found(json.stringValue, "a string") }
        if type == [String: String].self {
            let members = try json.objectValue?.mapValues { try decode(String.self, from: $0, at: path) }
            return try found(members, "an object of strings")
        }
        return try Value(from: RecordDecoder(json: json, codingPath: path))
    }

    private static func number(_ value: some FixedWidthInteger) -> JSON {
        value.magnitude <= 1 << 53 ? .number(Double(value)) : .string("\(value)")
    }

    /// `nil` where the type does not hold the value.
    private static func integer<Integer: FixedWidthInteger>(_: Integer.Type, _ value: Int) -> (any FixedWidthInteger)? {
        Integer(exactly: value)
    }

    /// `learning_rate` for `learningRate`.
    fileprivate static func name(_ key: some CodingKey) -> String {
        key.stringValue.reduce(into: "") { $0 += $1.isUppercase ? "_" + $1.lowercased() : String($1) }
    }

    fileprivate static func name(of path: [any CodingKey]) -> String {
        path.isEmpty ? "value" : path.map { name($0) }.joined(separator: ".")
    }
}

/// What is wrong with JSON that a value is read from.
package enum RecordError: Error, CustomStringConvertible {
    /// There is no member of this name.
    case missing(String)
    /// A member is not what it should be.
    case wrongType(String, expected: String, found: String)
    /// A member is none of the values that it can have.
    case unknown(value: String, of: String, among: [String])

    /// What is wrong, with the member's name.
    package var description: String {
        switch self {
        case .missing(let name): "there is no \(name)"
        case .wrongType(let name, let expected, let found): "\(name) is \(found) and should be \(expected)"
        case .unknown(let value, let name, let known): "\(name) cannot be \(value); it is one of \(known.joined(separator: ", "))"
        }
    }
}

// MARK: - Encoding

/// Collects what one value encodes: members, items or a single value.
private final class RecordEncoder: Encoder {
    var result = JSON.object([:])
    let codingPath: [any CodingKey] = []
    let userInfo: [CodingUserInfoKey: Any] = [:]

    func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedEncodingContainer<Key> {
        KeyedEncodingContainer(Members<Key>(encoder: self))
    }
    func unkeyedContainer() -> any UnkeyedEncodingContainer {
        result = .array([])
        return Items(encoder: self)
    }
    func singleValueContainer() -> any SingleValueEncodingContainer { Single(encoder: self) }

    private struct Members<Key: CodingKey>: KeyedEncodingContainerProtocol {
        let encoder: RecordEncoder
        var codingPath: [any CodingKey] { [] }

        private func set(_ json: JSON, _ key: Key) {
            var members = encoder.result.objectValue ?? [:]
            members[Record.name(key)] = json
            encoder.result = .object(members)
        }
        func encodeNil(forKey key: Key) { set(.null, key) }
        func encode<Value: Encodable>(_ value: Value, forKey key: Key) throws {
            if value is any Inlined { try value.encode(to: encoder) } else { set(try Record.encode(value), key) }
        }
        private func setOrNull(_ value: (some Encodable)?, _ key: Key) throws {
            set(try value.map { try Record.encode($0) } ?? .null, key)
        }
        // One for each type whose default leaves out what is `nil`.
        func encodeIfPresent(_ value: Bool?, forKey key: Key) throws { try setOrNull(value, key) }
        func encodeIfPresent(_ value: Int?, forKey key: Key) throws { try setOrNull(value, key) }
        func encodeIfPresent(_ value: Double?, forKey key: Key) throws { try setOrNull(value, key) }
        func encodeIfPresent(_ value: String?, forKey key: Key) throws { try setOrNull(value, key) }
        func encodeIfPresent(_ value: (some Encodable)?, forKey key: Key) throws { try setOrNull(value, key) }
        func nestedContainer<Nested>(keyedBy: Nested.Type, forKey key: Key) -> KeyedEncodingContainer<Nested> { unsupported() }
        func nestedUnkeyedContainer(forKey key: Key) -> any UnkeyedEncodingContainer { unsupported() }
        func superEncoder() -> any Encoder { unsupported() }
        func superEncoder(forKey key: Key) -> any Encoder { unsupported() }
    }

    private struct Items: UnkeyedEncodingContainer {
        let encoder: RecordEncoder
        var codingPath: [any CodingKey] { [] }
        var count: Int { encoder.result.arrayValue?.count ?? 0 }

        private func append(_ json: JSON) { encoder.result = .array((encoder.result.arrayValue ?? []) + [json]) }
        func encodeNil() { append(.null) }
        func encode<Value: Encodable>(_ value: Value) throws { append(try Record.encode(value)) }
        func nestedContainer<Nested>(keyedBy: Nested.Type) -> KeyedEncodingContainer<Nested> { unsupported() }
        func nestedUnkeyedContainer() -> any UnkeyedEncodingContainer { unsupported() }
        func superEncoder() -> any Encoder { unsupported() }
    }

    private struct Single: SingleValueEncodingContainer {
        let encoder: RecordEncoder
        var codingPath: [any CodingKey] { [] }

        func encodeNil() { encoder.result = .null }
        func encode<Value: Encodable>(_ value: Value) throws { encoder.result = try Record.encode(value) }
    }
}

// MARK: - Decoding

private struct RecordDecoder: Decoder {
    let json: JSON
    let codingPath: [any CodingKey]
    var userInfo: [CodingUserInfoKey: Any] { [:] }

    func container<Key: CodingKey>(keyedBy type: Key.Type) throws -> KeyedDecodingContainer<Key> {
        guard let members = json.objectValue else {
            throw RecordError.wrongType(Record.name(of: codingPath), expected: "an object", found: json.text)
        }
        return KeyedDecodingContainer(Members<Key>(members: members, codingPath: codingPath))
    }
    func unkeyedContainer() throws -> any UnkeyedDecodingContainer {
        guard let items = json.arrayValue else {
            throw RecordError.wrongType(Record.name(of: codingPath), expected: "an array", found: json.text)
        }
        return Items(items: items, codingPath: codingPath)
    }
    func singleValueContainer() -> any SingleValueDecodingContainer { Single(json: json, codingPath: codingPath) }

    private struct Members<Key: CodingKey>: KeyedDecodingContainerProtocol {
        let members: [String: JSON]
        let codingPath: [any CodingKey]
        var allKeys: [Key] { members.keys.sorted().compactMap(Key.init(stringValue:)) }

        private func member(_ key: Key) throws -> JSON {
            guard let member = members[Record.name(key)] else { throw RecordError.missing(Record.name(of: codingPath + [key])) }
            return member
        }
        func contains(_ key: Key) -> Bool { members[Record.name(key)] != nil }
        func decodeNil(forKey key: Key) throws -> Bool { try member(key) == .null }
        func decode<Value: Decodable>(_ type: Value.Type, forKey key: Key) throws -> Value {
            if type is any Inlined.Type { return try Value(from: RecordDecoder(json: .object(members), codingPath: codingPath)) }
            return try Record.decode(type, from: try member(key), at: codingPath + [key])
        }
        func nestedContainer<Nested>(keyedBy: Nested.Type, forKey key: Key) -> KeyedDecodingContainer<Nested> { unsupported() }
        func nestedUnkeyedContainer(forKey key: Key) -> any UnkeyedDecodingContainer { unsupported() }
        func superDecoder() -> any Decoder { unsupported() }
        func superDecoder(forKey key: Key) -> any Decoder { unsupported() }
    }

    private struct Items: UnkeyedDecodingContainer {
        let items: [JSON]
        let codingPath: [any CodingKey]
        var currentIndex = 0
        var count: Int? { items.count }
        var isAtEnd: Bool { currentIndex == items.count }

        init(items: [JSON], codingPath: [any CodingKey]) { (self.items, self.codingPath) = (items, codingPath) }
        mutating func decodeNil() -> Bool {
            if isAtEnd || items[currentIndex] != .null { return false }
            currentIndex += 1
            return true
        }
        mutating func decode<Value: Decodable>(_ type: Value.Type) throws -> Value {
            guard !isAtEnd else { throw RecordError.missing("\(Record.name(of: codingPath)) \(currentIndex)") }
            defer { currentIndex += 1 }
            return try Record.decode(type, from: items[currentIndex], at: codingPath)
        }
        func nestedContainer<Nested>(keyedBy: Nested.Type) -> KeyedDecodingContainer<Nested> { unsupported() }
        func nestedUnkeyedContainer() -> any UnkeyedDecodingContainer { unsupported() }
        func superDecoder() -> any Decoder { unsupported() }
    }

    private struct Single: SingleValueDecodingContainer {
        let json: JSON
        let codingPath: [any CodingKey]

        func decodeNil() -> Bool { json == .null }
        func decode<Value: Decodable>(_ type: Value.Type) throws -> Value { try Record.decode(type, from: json, at: codingPath) }
    }
}

/// Containers in containers are made by coding a value of a type of its own.
private func unsupported() -> Never { preconditionFailure("a record's values nest by their types") }
