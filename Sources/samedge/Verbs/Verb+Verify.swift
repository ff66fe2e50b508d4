import Pipeline

extension Verb {
    /// Runs stages a second time and compares.
    static let verify = Verb(
        name: "verify", words: "[TARGET…]", help: "run stages once more, beside the store, and compare every byte",
        details: "Takes the stages named, or all, but not those that they depend on. Exit code 1 where bytes differ.",
        options: Option.common + [Option("--threads", short: "t", value: "N", "how many threads each uses")]
    ) { call in
        let cancellation = Cancellation()
        try Interrupts.cancel(cancellation)
        let pipeline = try call.pipeline()
        let wanted = Set(try pipeline.graph.targets(call.arguments.words))
        var isSame = true
        for stage in pipeline.graph.order where wanted.contains(stage) {
            let name = pipeline.graph.stages[stage].name
            switch try pipeline.verify(
                stage, threads: call.settings.run.threads ?? processorCount, recorder: call.recorder, cancellation: cancellation)
            {
            case .same: call.streams.out("same   \(name)\n")
            case .noResult:
                call.streams.out("none   \(name): it has no result to compare with\n")
                isSame = false
            case .different(let files):
                call.streams.out("DIFFER \(name): \(files.joined(separator: ", "))\n")
                isSame = false
            }
        }
        return isSame ? .done : .failed
    }
}
