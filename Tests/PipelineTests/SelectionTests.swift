import Formats
import TestSupport
import Testing
import ToyProject

@testable import Pipeline

@Suite("Choosing stages, and asking why")
struct SelectionTests {
    @Test("from and until choose what lies between; forced, that and nothing else runs")
    func between() throws {
        let toy = try Toy.diamond(in: .inMemory())
        let graph = try toy.pipeline().graph
        func names(_ words: [String], from: [String] = [], until: [String] = []) throws -> [String] {
            try graph.targets(words, from: from, until: until).map { graph.stages[$0].name }.sorted()
        }
        #expect(try names([], from: ["b"]) == ["b", "d"])
        #expect(try names([], until: ["b"]) == ["a", "b"])
        #expect(try names([], from: ["a"], until: ["d"]) == ["a", "b", "c", "d"])
        #expect(try names([], from: ["b", "c"], until: ["d"]) == ["b", "c", "d"])
        #expect(try names(["c"], from: ["a"]) == ["a", "c"])
        #expect(throws: PipelineError.nothingBetween(from: ["e"], until: ["d"])) { try names([], from: ["e"], until: ["d"]) }
        #expect(throws: PipelineError.unknownTarget("f", near: ["a", "b", "c"])) { try names([], from: ["f"]) }

        _ = try toy.pipeline().run(until: ["b"])
        #expect(toy.kind.journal.take() == ["a", "b"])
        #expect(
            try toy.pipeline().plan(from: ["b"], force: true).steps.filter { $0.action == .run(because: .forced) }.map(
                \.stage.name) == ["b"])
        _ = try toy.pipeline().run(from: ["b"])
        #expect(toy.kind.journal.take() == ["c", "d"], "what is missing before the targets is made")
        _ = try toy.pipeline().run(from: ["b"], options: RunOptions(jobs: 2, force: true))
        #expect(toy.kind.journal.take() == ["b", "d"])
    }

    @Test("an explanation gives the root cause first, then what else it makes run and how long that took")
    func explain() throws {
        var toy = try Toy.diamond(in: .inMemory())
        try toy.run()
        #expect(try toy.pipeline().explain("d").action.isReuse)
        toy.edit("a") { $0.parameters = ["text": "A2"] }
        let explanation = try toy.pipeline().explain("d")
        #expect(explanation.action == .wait(on: ["b", "c"]))
        #expect(explanation.causes.map(\.stage) == ["a"])
        let change = Difference(field: "parameters.text", from: "\"A\"", to: "\"A2\"")
        #expect(explanation.causes[0].action == .run(because: .changed([change])))
        #expect(explanation.causes[0].lastSeconds != nil)
        #expect(explanation.alsoAffected.map(\.stage) == ["b", "c"])
        #expect(explanation.alsoAffected.allSatisfy { $0.lastSeconds != nil })
        #expect(try toy.pipeline().explain("e").causes.isEmpty)
    }

    @Test("a second run with other bytes names the first file, and the step and column or the tensor in it")
    func verify() throws {
        var toy = try Toy([Toy.join("a", "A")], in: .inMemory())
        try toy.run()
        #expect(try toy.pipeline().verify(0) == .same)
        let other = try Toy([Toy.join("a", "A")], in: .inMemory())
        #expect(try other.pipeline().verify(0) == .noResult)
        toy.kind.hook = { try $0.write("x".utf8, to: "b.txt") }
        #expect(try toy.pipeline().verify(0) == .different([FileDifference(path: "b.txt", place: .new)]))

        let table = Array("step\tloss\n0\t1\n100\t0.5\n".utf8), other2 = Array("step\tloss\n0\t1\n100\t0.25\n".utf8)
        #expect(FileDifference("t.tsv", from: table, to: table) == nil)
        #expect(
            FileDifference("t.tsv", from: table, to: other2)?.place
                == .cell(row: "step 100", column: "loss", from: "0.5", to: "0.25"))
        #expect(FileDifference("t.tsv", from: table, to: Array(table.dropLast(4)))?.place == .byte(table.count - 4))
        func tensors(_ value: Float) -> [UInt8] {
            Safetensors([
                .init(name: "one", shape: [2], values: [1, 2] as [Float]),
                .init(name: "two", shape: [3], values: [3, value, 5] as [Float]),
            ]).bytes()
        }
        let found = try #require(FileDifference("s.safetensors", from: tensors(4), to: tensors(4.5)))
        #expect(found.place == .element(1, tensor: "two", from: "4", to: "4.5"))
        #expect(found.description == "s.safetensors: tensor two, element 1: 4 → 4.5")
    }
}
