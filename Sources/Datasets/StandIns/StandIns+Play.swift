import Kernels

extension StandIns {
    /// A play in tiny_shakespeare's place: 40,000 lines, speeches under their speakers' names with an empty line between.
    ///
    /// As there, a line holds about 28 characters on the average. Cost: about 0.1 s.
    package static func tinyShakespeare() -> DataFile {
        var draws = Draws(Philox(seed: 0x706c_6179_0000_0001), stream: 0)
        var text: [UInt8] = []
        text.reserveCapacity(1 << 21)
        var lines = 0
        while lines < 40_000 {
            for line in speech(draws: &draws) where lines < 40_000 {
                text += line
                text.append(lineFeed)
                lines += 1
            }
        }
        return DataFile(path: "tinyshakespeare/input.txt", bytes: text)
    }

    /// The lines of one speech, with the empty one after it.
    private static func speech(draws: inout Draws) -> [[UInt8]] {
        var words: [[UInt8]] = []
        for _ in 0...draws.integer(below: 5) {
            var sentence = Grammar.play.sentence("sentence", draws: &draws)
            sentence[0] = capital(sentence[0])
            words += sentence.split(separator: space).map(Array.init)
        }
        // Verse: lines break between words, and each begins with a capital.
        let width = draws.integer(below: 14) + 42
        var lines = [Grammar.play.sentence("speaker", draws: &draws) + [UInt8(ascii: ":")]]
        var line: [UInt8] = []
        for word in words {
            if line.count + word.count >= width {
                lines.append(line)
                line = []
            }
            line += line.isEmpty ? [capital(word[0])] + word[1...] : [space] + word
        }
        return lines + [line, []]
    }

    private static func capital(_ letter: UInt8) -> UInt8 {
        letter >= UInt8(ascii: "a") && letter <= UInt8(ascii: "z") ? letter - 32 : letter
    }

    private static let space = UInt8(ascii: " ")
    private static let lineFeed = UInt8(ascii: "\n")
}
