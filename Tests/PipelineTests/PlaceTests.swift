import Foundation
import Platform
import Synchronization
import Testing
import ToyProject

@testable import Pipeline

@Suite("Places, and what becomes of the stages there")
struct PlaceTests {
    /// Takes stages by name, and makes them at once, or cannot begin any.
    final class Elsewhere: Place {
        struct Closed: Error, CustomStringConvertible { var description: String { "the place is closed" } }

        private let names: Set<String>
        private let store: Store?
        private let begun = Mutex<[String]>([])

        init(_ names: Set<String>, _ store: Store?) { (self.names, self.store) = (names, store) }

        var taken: [String] { begun.withLock { $0 } }
        func takes(_ stage: Stage) -> Bool { names.contains(stage.name) }

        func begin(
            _ stage: ReadyStage, others: Int, reply: @escaping @Sendable (StageOutcome) -> Void
        ) throws -> Admission {
            begun.withLock { $0.append(stage.stage.name) }
            guard let store else { throw Closed() }
            reply(StageAttempt(stage, threads: ThreadShare(1), store: store, cancellation: Cancellation()).perform())
            return .begun
        }
    }

    @Test("a stage runs at the place that takes it, and the others here")
    func elsewhere() throws {
        let toy = try Toy.diamond()
        let pipeline = try toy.pipeline()
        let place = Elsewhere(["b", "d"], pipeline.store)
        #expect(try pipeline.run(place: place).isComplete)
        #expect(place.taken == ["b", "d"])
        #expect(toy.kind.journal.take() == ["a", "b", "c", "d", "e"])
    }

    @Test("after one that cannot begin no other begins, unless the run is to keep going", arguments: [(false, 1), (true, 3)])
    func closed(keepGoing: Bool, failures: Int) throws {
        let toy = try Toy(["a", "b", "c"].map { Toy.join($0, $0) })
        let summary = try toy.pipeline().run(options: RunOptions(keepGoing: keepGoing), place: Elsewhere(["a", "b", "c"], nil))
        #expect(summary.failures.map(\.message) == [String](repeating: "the place is closed", count: failures))
        #expect(summary.skipped.count == 3 - failures)
    }

    /// This machine, as if it had eight processors.
    private struct Eight: Place {
        let machine: ThisMachine

        init(_ options: RunOptions, _ store: Store) {
            machine = ThisMachine(options, store, Cancellation(), nil, processors: 8)
        }

        func takes(_ stage: Stage) -> Bool { true }
        func begin(
            _ stage: ReadyStage, others: Int, reply: @escaping @Sendable (StageOutcome) -> Void
        ) throws -> Admission { try machine.begin(stage, others: others, reply: reply) }
        func shareOut() { machine.shareOut() }
    }

    /// Looks until something is so, or 20 seconds are over.
    private static func wait(until isSo: () -> Bool) {
        let end = Clock.seconds + 20
        while !isSo(), Clock.seconds < end { sched_yield() }
    }

    @Test("stages share the processors out, and what one leaves goes to those that run on")
    func sharing() throws {
        var toy = try Toy(["a", "b", "c"].map { Toy.join($0, $0) })
        toy.edit("c") { $0.resources.threads = 1 }
        let seen = Mutex<[String]>([])
        toy.kind.hook = { run in
            func see(_ count: Int) {
                Self.wait { run.threads.count == count }
                seen.withLock { $0.append("\(run.name) \(run.threads.count)") }
            }
            switch run.name {
            case "a":
                // b has ended, and later c as well.
                see(7)
                see(8)
            case "b":
                // Of the seven that c leaves, the greater half is a's, which began first.
                see(3)
            default:
                Self.wait { seen.withLock { $0.contains("a 7") } }
                see(1)
            }
        }
        let options = RunOptions(jobs: 3), pipeline = try toy.pipeline()
        #expect(try pipeline.run(options: options, place: Eight(options, pipeline.store)).isComplete)
        #expect(seen.withLock { $0 } == ["b 3", "a 7", "c 1", "a 8"])
    }

    @Test(
        "room is kept for a moment for what is more urgent, and not for longer",
        arguments: [(1, ["prepare", "urgent", "other"]), (20, ["other", "urgent"])])
    func room(cost: Double, order: [String]) throws {
        var toy = try Toy([
            Toy.costing(cost, "prepare"), Toy.costing(40, "urgent 1", ["prepare"]), Toy.costing(40, "urgent 2", ["prepare"]),
            Toy.costing(1, "figure", ["urgent 1", "urgent 2"], publishes: true), Toy.costing(100, "other"),
        ])
        let seen = Mutex<[String]>([])
        toy.kind.hook = { run in
            seen.withLock { $0.append(run.name) }
            // Both at once: there is no room for another until both have begun.
            if run.name.hasPrefix("urgent") { Self.wait { seen.withLock { $0.contains("urgent 1") && $0.contains("urgent 2") } } }
        }
        #expect(try toy.pipeline().run(options: RunOptions(jobs: 2)).isComplete)
        // The last of two that begin together is the one that tells.
        let last = seen.withLock { seen in Dictionary(seen.enumerated().map { ($1.split(separator: " ")[0], $0) }) { max($0, $1) }
        }
        let places = try order.map { try #require(last[Substring($0)]) }
        #expect(places == places.sorted(), "\(seen.withLock { $0 })")
    }

    @Test("a stage of which a number of threads was asked for keeps it", arguments: [1, 3])
    func asked(threads: Int) throws {
        var toy = try Toy(["a", "b"].map { Toy.join($0, $0) })
        let seen = Mutex<[String: Int]>([:]), options = RunOptions(jobs: 2, threads: threads)
        toy.kind.hook = { run in
            if run.name == "a" { Self.wait { seen.withLock { $0["b"] != nil } } }
            seen.withLock { $0[run.name] = run.threads.count }
        }
        let pipeline = try toy.pipeline()
        #expect(try pipeline.run(options: options, place: Eight(options, pipeline.store)).isComplete)
        #expect(seen.withLock { $0 } == ["a": threads, "b": threads])
    }

    @Test("a stage whose output cannot be copied out has failed, and has not also run or been reused")
    func unpublished() throws {
        var toy = try Toy([Toy.join("a", "A")])
        toy.edit("a") { $0.publishes = ["none.txt": "none.txt"] }
        for _ in 1...2 {
            let summary = try toy.run()
            #expect(summary.failures.map(\.stage) == ["a"] && summary.ran == [] && summary.reused == [])
        }
    }

    @Test("a stage that waits to be copied out when the run is stopped has stopped")
    func stoppedBeforePublishing() throws {
        var toy = try Toy([Toy.join("a", "A")])
        toy.edit("a") { $0.publishes = ["out.txt": "out.txt"] }
        let cancellation = Cancellation()
        toy.kind.hook = { _ in cancellation.cancel() }
        let pipeline = try toy.pipeline()
        guard let lock = try pipeline.store.lockForPublishing() else {
            Issue.record("the lock is free")
            return
        }
        let summary = try pipeline.run(cancellation: cancellation)
        lock.release()
        #expect(summary.stopped == ["a"] && summary.failures == [] && summary.ran == [])
    }

    @Test("a run that was stopped is not said to be done")
    func stoppedText() {
        var summary = RunSummary()
        summary.stopped = ["a"]
        #expect(summary.text.hasPrefix("stopped in 0 s: 0 run"))
    }

    @Test("a stage that begins again has one line on the display")
    func oneLine() {
        var state = LiveRecorder.State()
        for _ in 1...2 { _ = LiveRecorder.update(&state, .started(stage: "a", because: "", seconds: nil), 0) }
        #expect(state.running.map(\.stage) == ["a"])
    }
}
