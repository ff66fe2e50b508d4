/// The first words of lines in colours: what failed in red, what was made in green, what runs in yellow, what is there already dim.
package enum Colouring {
    /// By the codes of terminals (ISO 6429).
    private static let codes: [String: String] = {
        let words = [
            "1;31": ["FAILED", "FAULT", "DAMAGE", "DIFFER", "CHANGED", "STALE", "failed", "samedge:"],
            "32": ["done", "wrote", "same", "identical", "equivalent", "golden", "job"],
            "33": ["start", "run", "wait", "skip", "stop", "anew", "interrupted", "stopping", "stopped"],
            "2": ["there", "none", "nothing"],
        ]
        return Dictionary(uniqueKeysWithValues: words.flatMap { code, words in words.map { ($0, code) } })
    }()

    /// The text with the first word of each line in its colour, where it has one and a space follows.
    package static func text(_ text: String) -> String {
        text.split(separator: "\n", omittingEmptySubsequences: false).map { line in
            guard let space = line.firstIndex(of: " "), let code = codes[String(line[..<space])] else { return String(line) }
            return "\u{1b}[\(code)m\(line[..<space])\u{1b}[0m\(line[space...])"
        }.joined(separator: "\n")
    }
}
