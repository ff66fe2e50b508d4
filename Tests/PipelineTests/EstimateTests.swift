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
        // Two figures of two runs each, of which the second takes less; a third of all; and what nobody publishes.
        let toy = try Toy([
            Toy.costing(9, "a1"), Toy.costing(10, "a2"), Toy.costing(3, "b1"), Toy.costing(4, "b2"), Toy.costing(50, "c"),
            Toy.costing(1, "figure-a", ["a1", "a2"], publishes: true), Toy.costing(1, "figure-b", ["b1", "b2"], publishes: true),
            Toy.costing(1, "figure-all", ["a1", "a2", "b1", "b2"], publishes: true),
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

    private static let card = MeasuredDevice(
        name: "Card", takesOnlyWhatGains: false, operations: 128, processorOperations: 16, launches: 4)

    private static func computing(_ name: String, operations: Double, launches: Double = 0, checked: Double = 0) -> Stage {
        var stage = Toy.join(name, name)
        stage.resources.cost = operations
        stage.resources.kernels = Stage.KernelWork(operations: operations, launches: launches, checked: checked)
        return stage
    }

    @Test("on a device on which nothing ran, a stage takes what the device was measured to reach")
    func measuredDevice() throws {
        let toy = try Toy(
            [Self.computing("runs/a", operations: 1024, launches: 24, checked: 32), Toy.join("b", "B")], in: .inMemory())
        let steps = try toy.pipeline().plan(device: Self.card).steps
        // Operations, kernels, and the processor's part.
        let seconds = 1024.0 / 128 + 24.0 / 4 + 32.0 / 16, expected: [Double?] = [seconds, nil]
        #expect(steps.map(\.seconds) == expected)
        #expect(steps.map(\.device) == ["Card", nil], "what has no kernels runs on the processor")
        #expect(try toy.plan().seconds == nil)
    }

    @Test("a stage runs on a device that is taken where it gains only if the processor takes half as long again")
    func gain() throws {
        var card = Self.card
        card.takesOnlyWhatGains = true
        // 64 s on the processor; 8 s of operations on the card, and 1 s for each four kernels.
        let stages = [("much", 8.0), ("enough", 136), ("little", 140), ("none", 1e6)].map {
            Self.computing("runs/\($0.0)", operations: 1024, launches: $0.1)
        }
        var toy = try Toy(stages, in: .inMemory())
        let given = Mutex<[String: String]>([:])
        toy.kind.hook = { run in given.withLock { $0[run.name] = run.device ?? "none" } }
        #expect(try toy.pipeline().plan(device: card).steps.map(\.device) == ["Card", "Card", nil, nil])
        var options = RunOptions(jobs: 1, device: "auto")
        options.measuredDevice = card
        try toy.run([], options)
        let expected = ["runs/much": "auto", "runs/enough": "auto", "runs/little": "none", "runs/none": "none"]
        #expect(given.withLock { $0 } == expected)
    }

    @Test("what a stage took on a device tells of that device alone, and of the stages beside it")
    func secondsApart() throws {
        var toy = try Toy([Self.computing("runs/a", operations: 1024)], in: .inMemory())
        toy.kind.hook = { run in
            if run.device != nil { run.runs(on: "Card") }
            Clock.pause(seconds: 0.01)
        }
        try toy.run([], RunOptions(device: "gpu"))
        let last = try #require(try toy.pipeline().store.lastRun(scope: "toy", stage: "runs/a"))
        #expect(last.device == "Card" && last.seconds >= 0.01)
        toy.edit("runs/a") { $0.parameters = ["text": "A2"] }
        toy.stages += [Self.computing("runs/b", operations: 512), Self.computing("others/c", operations: 512)]
        #expect(try toy.plan().seconds == nil, "of the processor nothing is known")
        let there: [Double?] = [last.seconds, last.seconds / 2, 4]
        #expect(try toy.pipeline().plan(device: Self.card).steps.map(\.seconds) == there)
        var other = Self.card
        other.name = "Other card"
        let reckoned: [Double?] = [8, 4, 4]
        #expect(try toy.pipeline().plan(device: other).steps.map(\.seconds) == reckoned)
        // Without the index, the record of the stage tells.
        try FileSystem().remove(toy.storePath + "/index")
        #expect(try toy.pipeline().plan(device: Self.card).steps[0].seconds == last.seconds)
        // By the processor's own times, where there are such, the device's are reckoned.
        try toy.run(["others/c"], RunOptions(device: nil))
        let here = try #require(try toy.pipeline().store.lastRun(scope: "toy", stage: "others/c"))
        #expect(here.device == nil)
        let eighth: Double? = here.seconds * 2 / 8
        #expect(try toy.pipeline().plan(["runs/a"], force: true, device: other).seconds == eighth)
        #expect(try toy.plan(["runs/b"]).seconds == here.seconds)
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
