import Formats
import Pipeline

extension Verb {
    /// Compares figures with their goldens.
    static let check = Verb(
        name: "check", words: "[FIGURE…]", help: "compare the figures of a profile with the golden ones",
        details: """
            Draws what is missing first. A figure is the same only byte for byte; one without a golden counts as different.
            Exit code 3 where one differs.
            """,
        options: Option.common + Option.running
    ) { call in
        let words = call.arguments.words.isEmpty ? ["figure"] : call.arguments.words
        let (pipeline, summary) = try call.run(words)
        guard summary.isComplete else { return summary.exitCode }
        var differing = 0
        for figure in try pipeline.figures(words) {
            let verdict = try pipeline.compare(figure, profile: call.settings.profile)
            if verdict != .same { differing += 1 }
            if verdict != .same || !call.settings.isQuiet { call.streams.out("\(verdict.word)  \(figure.name)\(verdict.hint(figure))\n") }
        }
        return differing == 0 ? .done : .differs
    }

    /// Makes figures the golden ones.
    static let accept = Verb(
        name: "accept", words: "FIGURE…", help: "make the figures as they are the golden ones, for a reason",
        details: "Draws what is missing first. The reason is noted in figures/golden/PROFILE/accepted.tsv.",
        options: Option.common + Option.running + [Option("--reason", value: "TEXT", "why the figures changed")]
    ) { call in
        guard !call.arguments.words.isEmpty else { throw UsageError.missingWord("the name of a figure", verb: "accept") }
        guard let reason = call.arguments.value("--reason") else {
            throw UsageError.missingWord("--reason \"why the figure changed\"", verb: "accept")
        }
        let (pipeline, summary) = try call.run(call.arguments.words)
        guard summary.isComplete else { return summary.exitCode }
        for figure in try pipeline.figures(call.arguments.words) {
            try pipeline.accept(figure, profile: call.settings.profile, reason: reason)
            call.streams.out("golden  \(figure.name)\n")
        }
        return .done
    }
}
