import Foundation
import Platform
import Synchronization
import TestSupport
import Testing
import ToyProject

@testable import Pipeline

@Suite("How long it may take")
struct EstimateTests {
    @Test("a stage is expected to take as long as last time, another of its kind as long as its cost says")
    func learning() throws {
        var toy = try Toy([Toy.join("a", "A")], in: .inMemory())
        toy.stages[0].resources.cost = 2
        toy.kind.hook = { _ in Clock.pause(seconds: 0.01) }
        #expect(try toy.plan().seconds == nil, "nothing is known before the first run")
        #expect(try toy.plan().untimed == 1)
        try toy.run()
        let took = try #require(try toy.pipeline().store.lastRun(scope: "toy", stage: "a")?.seconds)
        #expect(took >= 0.01)
        toy.edit("a") { $0.parameters = ["text": "A2"] }
        #expect(try toy.plan().seconds == took && toy.plan().untimed == 0)
        // Without the index, a stage's own record tells.
        try FileSystem().remove(toy.storePath + "/index")
        #expect(try toy.plan().seconds == took)
        var six = Toy.join("six", "6", ["a"])
        six.resources.cost = 6
        toy.stages.append(six)
        #expect(try toy.plan().steps.map(\.seconds) == [took, took * 3])
        let told = Mutex<[Event]>([])
        _ = try toy.pipeline().run(
            options: RunOptions(jobs: 1), recorder: FunctionRecorder { event in told.withLock { $0.append(event) } })
        let events = told.withLock { $0 }
        #expect(events.contains { if case .planned(_, _, _, took * 4) = $0 { true } else { false } })
        #expect(events.contains { if case .started("six", _, took * 3) = $0 { true } else { false } })
        let left = events.compactMap { if case .overall(_, _, let seconds?) = $0 { seconds } else { nil } }
        #expect(left == [took * 4, took * 3, 0], "what is left falls as stages end")
    }

    @Test(
        "long durations are told in days", arguments: [(7199.6, "2 h 00 min"), (172_799, "47 h 59 min"), (190_800, "2 days 5 h")])
    func days(seconds: Double, text: String) { #expect(durationText(seconds) == text) }

    @Test("what completes the published result that takes the least work begins first")
    func order() throws {
        func costing(_ cost: Double, _ name: String, _ inputs: [String] = [], publishes: Bool = false) -> Stage {
            var stage = Toy.join(name, name, inputs)
            stage.resources.cost = cost
            if publishes { stage.publishes = ["out.txt": "figures/\(name).txt"] }
            return stage
        }
        // Two figures of two runs each, of which the second takes less; a third of all; and what nobody publishes.
        let toy = try Toy([
            costing(9, "a1"), costing(10, "a2"), costing(3, "b1"), costing(4, "b2"), costing(50, "c"),
            costing(1, "figure-a", ["a1", "a2"], publishes: true), costing(1, "figure-b", ["b1", "b2"], publishes: true),
            costing(1, "figure-all", ["a1", "a2", "b1", "b2"], publishes: true),
        ])
        func began() throws -> [String] {
            let told = Mutex<[String]>([])
            _ = try toy.pipeline().run(
                options: RunOptions(jobs: 1),
                recorder: FunctionRecorder { event in
                    if case .started(let stage, _, _) = event { told.withLock { $0.append(stage) } }
                })
            return told.withLock { $0 }
        }
        #expect(try began() == ["b2", "b1", "figure-b", "a2", "a1", "figure-a", "figure-all", "c"])
    }

    @Test("a collection does not make estimates forgotten")
    func collected() throws {
        var toy = try Toy([Toy.join("a", "A")], in: .inMemory())
        try toy.run()
        _ = try toy.pipeline().store.collectWhenFree()
        toy.stages.append(Toy.join("new", "N"))
        #expect(try toy.plan().steps.first { $0.stage.name == "new" }?.seconds != nil)
    }
}
