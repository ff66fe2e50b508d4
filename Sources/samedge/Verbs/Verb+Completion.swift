import Pipeline

extension Verb {
    /// Writes what a shell completes calls by.
    static let completion = Verb(
        name: "completion", words: "bash|zsh|fish", help: "write a script by which a shell completes verbs, options and values",
        details: "`make install` puts it where the shells look. For one session: source <(samedge completion bash).", options: []
    ) { call in
        let word = try call.onlyWord("a shell"), shells = Completion.Shell.allCases.map(\.rawValue)
        guard let shell = Completion.Shell(rawValue: word) else {
            throw UsageError.unfitting(
                "completion for \(word)", fitting: shells.map { "samedge completion \($0)" })
        }
        call.streams.out(Completion(project: call.project).script(for: shell))
        return .done
    }

    /// Writes the manual page.
    static let man = Verb(
        name: "man", words: "", help: "write the manual page, in the language of man",
        details: "`make install` puts it where man looks. Without that: samedge man >samedge.1, man ./samedge.1.", options: []
    ) { call in
        try call.noWords()
        call.streams.out(ManualPage(project: call.project).text)
        return .done
    }
}
