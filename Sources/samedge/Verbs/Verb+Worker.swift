import Cluster
import Formats
import Pipeline
import Platform

extension Verb {
    /// Makes one stage in a job.
    static let worker = Verb(
        name: "worker", words: "KEY", help: "make the stage of a job; jobs call this, not people",
        details: """
            Reads what to do from the ticket of that name in the store, and writes the result there. Exit code 0 where the
            result is in the store, 130 where the job was asked to stop (the next attempt goes on from there), 1 otherwise.
            """,
        options: [
            Option("--store", value: "FOLDER", "where the ticket is"),
            Option("--job", value: "TOKEN", "the submission that the job belongs to"),
            Option("--index", value: "N", in: 0...10_000_000, "which of its tasks this is"),
            Option("--place", value: "TEXT", "where this is, for the log"),
            Option("--threads", short: "t", value: "N", in: Option.threadCounts, "how many threads to use"),
            Option.device,
        ]
    ) { call in
        let word = try call.onlyWord("a key")
        guard let id = Digest(hex: word) else { throw UsageError.unfitting("key \(word)", fitting: ["64 hexadecimal digits"]) }
        let cancellation = Cancellation()
        try Interrupts.cancel(cancellation)
        // So that a device which has proved itself need not do so in each job; what is wrong with one, the stage says.
        do { _ = try call.measuredDevice() } catch is UsageError {}
        let index = call.arguments.count("--index") ?? 0
        let worker = Worker(
            try Store(call.settings.store, program: call.project.program), kinds: try call.project.kinds(call.settings),
            codeDigest: call.project.codeDigest)
        let outcome = try worker.work(
            on: id, job: call.arguments.value("--job").map { JobName(token: $0, index: index) },
            place: call.arguments.value("--place") ?? "a worker", threads: call.settings.run.threads ?? processorCount,
            device: call.settings.run.device, recorder: LineRecorder(write: call.streams.out), cancellation: cancellation)
        switch outcome {
        case .ran, .reused: return .done
        case .stopped: return .interrupted
        case .failed(let message):
            call.streams.err("samedge: \(message)\n")
            return .failed
        }
    }
}
