import Formats
import TestSupport
import Testing

@testable import Datasets

@Suite("Play text")
struct PlayTextTests {
    /// A text of so many lines, `l0`, `l1`, and so on.
    static func text(lines: Int, endsWithFeed: Bool = true) -> [UInt8] {
        let text = (0..<lines).map { "l\($0)\n" }.joined()
        return Array((endsWithFeed ? text : String(text.dropLast())).utf8)
    }

    static func read(_ bytes: [UInt8]) throws(DatasetError) -> PlayText { try PlayText(DataFile(path: "play", bytes: bytes)) }

    @Test("The last 10,000 lines are the test set", arguments: [true, false])
    func division(endsWithFeed: Bool) throws {
        let bytes = Self.text(lines: 10_003, endsWithFeed: endsWithFeed)
        let text = try Self.read(bytes)
        #expect(String(decoding: text.train, as: UTF8.self) == "l0\nl1\nl2\n")
        #expect(text.test.starts(with: Array("l3\n".utf8)))
        #expect(Array(text.train) + Array(text.test) == bytes)
    }

    @Test("Lines that are empty are lines")
    func emptyLines() throws {
        let text = try Self.read([UInt8](repeating: 0x0a, count: 10_002))
        #expect((text.train.count, text.test.count) == (2, 10_000))
    }

    @Test(
        "Too few lines are refused with their number",
        arguments: [
            ([], 0), ([0x61], 1), (text(lines: 10_000), 10_000), (text(lines: 9_999, endsWithFeed: false), 9_999),
        ] as [([UInt8], Int)])
    func tooFew(bytes: [UInt8], lines: Int) {
        #expect(throws: DatasetError(.lines(lines, needed: 10_001), in: "play")) { try Self.read(bytes) }
    }

    @Test("A byte that is not ASCII is refused with its line")
    func notASCII() {
        var bytes = Self.text(lines: 10_001)
        bytes[7] = 0xc3
        #expect(throws: DatasetError(.character(0xc3, line: 3), in: "play")) { try Self.read(bytes) }
    }

    @Test("Any bytes are refused or are divided without loss, never a crash")
    func fuzz() {
        var random = SplitMix(3)
        var (accepted, refused) = (0, 0)
        for _ in 0..<30_000 {
            let bytes = (0..<random.next() % 40).map { _ in UInt8(truncatingIfNeeded: random.next() % 130) }
            do throws(DatasetError) {
                _ = try Self.read(bytes)
                accepted += 1
            } catch {
                refused += 1
            }
        }
        #expect((accepted, refused) == (0, 30_000))
        for _ in 0..<200 {
            let bytes = mutated(Self.text(lines: 10_000 + Int(random.next() % 3)), using: &random)
            do throws(DatasetError) {
                let text = try Self.read(bytes)
                accepted += 1
                if !(Array(text.train) + Array(text.test) == bytes) { Issue.record("the parts are not the whole") }
            } catch {
                refused += 1
            }
        }
        #expect(accepted > 20)
    }

    @Test("Crops follow one another without overlap, and what is left over is dropped")
    func crops() throws {
        let bytes = Self.text(lines: 10_003)
        let text = try Self.read(bytes)
        // The training text has 9 characters.
        let parts = try Preparation.text(text, sequenceLength: 3, counts: .init(train: 2, test: 5))
        let train = try parts.train.tensor("tokens"), test = try parts.test.tensor("tokens")
        #expect(train.shape == [2, 4])
        #expect(try train.int32s() == "l0\nl1\nl2".utf8.map { Int32($0) })
        #expect(test.shape == [5, 4])
        #expect(try test.int32s() == bytes[9..<29].map { Int32($0) })
        #expect(throws: DatasetError(.examples(asked: 3, among: 2), in: "the crops of the training text")) {
            try Preparation.text(text, sequenceLength: 3, counts: .init(train: 3, test: 0))
        }
        #expect(throws: DatasetError(.examples(asked: 0, among: 2), in: "the crops of the training text")) {
            try Preparation.text(text, sequenceLength: 3, counts: .init(train: 0, test: 0))
        }
    }
}
