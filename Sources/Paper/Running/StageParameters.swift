import Formats

/// Reads the members of a stage's parameters.
struct StageParameters {
    let json: JSON

    private func member<Value>(_ name: String, _ type: String, _ read: (JSON) -> Value?) throws -> Value {
        guard let member = json[name] else { throw ParameterError.missing(name) }
        guard let value = read(member) else { throw ParameterError.wrongType(name, expected: type, found: member.text) }
        return value
    }

    func number(_ name: String) throws -> Double { try member(name, "a number", \.numberValue) }
    func integer(_ name: String) throws -> Int { try member(name, "an integer", \.integerValue) }
    func string(_ name: String) throws -> String { try member(name, "a string", \.stringValue) }
    func bool(_ name: String) throws -> Bool { try member(name, "true or false", \.boolValue) }
    func array(_ name: String) throws -> [JSON] { try member(name, "an array", \.arrayValue) }
    func object(_ name: String) throws -> StageParameters {
        StageParameters(json: try member(name, "an object") { $0.objectValue.map { .object($0) } })
    }

    /// The integer under `name`, or `nil` where it is absent or null.
    func optionalInteger(_ name: String) throws -> Int? {
        json[name] == nil || json[name] == .null ? nil : try integer(name)
    }
}

/// What is wrong with a stage's parameters.
enum ParameterError: Error, CustomStringConvertible {
    case missing(String)
    case wrongType(String, expected: String, found: String)
    case unknown(value: String, of: String, among: [String])

    var description: String {
        switch self {
        case .missing(let name): "the stage's parameters have no \(name)"
        case .wrongType(let name, let expected, let found): "the stage's parameter \(name) is \(found) and should be \(expected)"
        case .unknown(let value, let name, let known): "\(name) cannot be \(value); it is one of \(known.joined(separator: ", "))"
        }
    }
}
