import Foundation
import Platform
import Synchronization
import TestSupport
import Testing
import ToyProject

@testable import Pipeline

@Suite("Collecting what nothing needs")
struct CollectingTests {
    private final class Counts: Sendable {
        let collected = Atomic<Int>(0)
        let refused = Atomic<Int>(0)
        let isOver = Atomic<Bool>(false)
    }

    @Test("last results stay, former ones go; a dry run leaves everything")
    func former() throws {
        var toy = try Toy.diamond(in: .inMemory())
        try toy.run()
        toy.edit("a") { $0.parameters = ["text": "A2"] }
        try toy.run()
        let dry = try toy.pipeline().store.collectWhenFree(isDry: true)
        #expect(dry.records == 4 && dry.objects == 4)
        #expect(try toy.pipeline().store.collectWhenFree() == dry)
        #expect(try toy.plan().reused.count == 5)
        #expect(try toy.pipeline().store.brokenPromises() == [])
        #expect(try toy.pipeline().store.collectWhenFree().objects == 0)
    }

    @Test("a run pins what it came to, and nothing of other runs' whose stages have the names of those that it did not reach")
    func pins() throws {
        var toy = try Toy.diamond(in: .inMemory())
        toy.isOwn = true
        try toy.run()
        let whole = try toy.pipeline().store.checkoutUses()
        #expect(whole.map { $0.use.keys.keys.sorted() } == [["a", "b", "c", "d", "e"]])
        toy.edit("a") { $0.parameters = ["text": "A2"] }
        toy.kind.hook = { run in if run.name == "b" || run.name == "c" { throw Failure() } }
        try toy.run(["d"], RunOptions(jobs: 1, keepGoing: true))
        let part = try toy.pipeline().store.checkoutUses().filter { $0.path != whole[0].path }
        #expect(part.map { $0.use.keys.keys.sorted() } == [["a"]])
        #expect(part[0].use.keys["a"] != whole[0].use.keys["a"])
    }

    private struct Failure: Error {}

    @Test("collecting while stages run removes nothing that lives")
    func racing() throws {
        var toy = try Toy.diamond(in: .inMemory())
        let rounds = Torture.count(20, full: 200)
        let counts = Counts()
        let path = toy.storePath
        let ended = try Wakeup()
        try startThread {
            while !counts.isOver.load(ordering: .relaxed) {
                do {
                    let found = try Store(path).collect()
                    if found == nil {
                        counts.refused.add(1, ordering: .relaxed)
                    } else {
                        counts.collected.add(1, ordering: .relaxed)
                    }
                } catch { Issue.record("gc: \(error)") }
                Clock.pause(seconds: 0.0005)
            }
            ended.ring()
        }
        for round in 0..<rounds {
            // Now and then without a run, lest none be let in between on a machine that has other work.
            if round % 5 == 0 {
                let before = counts.collected.load(ordering: .relaxed)
                try waitUntil("a collection") { counts.collected.load(ordering: .relaxed) > before }
            }
            toy.edit("a") { $0.parameters = ["text": .string("A\(round % 7)")] }
            let summary = try toy.run()
            #expect(summary.isComplete, "\(summary.failures)")
            #expect(try toy.plan().reused.count == 5, "round \(round)")
        }
        counts.isOver.store(true, ordering: .relaxed)
        ended.wait(seconds: nil)
        #expect(try toy.pipeline().store.brokenPromises() == [])
        #expect(counts.collected.load(ordering: .relaxed) > 0)
        try Torture.reached(
            "gc racing runs", rounds,
            "no live object removed (\(counts.collected.load(ordering: .relaxed)) collections, \(counts.refused.load(ordering: .relaxed)) put off)"
        )
    }
}
