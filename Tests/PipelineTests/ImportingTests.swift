import Formats
import Platform
import TestSupport
import Testing
import ToyProject

@testable import Pipeline

/// Results that came with an archive, without the files that it left out.
@Suite struct ImportingTests {
    /// a → b → d, a → c → d, and e alone, where archives leave out what a and b make.
    private func made() throws -> (toy: Toy, results: [ArchivedResult]) {
        let toy = try Toy.diamond(in: .inMemory())
        try toy.run()
        let results = try toy.pipeline().archivedResults { stage, _ in !["a", "b"].contains(stage.name) }
        return (toy, try #require(results))
    }

    /// The same project with an empty store, into which the results are taken.
    private func imported(_ made: (toy: Toy, results: [ArchivedResult])) throws -> Toy {
        let toy = try Toy.diamond(in: .inMemory())
        _ = try take(made, into: toy)
        return toy
    }

    private func take(_ made: (toy: Toy, results: [ArchivedResult]), into toy: Toy) throws -> Imported {
        let source = try made.toy.pipeline().store
        return try toy.pipeline().store.takeIn(made.results, scope: "toy") { digest in
            (try? source.files.contents(of: source.objectPath(digest))) ?? []
        }
    }

    @Test func aRunAfterAnImportRunsNothingAndHasTheSameFiles() throws {
        let made = try made(), toy = try imported(made)
        #expect(try toy.plan().reused == ["a", "e", "b", "c", "d"])
        let summary = try toy.run()
        #expect(summary.ran == [] && summary.reused.count == 5 && toy.kind.journal.take() == [])
        #expect(try toy.output("d") == made.toy.output("d"))
    }

    @Test func theRecordsSayNothingOfWhenAndHowFast() throws {
        let (toy, results) = try made()
        #expect(results.map(\.stage) == ["a", "e", "b", "c", "d"])
        #expect(results.map { $0.outputs.map(\.isLeftOut) } == [[true], [false], [true], [false], [false]])
        let other = try Toy.diamond(in: .inMemory())
        try other.run()
        let again = try #require(try other.pipeline().archivedResults { stage, _ in !["a", "b"].contains(stage.name) })
        #expect(again == results && again.map(\.json) == results.map(\.json))
        let taken = try imported((toy, results))
        #expect(try taken.pipeline().archivedResults { stage, _ in !["a", "b"].contains(stage.name) } == results)
        for result in results { #expect(ArchivedResult(json: result.json) == result) }
    }

    @Test func aStageThatReadsWhatIsHereRunsAlone() throws {
        var toy = try imported(made())
        // It reads c, which the archive holds, and b, which it does not.
        toy.stages.append(Toy.join("f", "F", ["c", "e"]))
        #expect(try toy.plan().running == ["f"])
        #expect(try toy.run().ran == ["f"])
    }

    @Test func aStageThatReadsWhatIsLeftOutHasItMadeFirstAndWhatThatReadsToo() throws {
        var toy = try imported(made())
        toy.stages.append(Toy.join("f", "F", ["b"]))
        let plan = try toy.plan()
        #expect(plan.running == ["a", "b", "f"])
        func action(_ stage: String) -> Plan.Action? { plan.steps.first { $0.stage.name == stage }?.action }
        #expect(action("a") == .run(because: .filesWanted(by: "b")) && action("b") == .run(because: .filesWanted(by: "f")))
        let summary = try toy.run()
        #expect(summary.isComplete && summary.ran == ["a", "b", "f"] && summary.reused.sorted() == ["c", "d", "e"])
        #expect(try toy.output("f") == "F[b out.txt: B[a out.txt: A]]")
        #expect(try toy.plan().reused.count == 6)
        #expect(try toy.run(["d"], RunOptions(jobs: 2, force: true)).ran == ["d"])
    }

    @Test func severalReadersOfOneFileHaveItMadeOnce() throws {
        var toy = try imported(made())
        for name in ["f", "g", "h"] { toy.stages.append(Toy.join(name, name, ["a", "b"])) }
        for jobs in [1, 4] {
            let summary = try toy.run([], RunOptions(jobs: jobs))
            #expect(summary.isComplete && toy.kind.journal.take() == (jobs == 1 ? ["a", "b", "f", "g", "h"] : []))
        }
    }

    @Test func forceRunsTheStageAfterWhatItReads() throws {
        let toy = try imported(made())
        let summary = try toy.run(["b"], RunOptions(jobs: 2, force: true))
        #expect(summary.isComplete && summary.ran == ["a", "b"])
        // The same bytes: what rests on them stays.
        #expect(try toy.plan().reused.count == 5)
    }

    @Test func aCallThatWantsTheFilesHasThemMade() throws {
        let toy = try imported(made())
        #expect(try toy.run(["b"]).ran == [])
        var options = RunOptions(jobs: 2)
        options.wantsFiles = true
        #expect(try toy.run(["b", "c"], options).ran == ["a", "b"])
        #expect(try toy.run(["b", "c"], options).ran == [])
        #expect(try toy.output("b") == "B[a out.txt: A]")
    }

    @Test func aStageThatMayRunMayWantFiles() throws {
        var toy = try imported(made())
        toy.edit("e") { $0.parameters = ["text": "other"] }
        toy.edit("d") { $0.inputs.append(.init("e", from: "e")) }
        let plan = try toy.plan()
        #expect(plan.running == ["e"] && plan.waiting == ["a", "b", "d"] && plan.reused == ["c"])
        let summary = try toy.run()
        #expect(summary.isComplete && summary.ran.sorted() == ["a", "b", "d", "e"] && summary.reused == ["c"])
    }

    @Test func aFailureOfWhatIsMadeAgainSkipsItsReadersAlone() throws {
        var toy = try imported(made())
        toy.stages.append(Toy.join("f", "F", ["b"]))
        toy.kind.hook = { run in if run.name == "a" { throw PipelineError.noOutput } }
        let summary = try toy.run()
        #expect(summary.failures.map(\.stage) == ["a"] && summary.ran == [])
        #expect(summary.skipped.contains("b") && summary.skipped.contains("f"))
        toy.kind.hook = { _ in }
        #expect(try toy.run().ran == ["a", "b", "f"])
    }

    @Test func otherBytesThanTheArchiveTellsOfAreAnErrorAndTheNextRunGoesOnFromThem() throws {
        var toy = try imported(made())
        toy.stages.append(Toy.join("f", "F", ["b"]))
        toy.kind.hook = { run in if run.name == "a" { try run.write("more".utf8, to: "more.txt") } }
        let summary = try toy.run()
        #expect(summary.failures.map(\.stage) == ["a"])
        #expect(summary.failures.first?.message.contains("another more.txt than the one that the archive tells of") == true)
        #expect(try toy.run().ran.sorted() == ["b", "c", "d", "f"])
    }

    @Test func aCheckOfTheStoreTellsLeftOutFilesFromDamage() throws {
        let toy = try imported(made())
        let store = try toy.pipeline().store
        let check = try store.check()
        #expect(check.findings == [] && check.leftOut == 2 && check.stages == [] && check.records == 5 && check.objects == 3)
        let held = try #require(try toy.pipeline().outputs(of: "c")).map { store.path(of: $0) }[0]
        try FileSystem().remove(held)
        let damaged = try toy.pipeline().store.check()
        #expect(damaged.findings.map(\.damage) == [.missing] && damaged.leftOut == 2 && damaged.stages == ["toy/c"])
        // What is made again for c is a, which was left out.
        #expect(try toy.run().ran == ["a", "c"])
        #expect(try toy.pipeline().store.check().leftOut == 1)
    }

    @Test func verifyingComparesByDigestAndSaysWhatItLacks() throws {
        var toy = try imported(made())
        let pipeline = try toy.pipeline()
        #expect(try pipeline.verify(0) == .same)
        #expect(try pipeline.verify(1) == .noInputs(of: ["a"]))
        #expect(try pipeline.verify(4) == .same)
        toy.kind.hook = { run in try run.write("other".utf8, to: "other.txt") }
        #expect(try toy.pipeline().verify(4) == .different([FileDifference(path: "other.txt", place: .new)]))
        toy.kind.hook = { run in try run.write("other".utf8, to: run.name == "a" ? "more.txt" : "x") }
        #expect(try toy.pipeline().verify(0) != .same)
    }

    @Test func aCollectionKeepsWhatWasImported() throws {
        let toy = try imported(made())
        let found = try toy.pipeline().store.collectWhenFree()
        #expect(found.objects == 0 && found.records == 0 && found.kept == 3)
        #expect(try toy.plan().reused.count == 5)
        try toy.run()
        #expect(try toy.pipeline().store.collectWhenFree().objects == 0)
        #expect(try toy.plan().reused.count == 5)
    }

    @Test func whatTheStoreHasStaysAndWhatItLacksComes() throws {
        let made = try made(), toy = try Toy.diamond(in: .inMemory())
        try toy.run(["b"])
        let imported = try take(made, into: toy)
        #expect(imported == Imported(results: 5, known: 2, leftOut: 2))
        #expect(try toy.pipeline().store.check().leftOut == 0)
        #expect(try toy.run().ran == [])
        // An archive that holds more fills up what another one left out.
        let whole = (made.toy, try #require(try made.toy.pipeline().archivedResults { _, _ in true }))
        let other = try self.imported(made)
        #expect(try take(whole, into: other) == Imported(results: 5, known: 3, leftOut: 0))
        #expect(try other.pipeline().store.check().leftOut == 0)
        #expect(try take(made, into: other) == Imported(results: 5, known: 5, leftOut: 2))
        #expect(try other.pipeline().store.check().leftOut == 0)
    }

    @Test func otherBytesUnderTheSameKeyAreRefusedBeforeAnythingIsWritten() throws {
        let made = try made()
        var toy = try Toy.diamond(in: .inMemory())
        toy.kind.hook = { run in if run.name == "b" { try run.write("more".utf8, to: "more.txt") } }
        try toy.run(["b"])
        let before = try FileSystem().files(below: toy.storePath + "/records")
        #expect(throws: PipelineError.otherResult("more.txt", of: "b")) { try take(made, into: toy) }
        #expect(try FileSystem().files(below: toy.storePath + "/records") == before)
    }

    @Test func whatIsNotHereGoesIntoNoArchive() throws {
        let toy = try imported(made())
        #expect(throws: PipelineError.leftOut("out.txt", of: "a")) {
            try toy.pipeline().archivedResults { _, _ in true }
        }
        var fresh = try Toy.diamond(in: .inMemory())
        #expect(try fresh.pipeline().archivedResults { _, _ in true } == nil)
        fresh.edit("a") { $0.publishes = ["out.txt": "a.txt"] }
        try fresh.run()
        // What is copied to the user is held in any case.
        #expect(
            try fresh.pipeline().archivedResults { _, _ in false }?.map { $0.outputs[0].isLeftOut } == [
                false, true, true, true, true,
            ])
    }

    @Test func ofImportedResultsNoTimesAreTold() throws {
        var toy = try imported(made())
        #expect(try toy.plan().seconds == nil)
        toy.edit("e") { $0.parameters = ["text": "other"] }
        #expect(try toy.plan().seconds == nil)
        #expect(try toy.pipeline().explain("e").causes.map(\.lastSeconds) == [nil])
        #expect(try toy.pipeline().explain("e").causes.map(\.action).count == 1)
    }

    @Test func anIndexThatIsReadBackKnowsWhatIsLeftOut() throws {
        let toy = try imported(made())
        try toy.run()
        let store = try toy.pipeline().store, outputs = try toy.pipeline().outputs(of: "a")
        #expect(outputs?.map(\.isLeftOut) == [true])
        #expect(try store.holds(try #require(outputs)) == false)
        let bytes = try FileSystem().contents(of: toy.storePath + "/index")
        let index = StoreIndex(bytes: bytes)
        #expect(index.records.values.flatMap(\.outputs).count(where: \.isLeftOut) == 2)
        #expect(index.bytes == bytes)
    }
}
