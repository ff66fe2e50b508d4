import Formats
import Foundation
import Platform
import TestSupport
import Testing
import ToyProject

@testable import Pipeline

@Suite("Edit, plan, expect exactly these stages")
struct ScenarioTests {
    @Test("a first run runs everything once, a second nothing")
    func firstAndSecondRun() throws {
        let toy = try Toy.diamond()
        #expect(try toy.plan().running == ["a", "e"])
        #expect(try toy.plan().waiting == ["b", "c", "d"])
        let first = try toy.run()
        #expect(first.isComplete)
        #expect(toy.kind.journal.take() == ["a", "b", "c", "d", "e"])
        #expect(try toy.output("d") == "D[b out.txt: B[a out.txt: A]][c out.txt: C[a out.txt: A]]")
        let second = try toy.run()
        #expect(second.isComplete)
        #expect(second.reused.sorted() == ["a", "b", "c", "d", "e"])
        #expect(toy.kind.journal.take() == [])
        #expect(try toy.plan().reused.sorted() == ["a", "b", "c", "d", "e"])
    }

    @Test("an edited parameter reruns its stage and those after it, and says what changed")
    func editedParameter() throws {
        var toy = try Toy.diamond()
        try toy.run()
        _ = toy.kind.journal.take()
        toy.edit("b") { $0.parameters = ["text": "B2"] }
        let plan = try toy.plan()
        #expect(plan.running == ["b"])
        #expect(plan.waiting == ["d"])
        let step = try #require(plan.steps.first { $0.stage.name == "b" })
        #expect(step.action == .run(because: .changed([Difference(field: "parameters.text", from: "\"B\"", to: "\"B2\"")])))
        try toy.run()
        #expect(toy.kind.journal.take() == ["b", "d"])
        toy.edit("b") { $0.parameters = ["text": "B"] }
        try toy.run()
        #expect(toy.kind.journal.take() == [], "the former result is still there")
    }

    @Test("an equal result ends the wave")
    func earlyCutOff() throws {
        var toy = try Toy.diamond()
        toy.edit("b") { $0.parameters = ["text": "B", "length": true] }
        try toy.run()
        _ = toy.kind.journal.take()
        toy.edit("b") { $0.parameters = ["text": "X", "length": true] }
        #expect(try toy.plan().waiting == ["d"])
        let summary = try toy.run()
        #expect(toy.kind.journal.take() == ["b"])
        #expect(summary.reused.sorted() == ["a", "c", "d", "e"])
    }

    @Test("a change of a module's code reruns the kinds that use it")
    func changedCode() throws {
        var toy = try Toy.diamond()
        try toy.run()
        _ = toy.kind.journal.take()
        toy.code["Toy"] = "2"
        #expect(try toy.plan().running == ["a", "e"])
        try toy.run()
        #expect(toy.kind.journal.take() == ["a", "b", "c", "d", "e"])
        toy.code["Other"] = "3"
        #expect(try toy.plan().running == [])
    }

    @Test("a target brings its upstream along, and nothing else")
    func targets() throws {
        let toy = try Toy.diamond()
        try toy.run(["b"])
        #expect(toy.kind.journal.take() == ["a", "b"])
    }

    @Test("only the files that are read enter the key")
    func filesRead() throws {
        var toy = try Toy([
            Stage("two", kind: "join", parameters: ["text": "x", "extra": "1"]),
            Stage("reader", kind: "join", inputs: [.init("in", from: "two", files: ["out.txt"])]),
            Stage("folder", kind: "join", inputs: [.init("in", from: "two", files: ["more/"])]),
        ])
        toy.kind.hook = { run in
            if let extra = run.parameters["extra"]?.stringValue { try run.write(extra.utf8, to: "more/extra.txt") }
        }
        try toy.run()
        _ = toy.kind.journal.take()
        toy.edit("two") { $0.parameters = ["text": "x", "extra": "2"] }
        try toy.run()
        #expect(toy.kind.journal.take() == ["folder", "two"])
    }

    @Test("a touched input reruns nothing; an edit that keeps size and time of modification is noticed")
    func editedFile() throws {
        let toy = try Toy([Stage("read", kind: "join", inputs: [.init("file", file: "in.txt")])])
        try toy.folder.write("one", to: "in.txt")
        try toy.run()
        _ = toy.kind.journal.take()
        let path = toy.folder.path + "/in.txt"
        let times = try FileManager.default.attributesOfItem(atPath: path)[.modificationDate]
        for date in [Date(timeIntervalSince1970: 0), Date(timeIntervalSince1970: 4_102_444_800)] {
            try FileManager.default.setAttributes([.modificationDate: date], ofItemAtPath: path)
            #expect(try toy.plan().reused == ["read"])
        }
        try toy.folder.write("two", to: "in.txt")
        try FileManager.default.setAttributes([.modificationDate: try #require(times)], ofItemAtPath: path)
        #expect(try toy.plan().running == ["read"])
        try toy.folder.write("one", to: "in.txt")
        #expect(try toy.plan().reused == ["read"])
        try FileManager.default.removeItem(atPath: path)
        #expect(try toy.plan().steps[0].action == .impossible(.missingFile("in.txt")))
        #expect(try toy.run().failures.map(\.stage) == ["read"])
    }

    @Test("a failure stops what follows it; the rest goes on with keep-going")
    func failure() throws {
        struct Broken: Error, CustomStringConvertible { var description: String { "no good" } }
        var toy = try Toy.diamond()
        toy.kind.hook = { run in
            run.log("working on \(run.name)")
            if run.name == "b" { throw Broken() }
        }
        let summary = try toy.run([], RunOptions(jobs: 1, keepGoing: true))
        #expect(summary.failures.map(\.stage) == ["b"])
        #expect(summary.failures.first?.message == "no good")
        #expect(summary.failures.first?.tail == ["working on b"])
        #expect(summary.skipped == ["d"])
        #expect(summary.ran.sorted() == ["a", "c", "e"])
        toy.kind.hook = { _ in }
        #expect(try toy.run().isComplete)
        #expect(toy.kind.journal.take() == ["a", "b", "b", "c", "d", "e"])
    }

    @Test("processes of two stores copy out to one place at once, each the whole file; what a killed one left goes an hour later")
    func publicationOfTwo() throws {
        let folder = try TemporaryFolder(), path = folder.path + "/figures/x.svg"
        let other = try Store(folder.path + "/other")
        let files = FileSystem { operation, at in
            // The other one does all of its work between this one's writing and renaming.
            if operation == .rename, at == path { do { try other.copyOut([2], to: path) } catch { return .error(EIO) } }
            return nil
        }
        try folder.write("half", to: "figures/x.svg.1-2-3.partial")
        try folder.write("half", to: "figures/x.svg.4-5-6.partial")
        try InputTests.touch(folder.path + "/figures/x.svg.4-5-6.partial", Int(Date().timeIntervalSince1970) - 7200)
        try Store(folder.path + "/one", files: files).copyOut([1, 1], to: path)
        #expect(try FileSystem().read(path) == [1, 1])
        #expect(try FileSystem().list(folder.path + "/figures") == ["x.svg", "x.svg.1-2-3.partial"])
    }

    @Test("what a killed process left of a copy goes with the next copy of its store")
    func leftover() throws {
        let folder = try TemporaryFolder(), path = folder.path + "/figures/x.svg", store = try Store(folder.path + "/one")
        // As a kill, which lets nobody clear away.
        let killed = FileSystem { operation, at in
            at == path && operation == .rename || at.hasSuffix(".partial") && operation == .remove ? .error(EIO) : nil
        }
        try FileSystem().makeFolder(folder.path + "/figures")
        #expect(throws: FileSystemError.self) {
            try killed.replace(path, with: [1], by: store.partial(of: path))
        }
        #expect(try FileSystem().list(folder.path + "/figures").count == 1)
        try store.copyOut([1, 1], to: path)
        #expect(try FileSystem().list(folder.path + "/figures") == ["x.svg"])
    }

    @Test("a file that the system keeps although it was removed, as NFS does, is no output, and its stage is done")
    func kept() throws {
        var toy = try Toy([Toy.join("a", "A")])
        toy.kind.hook = { run in try run.write([1], to: ".nfs0001") }
        toy.files = FileSystem { operation, path in
            operation == .remove && path.hasSuffix("/.nfs0001") ? .error(EBUSY) : nil
        }
        #expect(try toy.run().ran == ["a"])
        #expect(try toy.pipeline().outputs(of: "a")?.map(\.path) == ["out.txt"])
        toy.files = FileSystem()
        _ = try toy.pipeline().store.collectWhenFree()
        #expect(try FileSystem().files(below: toy.storePath + "/work") == [])
    }

    @Test("outputs are copied to the user only where they differ")
    func publication() throws {
        var toy = try Toy.diamond()
        toy.edit("d") { $0.publishes = ["out.txt": "figures/toy/d.svg"] }
        #expect(try toy.run(["d"]).published == ["figures/toy/d.svg"])
        #expect(try toy.run(["figures/toy/d.svg"]).published == [])
        #expect(try toy.folder.read("figures/toy/d.svg") == toy.output("d"))
        try toy.folder.write("scribble", to: "figures/toy/d.svg")
        #expect(try toy.run(["d"]).published == ["figures/toy/d.svg"])
        #expect(try toy.folder.read("figures/toy/d.svg") == toy.output("d"))
    }
}
