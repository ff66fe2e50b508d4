import CodeDigests
import Formats

extension Project {
    /// The name, and a digest of the sources that the program was made of.
    var program: String { Self.program(named: name) }

    /// A name, and a digest of the sources that the program was made of.
    static func program(named name: String) -> String {
        let digests = CodeDigests.all.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)\n" }.joined()
        return "\(name) \(SHA256.hex(of: digests.utf8).prefix(16))"
    }
}

extension Command {
    /// Writes which sources the program was made of.
    func version() -> ExitCode {
        streams.out("\(project.program) (a digest of its sources)\n")
        return .done
    }

    /// Writes the help of a verb, or of the command.
    func help(_ verb: Verb?) -> ExitCode {
        streams.out(verb.map(text) ?? overview)
        return .done
    }

    private var overview: String {
        var lines = ["samedge — reproduces the figures of “Sharpness-Aware Minimization and the Edge of Stability”", ""]
        lines += ["usage: samedge VERB [OPTIONS] [WORDS]", ""]
        lines += table(
            verbs.map { ("\($0.name) \($0.words)", $0.help) } + [
                ("help [VERB]", "this, or more about a verb"), ("--version", "which sources the program was made of"),
            ])
        lines += [
            "",
            "profiles (--profile NAME, or the name as the first word; likewise of what `samedge train --name NAME` has named):",
        ]
        lines += table(project.profiles.map { ($0.name, $0.help) })
        lines += [
            "", "A target is a stage's name, a folder of names, a glob, or a figure's name or path.",
            "Exit codes: 0 done, 1 a stage failed, 2 the call was wrong, 3 a figure differs, 130 interrupted.",
        ]
        return lines.joined(separator: "\n") + "\n"
    }

    private func text(_ verb: Verb) -> String {
        var lines = ["usage: samedge \(verb.name) [OPTIONS] \(verb.words)", "", verb.help]
        if !verb.details.isEmpty { lines += ["", verb.details] }
        lines += ["", "options:"] + table(verb.options.map { ($0.forms, $0.help) })
        return lines.joined(separator: "\n") + "\n"
    }

    private func table(_ rows: [(String, String)]) -> [String] {
        let width = rows.map(\.0.count).max() ?? 0
        return rows.map { "  " + $0.0 + String(repeating: " ", count: width - $0.0.count + 2) + $0.1 }
    }
}
