import Foundation
import Pipeline
import Platform
import Testing
import ToyProject

@testable import Cluster

@Suite("Jobs in states that one node cannot be brought to")
struct SlurmTests {
    private let busy = "slurm_load_jobs error: Unable to contact slurm controller (connect failure)"

    /// One stage.
    private func toy() throws -> (Toy, StandInSlurm) {
        let toy = try Toy([Toy.join("runs/a", "A")])
        return (toy, try StandInSlurm(in: toy.folder))
    }

    @Test("a job that completes is a success only when its result is in the store")
    func completed() throws {
        let (toy, slurm) = try toy()
        let run = try toy.runAway(slurm, patience: 30)
        let call = try slurm.waitForSubmission(1)
        try slurm.list(call, "COMPLETED")
        let asked = try slurm.asked
        try waitUntil("more questions") { try slurm.asked > asked + 5 }
        #expect(!run.isOver)
        #expect(try toy.work(call) == .ran)
        #expect(try run.wait().ran == ["runs/a"])
        #expect(try slurm.submitted.count == 1)
        #expect(try toy.output("runs/a") == "A")
    }

    @Test("a job that completes without a result is tried again, and in the end the run fails")
    func completedInVain() throws {
        let (toy, slurm) = try toy()
        let run = try toy.runAway(slurm, attempts: 2)
        for attempt in 1...2 { try slurm.list(slurm.waitForSubmission(attempt), "COMPLETED") }
        let summary = try run.wait()
        #expect(summary.ran == [])
        #expect(
            summary.failures.first?.message.contains(
                "2 attempts in a row came to nothing; the last, job 2_0, ended without a result") == true)
        #expect(try slurm.submitted.count == 2)
    }

    @Test(
        "a preempted job, one that is cancelled and one that is killed go on in another",
        arguments: ["PREEMPTED", "CANCELLED by 0", "FAILED", "TIMEOUT"])
    func goesOn(state: String) throws {
        let (toy, slurm) = try toy()
        let run = try toy.runAway(slurm)
        try slurm.list(slurm.waitForSubmission(1), state)
        let second = try slurm.waitForSubmission(2)
        try slurm.list(second, "RUNNING")
        #expect(try toy.work(second) == .ran)
        #expect(try run.wait().ran == ["runs/a"])
        #expect(toy.kind.journal.take() == ["runs/a"])
        #expect(try slurm.submitted.count == 2)
    }

    @Test("a node that failed is excluded from the next attempt")
    func nodeFailure() throws {
        let (toy, slurm) = try toy()
        let run = try toy.runAway(slurm)
        try slurm.list(slurm.waitForSubmission(1), "NODE_FAIL", node: "bad7")
        let second = try slurm.waitForSubmission(2)
        #expect(second.words.contains("--exclude=bad7"))
        try toy.work(second)
        #expect(try run.wait().isComplete)
    }

    @Test("a job that ran out of memory asks for twice as much")
    func outOfMemory() throws {
        let (toy, slurm) = try toy()
        let run = try toy.runAway(slurm)
        let first = try slurm.waitForSubmission(1)
        #expect(first.words.contains("--mem=512M"))
        try slurm.list(first, "OUT_OF_MEMORY")
        let second = try slurm.waitForSubmission(2)
        #expect(second.words.contains("--mem=1024M"))
        try toy.work(second)
        #expect(try run.wait().isComplete)
    }

    @Test("from a state that is none of Slurm's nothing is concluded", arguments: ["UNKNOWN", "", "COMPLETED?"])
    func unknownState(state: String) throws {
        let (toy, slurm) = try toy()
        let run = try toy.runAway(slurm)
        let call = try slurm.waitForSubmission(1)
        try slurm.list(call, state)
        let asked = try slurm.asked
        try waitUntil("more questions") { try slurm.asked > asked + 20 }
        #expect(!run.isOver)
        #expect(try slurm.submitted.count == 1)
        try toy.work(call)
        #expect(try run.wait().isComplete)
    }

    @Test("a job that is gone without an explanation is tried again; the accounting explains where there is one")
    func gone() throws {
        let (toy, slurm) = try toy()
        let run = try toy.runAway(slurm)
        let first = try slurm.waitForSubmission(1)
        try slurm.set("accounting", "\(first.job)_0|NODE_FAIL|bad7|None|\(first.name)\n")
        let second = try slurm.waitForSubmission(2)
        #expect(second.words.contains("--exclude=bad7"))
        try slurm.unset("accounting")
        let third = try slurm.waitForSubmission(3)
        try slurm.list(third, "RUNNING")
        try toy.work(third)
        #expect(try run.wait().isComplete)
        #expect(run.has(said: "is gone, and nothing says why"))
    }

    @Test("a worker that was given up does nothing when it comes after all")
    func late() throws {
        let (toy, slurm) = try toy()
        let run = try toy.runAway(slurm)
        let first = try slurm.waitForSubmission(1)
        let ticket = try #require(try Store(toy.storePath).submission(first.token)).tasks[0].ticket
        let second = try slurm.waitForSubmission(2)
        try slurm.list(second, "PENDING")
        #expect(throws: ClusterError.noTicket(ticket.hex)) {
            try toy.work(on: ticket, JobName(token: first.token, index: 0))
        }
        #expect(toy.kind.journal.take() == [])
        try toy.work(second)
        #expect(try run.wait().isComplete)
    }

    @Test("a submission whose reply is lost is found by its token and not made again")
    func lostReply() throws {
        let (toy, slurm) = try toy()
        try slurm.set("sbatch.says", "sbatch: error: Batch job submission failed: Socket timed out on send/recv operation")
        // It was taken all the same: the queue lists it from the beginning, which the stand-in cannot know before.
        try slurm.set("squeue.says", busy)
        let run = try toy.runAway(slurm)
        let call = try slurm.waitForSubmission(1)
        try slurm.list(call, "RUNNING")
        try slurm.unset("squeue.says")
        try waitUntil("the job to be found") { run.has(said: "runs/a is job 1_0") }
        try toy.work(call)
        #expect(try run.wait().isComplete)
        #expect(try slurm.submitted.count == 1)
    }

    @Test(
        "a submission that never arrived is made again",
        arguments: ["Unable to contact slurm controller (connect failure)", "Unexpected message received"])
    func lostSubmission(answer: String) throws {
        let (toy, slurm) = try toy()
        try slurm.set("sbatch.says", "sbatch: error: Batch job submission failed: \(answer)")
        let run = try toy.runAway(slurm)
        _ = try slurm.waitForSubmission(2)
        try slurm.unset("sbatch.says")
        try waitUntil("the submission to be taken") { run.has(said: "runs/a is job") }
        let call = try #require(try slurm.submitted.last)
        try slurm.list(call, "RUNNING")
        try toy.work(call)
        #expect(try run.wait().isComplete)
    }

    @Test(
        "a submission that Slurm refuses fails in Slurm's words: at once where that lasts, after a while where nobody knows",
        arguments: [
            ("Invalid account or account/partition combination specified", 1),
            ("Requested time limit is invalid (missing or exceeds some limit)", 1), ("The moon is full", Trouble.patience),
        ])
    func refused(answer: String, times: Int) throws {
        let (toy, slurm) = try toy()
        try slurm.set("sbatch.says", "sbatch: error: Batch job submission failed: \(answer)")
        let summary = try toy.runAway(slurm).wait()
        #expect(summary.failures.first?.message.contains(answer) == true)
        #expect(try slurm.submitted.count == times)
        #expect(try Store(toy.storePath).submissions() == [])
    }

    @Test("without Slurm's programs the run fails and says which is missing")
    func notInstalled() throws {
        let (toy, slurm) = try toy()
        try slurm.unset("sbatch")
        let summary = try toy.runAway(slurm).wait()
        #expect(summary.failures.first?.message.contains("there is no sbatch on the search path") == true)
    }

    @Test("while Slurm does not answer nothing is concluded")
    func noAnswer() throws {
        let (toy, slurm) = try toy()
        try slurm.set("squeue.says", busy)
        let run = try toy.runAway(slurm)
        let call = try slurm.waitForSubmission(1)
        try waitUntil("the user to be told") { run.has(said: "Slurm does not answer") }
        #expect(try slurm.submitted.count == 1)
        try toy.work(call)
        #expect(try run.wait().isComplete)
    }

    @Test("stages that differ in the last part of their names alone are one array, and each is made by its own task")
    func arrays() throws {
        let toy = try Toy([Toy.join("runs/a", "A"), Toy.join("runs/b", "B"), Toy.join("others/c", "C")])
        let slurm = try StandInSlurm(in: toy.folder)
        let run = try toy.runAway(slurm)
        _ = try slurm.waitForSubmission(2)
        let calls = try slurm.submitted
        let pair = try #require(calls.first { $0.words.contains("--array=0-1") })
        let single = try #require(calls.first { $0.words.contains("--array=0-0") })
        try slurm.set(
            "queue", [(pair, 0), (pair, 1), (single, 0)].map { "\($0.job)_\($1)|RUNNING|n|None||\($0.name)\n" }.joined())
        try toy.work(single)
        for index in [1, 0] { try toy.work(pair, index: index) }
        #expect(try run.wait().ran.sorted() == ["others/c", "runs/a", "runs/b"])
        #expect(try toy.output("runs/b") == "B")
        #expect(try slurm.submitted.count == 2)
    }

    @Test("two runs on one store wait for the same jobs")
    func together() throws {
        let (toy, slurm) = try toy()
        let first = try toy.runAway(slurm)
        let call = try slurm.waitForSubmission(1)
        try slurm.list(call, "RUNNING")
        let second = try toy.runAway(slurm)
        try waitUntil("the second to find the job") { second.has(said: "runs/a is job 1_0") }
        try toy.work(call)
        #expect(try first.wait().ran == ["runs/a"])
        #expect(try second.wait().ran == ["runs/a"])
        #expect(try slurm.submitted.count == 1)
    }

    @Test("a stage that fails in its job fails the run with the end of its log, and the next run tries it again")
    func stageFailure() throws {
        var (toy, slurm) = try toy()
        struct Broken: Error, CustomStringConvertible { var description: String { "broken" } }
        toy.kind.hook = {
            $0.log("so far, so good")
            throw Broken()
        }
        let run = try toy.runAway(slurm)
        let first = try slurm.waitForSubmission(1)
        try slurm.list(first, "RUNNING")
        #expect(try toy.work(first) == .failed("broken"))
        let failure = try #require(try run.wait().failures.first)
        #expect(failure.message == "broken (in job 1_0)")
        #expect(failure.tail.contains("so far, so good"))
        toy.kind.hook = { _ in }
        let again = try toy.runAway(slurm)
        let second = try slurm.waitForSubmission(2)
        try slurm.list(second, "RUNNING")
        try toy.work(second)
        #expect(try again.wait().ran == ["runs/a"])
    }

    @Test("a worker of a program that was built anew says so, and makes nothing")
    func otherCode() throws {
        var (toy, slurm) = try toy()
        let run = try toy.runAway(slurm)
        let call = try slurm.waitForSubmission(1)
        try slurm.list(call, "RUNNING")
        toy.code = ["Toy": "2"]
        guard case .failed(let message) = try toy.work(call) else {
            Issue.record("the worker ran other code than the planner decided on")
            return
        }
        #expect(message.contains("Toy changed"))
        #expect(try run.wait().failures.count == 1)
        #expect(toy.kind.journal.take() == [])
    }

    @Test("cancelled jobs end the run as stopped")
    func cancelled() throws {
        let (toy, slurm) = try toy()
        let run = try toy.runAway(slurm)
        let call = try slurm.waitForSubmission(1)
        try slurm.list(call, "RUNNING")
        #expect(try Store(toy.storePath).cancelJobs([slurm.scheduler]) == 1)
        let summary = try run.wait()
        #expect(summary.stopped == ["runs/a"] && !summary.isComplete)
        #expect(try text(slurm.folder + "/cancelled") == "1\n")
    }

    @Test("a graph is submitted ahead with its dependencies, and a second time only what is no job yet")
    func ahead() throws {
        let (toy, slurm, detach) = try toyAhead()
        #expect(try detach() == Departure(stages: ["first/a", "second/b"], last: "3"))
        var calls = try slurm.submitted
        #expect(calls[1].words.contains("--dependency=aftercorr:1") && calls[1].words.contains("--kill-on-invalid-dep=yes"))
        #expect(calls[2].words.contains("--dependency=afterok:1_0:2_0"))
        #expect(try toy.work(calls[0]) == .ran)
        try slurm.list(calls, ["COMPLETED", "PENDING", "PENDING"])
        #expect(try detach() == Departure(stages: ["second/b"], last: "4"))
        calls = try slurm.submitted
        #expect(calls.count == 4 && calls[3].words.contains("--dependency=afterok:2_0"))
        #expect(try text(slurm.folder + "/cancelled") == "3\n")
        #expect(try toy.work(calls[1]) == .ran)
        #expect(try toy.plan().reused == ["first/a", "second/b"])
    }

    @Test("a job that ends while a graph is submitted again does not make those after it jobs twice")
    func aheadMeanwhile() throws {
        let (toy, slurm, detach) = try toyAhead()
        _ = try detach()
        var calls = try slurm.submitted
        let store = try Store(toy.storePath)
        let key = try #require(try store.submission(calls[0].token)).tasks[0].ticket
        #expect(try toy.work(calls[0]) == .ran)
        // Slurm says that it runs; its result comes after that, and before the stages are looked at.
        try slurm.list(calls, ["RUNNING", "PENDING", "PENDING"])
        try FileSystem().rename(store.recordPath(key), to: slurm.folder + "/result")
        try slurm.set("scancel.does", "mv '\(slurm.folder)/result' '\(store.recordPath(key))'")
        #expect(try detach() == Departure(stages: ["second/b"], last: "4"))
        calls = try slurm.submitted
        #expect(calls.count == 4 && calls[3].words.contains("--dependency=afterok:2_0"))
    }

    /// Two stages, one after the other, and their submission ahead.
    private func toyAhead() throws -> (Toy, StandInSlurm, detach: () throws -> Departure) {
        let toy = try Toy([Toy.join("first/a", "A"), Toy.join("second/b", "B", ["first/a"])])
        let slurm = try StandInSlurm(in: toy.folder)
        let options = toy.jobs(slurm)
        return (
            toy, slurm,
            {
                try toy.pipeline().detach(
                    options: RunOptions(), jobs: options, rest: ["run"], recorder: FunctionRecorder(),
                    cancellation: Cancellation())
            }
        )
    }
}
