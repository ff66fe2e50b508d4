import Pipeline

extension Verb {
    /// Makes targets and all that they need.
    static let run = Verb(
        name: "run", words: "[TARGET…]", help: "make targets, or everything, from what is there already",
        details: """
            Runs each stage whose parameters, inputs or code changed, several at once. Interrupt once to stop after the
            step under way (the next run goes on from there), twice to stop at once.
            """,
        options: Option.common + Option.running
    ) { call in
        try call.run(call.arguments.words).summary.exitCode
    }
}

extension RunSummary {
    /// How a command ends whose work came to this.
    var exitCode: ExitCode { wasInterrupted ? .interrupted : failures.isEmpty ? .done : .failed }
}
