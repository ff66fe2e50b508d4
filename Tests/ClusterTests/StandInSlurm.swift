import Foundation
import Pipeline
import Platform
import Synchronization
import TestSupport
import Testing
import ToyProject

@testable import Cluster

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
            if said=$(cat sbatch.says 2>&-); then echo "$said" >&2; exit 1; fi
            cat banner 2>/dev/null
            echo "$count"
            cat farewell 2>/dev/null; exit 0
            """)
        try script(
            "squeue",
            """
            echo "$@" > squeue.words
            if said=$(cat squeue.says 2>&-); then echo "$said" >&2; exit 1; fi
            echo x >> asked
            # Every other time it lists nothing, if it is to be forgetful.
            if [ -e forgetful ]; then if [ -e forgot ]; then rm forgot; else touch forgot; exit 0; fi; fi
            cat queue 2>/dev/null; exit 0
            """)
        try script("sacct", "[ -e accounting ] || { echo 'accounting storage is disabled' >&2; exit 1; }; cat accounting")
        try script("scancel", "echo \"$@\" >> cancelled; [ ! -e scancel.does ] || . ./scancel.does")
    }

    /// Slurm, by these programs.
    var scheduler: Slurm { Slurm(programs: folder) }

    private func script(_ name: String, _ text: String) throws {
        // Another process writes it: a copy of this one that is just about to become another program, as another test may
        // start, would hold it open, and what is open for writing cannot be run.
        let writer = try ChildProcess(
            "sh",
            [
                "-c", "printf '%s' \"$1\" > \"$2\"; chmod +x \"$2\"", "sh", "#!/bin/sh\ncd '\(folder)'\n\(text)\n",
                folder + "/" + name,
            ],
            output: folder + "/writer", errors: folder + "/writer")
        #expect(try writer.wait { true } == 0)
    }

    /// Writes what a program is to say.
    func set(_ name: String, _ text: String) throws { try Data(text.utf8).write(to: URL(fileURLWithPath: folder + "/" + name)) }
    func unset(_ name: String) throws { try FileSystem().remove(folder + "/" + name) }

    /// A submission as `sbatch` was called with it.
    struct Call {
        var job: String
        var name: String
        var words: [String]
        var token: String { String(name.dropFirst(JobName.prefix.count)) }
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
        var options = jobs(slurm)
        (options.grace, options.patience, options.attempts) = (0.02, patience, attempts)
        return try AwayRun(pipeline(), options)
    }

    /// All stages as jobs of a stand-in for Slurm.
    func jobs(_ slurm: StandInSlurm) -> JobOptions {
        var options = JobOptions(
            slurm.scheduler, kinds: ["join": JobResources(minutes: 60, cores: 1)], program: "/nowhere/samedge",
            folder: folder.path)
        options.poll = 0.002
        return options
    }

    /// Runs the worker of a submission's task, as its job would; how it ended.
    @discardableResult
    func work(_ call: StandInSlurm.Call, index: Int = 0) throws -> Worker.Outcome {
        let submission = try #require(try Store(storePath).submission(call.token))
        return try work(on: submission.tasks[index].ticket, JobName(token: call.token, index: index))
    }

    /// Runs the worker of a ticket.
    func work(on ticket: Digest, _ job: JobName) throws -> Worker.Outcome {
        try Worker(try Store(storePath), kinds: [kind], codeDigest: { [code] in code[$0] ?? "none" }).work(
            on: ticket, job: job, place: "a job", threads: 1, recorder: FunctionRecorder(), cancellation: Cancellation())
    }
}

/// A run under way, and what it has told.
final class AwayRun: Sendable {
    let cancellation = Cancellation()
    private let run: Background<RunSummary>
    private let said = Said()

    init(_ pipeline: Pipeline, _ options: JobOptions) throws {
        let queue = try JobQueue(options, store: pipeline.store)
        run = Background { [said, cancellation] in
            try pipeline.run(
                recorder: FunctionRecorder { event in if let line = event.line { said.add(line) } }, cancellation: cancellation,
                place: queue)
        }
    }

    var isOver: Bool { run.isOver }

    /// Waits for the end.
    func wait() throws -> RunSummary { try run.wait() }

    func has(said text: String) -> Bool { said.lines.contains { $0.contains(text) } }
}

/// What a run has told, by lines.
private final class Said: Sendable {
    private let all = Mutex<[String]>([])
    var lines: [String] { all.withLock { $0 } }
    func add(_ line: String) { all.withLock { $0.append(line) } }
}

/// Something that is done in another thread.
final class Background<Value: Sendable>: Sendable {
    private let result = Mutex<Result<Value, any Error>?>(nil)

    init(_ body: @escaping @Sendable () throws -> Value) {
        Thread.detachNewThread { [self] in
            let outcome = Result { try body() }
            result.withLock { $0 = outcome }
        }
    }

    var isOver: Bool { result.withLock { $0 != nil } }

    /// Waits for the end.
    func wait() throws -> Value {
        try waitUntil("the end of what is done in another thread") { isOver }
        return try #require(result.withLock { $0 }).get()
    }
}
