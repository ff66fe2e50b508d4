import Cluster
import Formats
import Pipeline

extension Verb {
    /// Says what the jobs of a store are doing.
    static let status = Verb(
        name: "status", words: "", help: "say what the jobs are doing that a cluster has of this store",
        details: "Works on any machine that sees the store and the cluster. Exit code 1 where a job failed or was lost.",
        options: Option.common
    ) { call in
        try call.noWords()
        let report = try Store(call.settings.store).jobReport(SchedulerChoice.all.map { $0.make([]) })
        for trouble in report.troubles {
            call.streams.err("samedge: no answer from \(trouble)\nthe states are those that the store knows\n")
        }
        for line in report.lines { call.streams.out((call.settings.isJSON ? line.json.text : line.text) + "\n") }
        if !call.settings.isJSON { call.streams.out(report.summary + "\n") }
        return report.lines.contains { [.failed, .lost].contains($0.state) } ? .failed : .done
    }

    /// Cancels the jobs of a store.
    static let cancel = Verb(
        name: "cancel", words: "", help: "cancel all jobs that a cluster has of this store",
        details: "What they have finished stays, and so do their checkpoints: the next run goes on from there.",
        options: Option.common
    ) { call in
        try call.noWords()
        let count = try Store(call.settings.store).cancelJobs(SchedulerChoice.all.map { $0.make([]) })
        call.streams.out(count == 0 ? "there are no jobs to cancel\n" : "the jobs of \(count) stages are cancelled\n")
        return .done
    }
}

extension JobReport.Line {
    fileprivate var text: String {
        var notes: [String] = job.map { ["job \($0)"] } ?? []
        if attempt > 1 { notes.append("attempt \(attempt)") }
        if checkpoints > 0 { notes.append("\(checkpoints) \(checkpoints == 1 ? "checkpoint" : "checkpoints")") }
        if !detail.isEmpty { notes.append(detail) }
        let word = state.rawValue
        return word + String(repeating: " ", count: 11 - word.count) + stage
            + (notes.isEmpty ? "" : " (\(notes.joined(separator: ", ")))")
    }

    fileprivate var json: JSON {
        [
            "stage": .string(stage), "state": .string(state.rawValue), "job": job.map { .string($0) } ?? .null,
            "detail": .string(detail), "attempt": JSON(attempt), "checkpoints": JSON(checkpoints),
        ]
    }
}

extension JobReport {
    /// How many jobs are in which state.
    fileprivate var summary: String {
        if lines.isEmpty { return "there are no jobs; `samedge plan` says what is left to do" }
        let counts = [State.done, .running, .waiting, .failed, .lost, .cancelled, .unknown].compactMap { state in
            let count = lines.count { $0.state == state }
            return count == 0 ? nil : "\(count) \(state.rawValue)"
        }
        let isStuck = lines.contains { [.failed, .lost, .unknown].contains($0.state) }
        return counts.joined(separator: ", ") + (isStuck ? "; `samedge run` with --executor tries again what is not done" : "")
    }
}
