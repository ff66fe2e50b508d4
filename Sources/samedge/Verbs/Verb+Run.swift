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
        let cancellation = Cancellation()
        try Interrupts.cancel(cancellation)
        let summary = try call.pipeline().run(
            call.arguments.words, options: call.settings.run, recorder: call.recorder, cancellation: cancellation)
        return summary.wasInterrupted ? .interrupted : summary.failures.isEmpty ? .done : .failed
    }
}
