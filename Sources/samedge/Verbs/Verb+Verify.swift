import Pipeline
import Platform

extension Verb {
    /// Runs stages a second time and compares.
    static let verify = Verb(
        name: "verify", words: "[TARGET…]", help: "run stages once more, beside the store, and compare every byte",
        details: """
            Takes the stages named, or all, but not those that they depend on. Where bytes differ, names the first place: the
            step and column of a table, the element of a tensor, the byte of another file; exit code 1.
            """,
        options: Option.common + [
            Option("--rerun", value: "N", in: 1...1000, "how many times to run each stage (default: 1)"),
            Option("--threads", short: "t", value: "N", in: Option.threadCounts, "how many threads each uses"),
            Option.device,
        ]
    ) { call in
        _ = try call.measuredDevice()
        let cancellation = Cancellation()
        try Interrupts.cancel(cancellation)
        let pipeline = try call.pipeline()
        let wanted = Set(try pipeline.graph.targets(call.arguments.words))
        var isSame = true
        for stage in pipeline.graph.order where wanted.contains(stage) {
            let name = pipeline.graph.stages[stage].name
            var outcome = Pipeline.Verification.same
            for _ in 0..<(call.arguments.count("--rerun") ?? 1) where outcome == .same {
                outcome = try pipeline.verify(
                    stage, threads: call.settings.run.threads ?? processorCount, device: call.settings.run.device,
                    recorder: call.recorder, cancellation: cancellation)
            }
            switch outcome {
            case .same: call.streams.out("same   \(name)\n")
            case .noResult: call.streams.out("none   \(name): it has no result to compare with\n")
            case .noInputs(let stages):
                call.streams.out(
                    "none   \(name): an archive left out what it reads; `samedge run --force \(stages.joined(separator: " "))` "
                        + "makes it\n")
            case .different(let files):
                call.streams.out("DIFFER \(name): \(files[0])\n")
                for file in files.dropFirst() { call.streams.out("  also \(file)\n") }
            }
            if outcome != .same { isSame = false }
        }
        return isSame ? .done : .failed
    }
}
