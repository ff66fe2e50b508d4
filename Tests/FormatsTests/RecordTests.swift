import Testing

@testable import Formats

@Suite struct RecordTests {
    private enum Kind: String, Codable { case plain, notTested = "not tested" }

    private struct Inner: Codable, Hashable {
        var learningRate: Double
        var seed: Int?
    }

    private struct Outer: Codable, Hashable {
        var name: String
        var isOpen: Bool
        var kind: Kind
        var batchSize: Int?
        var share: Double?
        var note: String?
        var more: Inner?
        var items: [Inner]
        var digests: [String: String]
    }

    private let full = Outer(
        name: "a", isOpen: true, kind: .notTested, batchSize: 3, share: 0.5, note: "b", more: Inner(learningRate: 1),
        items: [Inner(learningRate: 0.1, seed: 2), Inner(learningRate: 1e-9)], digests: ["data/A_b.gz": "00"])
    private let fullJSON: JSON = [
        "name": "a", "is_open": true, "kind": "not tested", "batch_size": 3, "share": 0.5, "note": "b",
        "more": ["learning_rate": 1, "seed": .null],
        "items": [["learning_rate": 0.1, "seed": 2], ["learning_rate": 1e-9, "seed": .null]], "digests": ["data/A_b.gz": "00"],
    ]

    @Test func integersBeyondDoublePrecisionAreExact() throws {
        let seeds = [9_007_199_254_740_992, 9_007_199_254_740_993, Int.max, Int.min, 7]
        let records = try seeds.map { try Record.encode($0) }
        #expect(Set(records).count == seeds.count)
        #expect(try records.map { try Record.decode(Int.self, from: $0) } == seeds)
        #expect(records[0] == .number(9_007_199_254_740_992) && records[1] == .string("9007199254740993"))
    }

    @Test func propertiesAreCodedUnderTheirNamesAndReadBack() throws {
        #expect(try Record.encode(full) == fullJSON)
        #expect(try Record.decode(Outer.self, from: fullJSON) == full)
    }

    /// So that a record names all there is, and an option given later changes it visibly.
    @Test func whatIsNilIsNull() throws {
        let empty = Outer(name: "", isOpen: false, kind: .plain, items: [], digests: [:])
        let json = try Record.encode(empty)
        for name in ["batch_size", "share", "note", "more"] { #expect(json[name] == .null, "\(name)") }
        #expect(try Record.decode(Outer.self, from: json) == empty)
    }

    @Test(
        arguments: [
            (["seed": 1], "there is no learning_rate"),
            (["learning_rate": "high"], "learning_rate is \"high\" and should be a number"),
            (["learning_rate": 1, "seed": 1.5], "seed is 1.5 and should be an integer"),
            ([1], "value is [1] and should be an object"),
        ] as [(JSON, String)])
    func whatIsMissingOrOfAnotherTypeIsNamed(json: JSON, message: String) {
        let error = #expect(throws: RecordError.self) { try Record.decode(Inner.self, from: json) }
        #expect(error?.description == message)
    }

    @Test func aFaultInsideIsNamedWithItsPath() {
        let error = #expect(throws: RecordError.self) {
            try Record.decode([String: String].self, from: ["a": 1])
        }
        #expect(error?.description == "value is 1 and should be a string")
        struct Holder: Codable { var innerPart: Inner }
        let deeper = #expect(throws: RecordError.self) { try Record.decode(Holder.self, from: ["inner_part": ["seed": 1]]) }
        #expect(deeper?.description == "there is no inner_part.learning_rate")
    }

    private struct Numbers: Codable, Hashable {
        var small: Int8
        var large: UInt64
        var short: Float
    }

    @Test func numbersOfEveryWidthAreCodedAndOneTooLargeIsRefused() throws {
        let numbers = Numbers(small: -3, large: 1 << 40, short: 0.5)
        let json: JSON = ["small": -3, "large": 1_099_511_627_776, "short": 0.5]
        #expect(try Record.encode(numbers) == json)
        #expect(try Record.decode(Numbers.self, from: json) == numbers)
        let error = #expect(throws: RecordError.self) {
            try Record.decode(Numbers.self, from: ["small": 300, "large": 0, "short": 0])
        }
        #expect(error?.description == "small is 300 and should be an integer")
    }
}
