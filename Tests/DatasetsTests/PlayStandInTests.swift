import Formats
import Testing

@testable import Datasets

@Suite("A play in tiny_shakespeare's place")
struct PlayStandInTests {
    @Test("The bytes are what they always were")
    func digest() {
        let file = StandIns.tinyShakespeare()
        #expect(file.path == "tinyshakespeare/input.txt")
        #expect(SHA256.hex(of: file.bytes) == "661c496ae0737a26248fb0638cd61a9d2b7dc4b52d910eebee8805cf075bfb65")
    }

    @Test("It divides as the published text does, and has as many crops at least")
    func division() throws {
        let text = try PlayText(StandIns.tinyShakespeare())
        let lines = [text.train, text.test].map { part in part.count { $0 == 0x0a } }
        #expect(lines == [30_000, 10_000])
        #expect(text.train.count >= 854_960)
        #expect(text.test.count >= 260_434)
    }

    @Test("Every speech has a speaker, some lines that begin with a capital, and an empty line after it")
    func form() throws {
        let lines = StandIns.tinyShakespeare().bytes.split(separator: 0x0a, omittingEmptySubsequences: false)
        let capitals = UInt8(ascii: "A")...UInt8(ascii: "Z")
        // The last speech may be cut off.
        for speech in lines.split(whereSeparator: \.isEmpty).dropLast() {
            #expect(speech.count >= 2)
            #expect(speech.first?.last == UInt8(ascii: ":"))
            for line in speech { #expect(line.count < 64 && capitals.contains(line.first!)) }
        }
    }

    @Test("A grammar gives the sentences of its rules and no others")
    func grammar() {
        let grammar = Grammar([("s", ["<x> and <x>!", "no <x>"]), ("x", ["a", "b"])])
        let possible = ["a and a!", "a and b!", "b and a!", "b and b!", "no a", "no b"]
        var draws = Draws(.init(seed: 1), stream: 0)
        let given = Set((0..<200).map { _ in String(decoding: grammar.sentence("s", draws: &draws), as: UTF8.self) })
        #expect(given.sorted() == possible)
    }
}
