import Foundation
import Pipeline
import Platform
import Synchronization
import TestSupport
import Testing
import ToyProject

@testable import Cluster

/// A place that counts what begins at another.
private final class Counting: Place {
    private let place: any Place
    private let count = Atomic<Int>(0)

    init(_ place: any Place) { self.place = place }

    var begun: Int { count.load(ordering: .relaxed) }
    func takes(_ stage: Stage) -> Bool { place.takes(stage) }
    func begin(
        _ stage: ReadyStage, others: Int, reply: @escaping @Sendable (StageOutcome) -> Void
    ) throws -> Admission {
        defer { count.add(1, ordering: .relaxed) }
        return try place.begin(stage, others: others, reply: reply)
    }
    func interrupt() { place.interrupt() }
    func stop() { place.stop() }
}

@Suite("What schedulers, jobs and their users do wrong")
struct FaultTests {
    private func toy(_ stages: [Stage] = [Toy.join("runs/a", "A")]) throws -> (Toy, StandInSlurm) {
        let toy = try Toy(stages)
        return (toy, try StandInSlurm(in: toy.folder))
    }

    private func detach(_ toy: Toy, _ slurm: StandInSlurm) throws -> Departure {
        try toy.pipeline().detach(
            options: RunOptions(), jobs: toy.jobs(slurm), rest: ["run"], recorder: FunctionRecorder(),
            cancellation: Cancellation())
    }

    /// Whether `gc` would find the store free.
    private func isFree(_ toy: Toy) throws -> Bool {
        let store = try Store(toy.storePath)
        return try store.collect(CollectionRules(leftovers: [Store.jobLeftovers]), isDry: true, isAwaited: store.hasOpenJobs)
            != nil
    }

    /// What real versions say, and whether that lasts.
    private static let said: [(words: String, kind: Trouble.Kind)] = [
        ("Requested time limit is invalid (missing or exceeds some limit)", .permanent),
        ("Invalid qos specification", .permanent), ("Requested node configuration is not available", .permanent),
        ("User's group not permitted to use this partition", .permanent),
        ("sbatch: error: QOSMaxWallDurationPerJobLimit\nsbatch: error: Job violates accounting/QOS policy", .permanent),
        ("squeue: unrecognized option '--me'", .permanent), ("sbatch: error: Invalid --time specification", .permanent),
        (
            "sbatch: error: AssocMaxSubmitJobLimit\nsbatch: error: Batch job submission failed: Job violates accounting/QOS "
                + "policy (job submit limit, user's size and/or time limits)", .passing
        ),
        ("Unexpected message received", .passing), ("Socket timed out on send/recv operation", .passing),
        ("Slurm temporarily unable to accept job, sleeping and retrying", .passing),
        ("Unable to contact slurm controller (connect failure)", .passing),
        ("Required partition not available (inactive or drain)", .passing),
        ("Job violates accounting/QOS policy (job submit limit, user's size and/or time limits)", .unknown),
        ("Invalid authentication credential", .unknown), ("Unspecified error", .unknown), ("", .unknown),
    ]

    @Test("what Slurm's versions answer lasts, passes, or is unknown")
    func answers() throws {
        for (words, kind) in Self.said { #expect(Trouble(slurm: words).kind == kind, "\(words)") }
        try Torture.reached("what Slurm's versions answer", Self.said.count, "permanent, passing or unknown, all told apart")
    }

    @Test("words of the site around a job's number do not hide it")
    func banner() throws {
        let (toy, slurm) = try toy()
        try slurm.set("banner", "Welcome to the cluster of\n2019!\n3 nodes are down\n")
        try slurm.set("farewell", "7 of your jobs wait\n")
        #expect(try detach(toy, slurm) == Departure(stages: ["runs/a"], last: "2"))
        #expect(try slurm.submitted.count == 2)
    }

    @Test("a graph is submitted ahead although Slurm is busy at first, once; a refusal ends it in Slurm's words")
    func busyAhead() throws {
        let (toy, slurm) = try toy()
        try slurm.set("sbatch.says", "sbatch: error: Batch job submission failed: Unexpected message received")
        // It was taken all the same, as the queue shows once it answers.
        try slurm.set("squeue.says", "slurm_load_jobs error: Unable to contact slurm controller (connect failure)")
        let result = Background { try detach(toy, slurm) }
        try waitUntil("the first question") { FileManager.default.fileExists(atPath: slurm.folder + "/squeue.words") }
        #expect(try slurm.submitted.count == 0)
        try slurm.unset("squeue.says")
        let call = try slurm.waitForSubmission(1)
        try slurm.list(call, "PENDING")
        try waitUntil("the job to be found") { try slurm.submitted.count > 1 }
        try slurm.unset("sbatch.says")
        #expect(try result.wait().stages == ["runs/a"])
        let (other, refusing) = try self.toy()
        try refusing.set("sbatch.says", "sbatch: error: Batch job submission failed: Invalid qos specification")
        #expect(
            throws: ClusterError.refused(by: "Slurm", "sbatch: error: Batch job submission failed: Invalid qos specification")
        ) {
            try detach(other, refusing)
        }
    }

    @Test("jobs that vanished keep the store from being collected until they are cancelled")
    func vanished() throws {
        let (toy, slurm) = try toy()
        _ = try detach(toy, slurm)
        #expect(try !isFree(toy))
        #expect(try Store(toy.storePath).cancelJobs([slurm.scheduler]) == 1)
        #expect(try isFree(toy))
        #expect(try Store(toy.storePath).jobReport([slurm.scheduler]).lines.map(\.state) == [.cancelled, .cancelled])
        #expect(try Store(toy.storePath).submissions() == [])
    }

    @Test("a cancelled job that is still listed is not taken for one that makes its stage")
    func cancelledAhead() throws {
        let (toy, slurm) = try toy()
        _ = try detach(toy, slurm)
        try slurm.list(slurm.submitted, ["RUNNING", "PENDING"])
        #expect(try Store(toy.storePath).cancelJobs([slurm.scheduler]) == 1)
        #expect(try text(slurm.folder + "/cancelled") == "1 2\n")
        #expect(try detach(toy, slurm) == Departure(stages: ["runs/a"], last: "4"))
        #expect(try slurm.submitted[3].words.contains("--dependency=afterok:3_0"))
    }

    @Test("a cancellation that Slurm did not hear is told to it again")
    func cancelledTwice() throws {
        let (toy, slurm) = try toy()
        _ = try detach(toy, slurm)
        try slurm.list(slurm.submitted, ["RUNNING", "PENDING"])
        try slurm.set("squeue.says", "Unable to contact slurm controller (connect failure)")
        #expect(throws: ClusterError.self) { try Store(toy.storePath).cancelJobs([slurm.scheduler]) }
        try slurm.unset("squeue.says")
        _ = try Store(toy.storePath).cancelJobs([slurm.scheduler])
        #expect(try text(slurm.folder + "/cancelled") == "1 2\n")
    }

    @Test("the last words of a job that the system ended are shown")
    func lastWords() throws {
        let (toy, slurm) = try toy()
        let run = try toy.runAway(slurm, attempts: 2)
        for attempt in 1...2 {
            let call = try slurm.waitForSubmission(attempt)
            try toy.folder.write(
                "/var/spool/job1: line 5: 17 Illegal instruction (core dumped)\n", to: "store/jobs/\(call.token)-0.err")
            try slurm.list(call, "FAILED")
        }
        let failure = try #require(try run.wait().failures.first)
        #expect(
            run.has(said: "job 1_0 (runs/a) failed: /var/spool/job1: line 5: 17 Illegal instruction (core dumped); it goes on"))
        #expect(failure.message.contains("job 2_0, failed: /var/spool/job1: line 5: 17 Illegal instruction"))
        #expect(failure.tail.last?.hasSuffix("Illegal instruction (core dumped)") == true)
    }

    @Test("the user's jobs are asked for in a way that old Slurms know; what one does not know is told in its words")
    func oldSlurm() throws {
        let (toy, slurm) = try toy()
        try slurm.set("squeue.says", "squeue: unrecognized option '--array'")
        let summary = try toy.runAway(slurm).wait()
        #expect(summary.failures.first?.message.contains("squeue: unrecognized option '--array'") == true)
        #expect(try text(slurm.folder + "/squeue.words").contains("--user=\(userID)"))
        #expect(try !text(slurm.folder + "/squeue.words").contains("--me"))
    }

    @Test("a job that now and then is not listed is not given up")
    func forgetful() throws {
        let (toy, slurm) = try toy()
        let run = try toy.runAway(slurm)
        let call = try slurm.waitForSubmission(1)
        try slurm.list(call, "RUNNING")
        try waitUntil("the job to be found") { run.has(said: "start  runs/a (job 1_0 runs") }
        let asked = try slurm.asked
        try slurm.set("forgetful", "")
        try waitUntil("more questions") { try slurm.asked > asked + 12 }
        #expect(try slurm.submitted.count == 1)
        try toy.work(call)
        #expect(try run.wait().ran == ["runs/a"])
    }

    @Test("of two stages with one key one is a job, and both are done")
    func sameKey() throws {
        let (toy, slurm) = try toy([Toy.join("runs/a", "A"), Toy.join("runs/b", "A")])
        let run = try toy.runAway(slurm)
        let call = try slurm.waitForSubmission(1)
        #expect(call.words.contains("--array=0-0"))
        try slurm.list(call, "RUNNING")
        try toy.work(call)
        let summary = try run.wait()
        #expect(summary.isComplete && summary.ran == ["runs/a"] && summary.reused == ["runs/b"])
        #expect(try slurm.submitted.count == 1)
    }

    @Test("an interrupt leaves the jobs, and says so of those alone that there are")
    func interrupt() throws {
        let (toy, slurm) = try toy()
        let run = try toy.runAway(slurm)
        _ = try slurm.waitForSubmission(1)
        try waitUntil("the job to be announced") { run.has(said: "runs/a is job 1_0") }
        run.cancellation.cancel()
        #expect(try run.wait().stopped == ["runs/a"])
        #expect(run.has(said: "1 job goes on"))
        let (other, busy) = try self.toy()
        try busy.set("sbatch.says", "sbatch: error: Batch job submission failed: Unexpected message received")
        let second = try other.runAway(busy)
        _ = try busy.waitForSubmission(1)
        second.cancellation.cancel()
        #expect(try second.wait().wasInterrupted)
        #expect(!second.has(said: "on: the next run adopts"))
    }

    @Test("the plan names the arrays that a run submits")
    func plan() throws {
        var large = Toy.join("runs/c", "C")
        large.resources.memory = 2 << 30
        let (toy, slurm) = try toy(["runs/e", "runs/a", "runs/d", "other/f"].map { Toy.join($0, $0) } + [large])
        var scheduler = slurm.scheduler
        scheduler.largestArray = 2
        var options = JobOptions(
            scheduler, kinds: ["join": JobResources(minutes: 60, cores: 1)], program: "/nowhere", folder: toy.folder.path)
        options.poll = 0.002
        let planned = try toy.plan().jobs(options)
        #expect(planned.map(\.stages) == [["other/f"], ["runs/c"], ["runs/a", "runs/d"], ["runs/e"]])
        let pipeline = try toy.pipeline()
        let queue = try JobQueue(options, store: pipeline.store), counting = Counting(queue)
        let cancellation = Cancellation()
        // Nothing is submitted before all are asked for.
        let run = try #require(
            try pipeline.store.holdingQueue {
                let run = Background { try pipeline.run(cancellation: cancellation, place: counting) }
                try waitUntil("all stages to be asked for") { counting.begun == 5 }
                return run
            })
        _ = try slurm.waitForSubmission(planned.count)
        cancellation.cancel()
        #expect(try run.wait().stopped.count == 5)
        func shape(_ words: [String]) -> [String] { words.filter { $0.hasPrefix("--array=") || $0.hasPrefix("--mem=") } }
        #expect(try slurm.submitted.map { shape($0.words) } == planned.map { shape($0.words) })
    }

    @Test("a worker without the kind of its stage names it")
    func unknownKind() throws {
        let (toy, slurm) = try toy()
        _ = try detach(toy, slurm)
        let token = try slurm.submitted[0].token
        let ticket = try #require(try Store(toy.storePath).submission(token)).tasks[0].ticket
        let outcome = try Worker(try Store(toy.storePath), kinds: [], codeDigest: { _ in "1" }).work(
            on: ticket, job: JobName(token: token, index: 0), place: "", threads: 1, recorder: FunctionRecorder(),
            cancellation: Cancellation())
        guard case .failed(let message) = outcome else {
            Issue.record("the worker made a stage of a kind that it does not have")
            return
        }
        #expect(message.contains("runs/a is of the kind join"))
    }

    @Test("a store with jobs of another scheduler leaves them to that")
    func otherScheduler() throws {
        let (toy, slurm) = try toy()
        _ = try detach(toy, slurm)
        let store = try Store(toy.storePath)
        for var submission in try store.submissions() {
            submission.scheduler = "Other"
            try store.save(submission)
        }
        #expect(try store.jobReport([slurm.scheduler]).lines == [])
        #expect(try store.cancelJobs([slurm.scheduler]) == 0)
        #expect(try detach(toy, slurm).last == "4")
    }
}
