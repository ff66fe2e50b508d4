import Formats
import TestSupport
import Testing

@testable import Pipeline

@Suite("Keys")
struct KeyTests {
    /// A value of parameters as someone may have written it, apart from what it means.
    indirect enum Written {
        /// A number and one of the ways to write it.
        case number(Double, String)
        case string(String)
        case bool(Bool)
        case null
        case list([Written])
        /// Members in the order in which they are written.
        case object([(String, Written)])

        /// The text, for the parser.
        var text: String {
            switch self {
            case .number(_, let text): text
            case .string(let text): JSON.string(text).text
            case .bool(let value): "\(value)"
            case .null: "null"
            case .list(let items): "[ " + items.map(\.text).joined(separator: " , ") + "]"
            case .object(let members):
                "{" + members.map { JSON.string($0.0).text + ": " + $0.1.text }.joined(separator: ",\n") + "}"
            }
        }

        /// The meaning, made without JSON: equal exactly where the meanings are.
        var meaning: String {
            switch self {
            case .number(let value, _): "n\(value == 0 ? 0 : value.bitPattern)"
            case .string(let text): "s\(Array(text.utf8))"
            case .bool(let value): "b\(value)"
            case .null: "0"
            case .list(let items): "l(" + items.map(\.meaning).joined(separator: ";") + ")"
            case .object(let members):
                "o(" + members.map { "\(Array($0.0.utf8))=\($0.1.meaning)" }.sorted().joined(separator: ";") + ")"
            }
        }

        /// A random value out of few, so that equal meanings come often, in several spellings.
        static func random(_ depth: Int, using random: inout SplitMix) -> Written {
            switch Int.random(in: 0..<(depth > 0 ? 8 : 5), using: &random) {
            case 0, 1, 2:
                let number = [
                    (0.0, ["0", "-0", "0.0", "-0e5", "0.000"]), (0.001, ["1e-3", "0.001", "0.1E-2", "1.0e-03", "10e-4"]),
                    (1, ["1", "1.0", "1e0", "0.1e1", "10e-1"]), (-1, ["-1", "-1.0", "-10e-1"]),
                    (1e22, ["1e22", "10000000000000000000000"]),
                    (0.1, ["0.1", "1e-1"]), (0.1.nextUp, ["0.10000000000000002"]),
                    (.leastNonzeroMagnitude, ["5e-324", "4.9e-324"]),
                    (9007199254740992, ["9007199254740993", "9007199254740992"]),
                ].randomElement(using: &random)!
                return .number(number.0, number.1.randomElement(using: &random)!)
            case 3: return .string(["", "1", "true", "é", "e\u{301}", "a\"b\\", "\u{1}"].randomElement(using: &random)!)
            case 4: return [.bool(true), .bool(false), .null].randomElement(using: &random)!
            case 5:
                return .list((0..<Int.random(in: 0..<3, using: &random)).map { _ in Written.random(depth - 1, using: &random) })
            default:
                let names = ["eta", "rho", "name"].shuffled(using: &random).prefix(Int.random(in: 0...2, using: &random))
                return .object(names.map { ($0, Written.random(depth - 1, using: &random)) })
            }
        }
    }

    static func key(_ parameters: JSON) -> Digest {
        KeyRecord(kind: "train", parameters: parameters, inputs: [:], code: [:]).key
    }

    @Test("keys are equal exactly when the parameters mean the same")
    func meaning() throws {
        var random = SplitMix(5)
        var keys: [String: Digest] = [:]
        var meanings: [Digest: String] = [:]
        let count = Torture.count(100_000, full: 1_000_000)
        var repeated = 0
        for _ in 0..<count {
            let value = Written.random(2, using: &random)
            let key = Self.key(try JSON(parsing: value.text))
            let meaning = value.meaning
            if let former = keys.updateValue(key, forKey: meaning) {
                repeated += 1
                if former != key { Issue.record("two keys for \(value.text)") }
            }
            if let other = meanings.updateValue(meaning, forKey: key), other != meaning {
                Issue.record("one key for \(value.text) and \(other)")
            }
        }
        #expect(repeated > count / 4 && keys.count > 1000)
        try Torture.reached("keys of random parameters", count, "equal exactly when the meaning is (\(keys.count) meanings)")
    }

    @Test("a number's key is its value's: every double, and no other's")
    func numbers() throws {
        var random = SplitMix(6)
        var seen: [Digest: Double] = [:]
        for _ in 0..<50_000 {
            let value = Double(bitPattern: random.next())
            guard value.isFinite else { continue }
            let key = Self.key(.number(value))
            if key != Self.key(try JSON(parsing: "\(value)")) { Issue.record("\(value) as text has another key") }
            if let other = seen.updateValue(value, forKey: key), other != value {
                Issue.record("\(other) and \(value) have one key")
            }
        }
    }

    @Test("no stage has a parameter that is no number", arguments: [Double.nan, .infinity, -.infinity])
    func notFinite(_ value: Double) throws {
        let error = try #require(throws: PipelineError.self) {
            try Graph([Stage("a", kind: "join", parameters: ["list": [1, .number(value)]])], kinds: ["join"])
        }
        #expect(error == .invalidGraph([.notFinite("list[1]", stage: "a")]))
    }

    @Test("the key's text is the record's canonical JSON")
    func canonical() {
        let record = FuzzTests.record.record
        #expect(record.bytes == Array(record.json.text.utf8))
    }
}
