import Foundation
import Platform
import Synchronization
import TestSupport
import Testing

@testable import Pipeline

/// A scripted stand-in for `sbatch`, `squeue`, `sacct` and `scancel`, for what one node of a real Slurm cannot be brought to:
/// what they say is in files that a test writes, and every submission is noted. No job runs unless the test runs its worker.
final class StandInSlurm: Sendable {
    let folder: String

    init(in folder: TemporaryFolder) throws {
        self.folder = folder.path + "/slurm"
        try FileSystem().makeFolder(self.folder)
        try folder.write("0", to: "slurm/count")
        try script(
            "sbatch",
            """
            count=$(($(cat count) + 1)); echo $count > count
            for word in "$@"; do case $word in --job-name=*) name=${word#--job-name=};; esac; done
            echo "$count $name $*" >> submitted
            if [ -e sbatch.code ]; then cat sbatch.says >&2; exit $(cat sbatch.code); fi
            echo "$count"
            """)
        try script("squeue", "[ ! -e squeue.fails ] || exit 1; echo x >> asked; cat queue 2>/dev/null; exit 0")
        try script("sacct", "[ -e accounting ] || { echo 'accounting storage is disabled' >&2; exit 1; }; cat accounting")
        try script("scancel", "echo \"$@\" >> cancelled; [ ! -e scancel.does ] || . ./scancel.does")
    }

    private func script(_ name: String, _ text: String) throws {
        let path = folder + "/" + name
        try Data("#!/bin/sh\ncd '\(folder)'\n\(text)\n".utf8).write(to: URL(fileURLWithPath: path))
        try FileSystem().setMode(path, 0o755)
    }

    /// Writes what a program is to say.
    func set(_ name: String, _ text: String) throws { try Data(text.utf8).write(to: URL(fileURLWithPath: folder + "/" + name)) }
    func unset(_ name: String) throws { try FileSystem().remove(folder + "/" + name) }

    /// A submission as `sbatch` was called with it.
    struct Call {
        var job: String
        var name: String
        var words: [String]
        var token: String { String(name.dropFirst(Submission.prefix.count)) }
    }

    var submitted: [Call] {
        get throws {
            guard FileManager.default.fileExists(atPath: folder + "/submitted") else { return [] }
            return try text(folder + "/submitted").split(separator: "\n").map { line in
                let words = line.split(separator: " ").map(String.init)
                return Call(job: words[0], name: words[1], words: Array(words.dropFirst(2)))
            }
        }
    }

    /// Waits until `sbatch` was called so often; the last call.
    func waitForSubmission(_ count: Int) throws -> Call {
        try waitUntil("submission \(count)") { try submitted.count >= count }
        return try submitted[count - 1]
    }

    /// How often `squeue` has answered.
    var asked: Int {
        get throws {
            FileManager.default.fileExists(atPath: folder + "/asked")
                ? try text(folder + "/asked").split(separator: "\n").count : 0
        }
    }

    /// Has `squeue` list the only task of a submission in a state.
    func list(_ call: Call, _ state: String, node: String = "node1") throws { try list([call], [state], node: node) }

    /// The same for several submissions.
    func list(_ calls: [Call], _ states: [String], node: String = "node1") throws {
        let lines = zip(calls, states).map { "\($0.job)_0|\($1)|\(node)|None|\($0.name)|\($0.name)\n" }
        try set("queue", lines.joined())
    }
}

extension Toy {
    /// A run in another thread that leaves all stages to a stand-in for Slurm.
    func runAway(_ slurm: StandInSlurm, attempts: Int = 3, patience: Double = 0.1) throws -> AwayRun {
        var options = SlurmOptions(
            kinds: ["join": SlurmOptions.Resources(minutes: 60, cores: 1)], program: "/nowhere/samedge", folder: folder.path)
        (options.poll, options.grace, options.patience) = (0.002, 0.02, patience)
        (options.commands, options.attempts) = (slurm.folder, attempts)
        return try AwayRun(pipeline(), options)
    }

    /// Runs the worker of a submission's task, as its job would; how it ended.
    @discardableResult
    func work(_ call: StandInSlurm.Call, index: Int = 0) throws -> Pipeline.WorkerOutcome {
        let store = try Store(storePath)
        let submission = try #require(try store.submission(call.token))
        return try Pipeline.work(
            on: submission.tasks[index].ticket, job: (call.token, index), place: "job \(call.job)", kinds: [kind],
            codeDigest: { code[$0] ?? "none" }, store: store, threads: 1, recorder: FunctionRecorder(),
            cancellation: Cancellation())
    }
}

/// A run under way, and what it has told.
final class AwayRun: Sendable {
    let cancellation = Cancellation()
    private let result = Mutex<Result<RunSummary, any Error>?>(nil)
    private let said = Mutex<[String]>([])

    init(_ pipeline: Pipeline, _ options: SlurmOptions) throws {
        let queue = try SlurmQueue(options, store: pipeline.store)
        try startThread { [self] in
            let outcome = Result {
                try pipeline.run(
                    recorder: FunctionRecorder { event in if let line = event.line { self.said.withLock { $0.append(line) } } },
                    cancellation: cancellation, slurm: queue)
            }
            result.withLock { $0 = outcome }
        }
    }

    var isOver: Bool { result.withLock { $0 != nil } }

    /// Waits for the end.
    func wait() throws -> RunSummary {
        try waitUntil("the run to end") { isOver }
        return try #require(result.withLock { $0 }).get()
    }

    func has(said text: String) -> Bool { said.withLock { $0.contains { $0.contains(text) } } }
}
