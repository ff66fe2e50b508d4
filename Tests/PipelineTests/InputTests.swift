import Foundation
import Platform
import TestSupport
import Testing
import ToyProject

@testable import Pipeline

#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif

@Suite("Inputs that change")
struct InputTests {
    static func toy() throws -> Toy {
        let toy = try Toy([Stage("read", kind: "join", inputs: [.init("file", file: "in.txt")])], in: .inMemory())
        try toy.folder.write("one", to: "in.txt")
        return toy
    }

    /// Sets a file's time of modification.
    static func touch(_ path: String, _ seconds: Int) throws {
        var times = [timespec(tv_sec: seconds, tv_nsec: 0), timespec(tv_sec: seconds, tv_nsec: 0)]
        try #require(utimensat(AT_FDCWD, path, &times, 0) == 0)
    }

    @Test(
        "a look proves nothing until a tick after the file's last change, which is two seconds where times are whole seconds",
        arguments: [(5.0, 6.9, false), (5.0, 7.1, true), (5.25, 5.26, false), (5.25, 5.28, true)])
    func ticks(_ changed: Double, _ checked: Double, _ isTrusted: Bool) {
        let time = Int64(changed * 1e9)
        let stamp = FileStamp(device: 1, inode: 2, size: 3, modified: time, changed: time)
        let seen = StoreIndex.Seen(stamp: stamp, checked: Int64(checked * 1e9))
        #expect(seen.isTrusted == isTrusted && seen.isTrustedButForForgery == isTrusted)
    }

    @Test("an edit that keeps size and time of modification is noticed, however soon it follows the last look")
    func quickEdits() throws {
        let toy = try Self.toy()
        let path = toy.folder.path + "/in.txt"
        try Self.touch(path, 1_000_000_000)
        try toy.run()
        _ = toy.kind.journal.take()
        let rounds = Torture.count(100, full: 5000)
        var text = "one"
        for _ in 0..<rounds {
            // Look, edit, look: often all three fall within one tick of the clock that stamps files.
            #expect(try toy.plan().reused == ["read"])
            text = text == "one" ? "two" : "one"
            try toy.folder.write(text, to: "in.txt")
            try Self.touch(path, 1_000_000_000)
            try toy.run()
            #expect(try toy.output("read") == "[file in.txt: \(text)]")
        }
        #expect(toy.kind.journal.take() == ["read"], "only the first edit brings bytes that were not there before")
        try Torture.reached("edits that keep size and time", rounds, "all noticed, none needless")
    }

    @Test(
        "a clock set back or forward makes no needless and no missed rerun",
        arguments: [-86_400, 86_400, -1, 1].map { Int64($0) * 1_000_000_000 })
    func clocks(_ shift: Int64) throws {
        var toy = try Self.toy()
        toy.files.clockShift = shift
        try toy.run()
        #expect(toy.kind.journal.take() == ["read"])
        for (i, later) in [0, shift, 0, -shift].enumerated() {
            toy.files.clockShift = later
            #expect(try toy.plan().reused == ["read"])
            let before = try FileSystem().status(toy.folder.path + "/in.txt")?.stamp
            // The kernel's own clock must have moved on: a process that sees another clock than the kernel cannot know its ticks.
            repeat {
                try toy.folder.write("n\(i)", to: "in.txt")
            } while try FileSystem().status(toy.folder.path + "/in.txt")?.stamp.changed == before?.changed
            #expect(try toy.plan().running == ["read"])
            try toy.run()
            #expect(toy.kind.journal.take() == ["read"])
        }
        try Torture.reached("a clock moved by \(shift / 1_000_000_000) s", 4, "no needless and no missed rerun")
    }

    @Test(
        "touch, cp -p, a file written anew with the same bytes, and times of 1970 and 2100 rerun nothing; cp -p of other bytes does"
    )
    func times() throws {
        let toy = try Self.toy()
        let path = toy.folder.path + "/in.txt"
        try toy.run()
        _ = toy.kind.journal.take()
        for time in [0, 4_102_444_800, 1_000_000_000] {
            try Self.touch(path, time)
            #expect(try toy.plan().reused == ["read"])
        }
        try FileSystem().copy(path, to: path + ".copy")
        try Self.touch(path + ".copy", 1_000_000_000)
        try FileSystem().rename(path + ".copy", to: path)
        #expect(try toy.plan().reused == ["read"])
        try toy.folder.write("two", to: "other.txt")
        try Self.touch(toy.folder.path + "/other.txt", 1_000_000_000)
        try FileSystem().rename(toy.folder.path + "/other.txt", to: path)
        #expect(try toy.plan().running == ["read"])
        try toy.folder.write("one", to: "in.txt")
        try toy.run()
        #expect(toy.kind.journal.take() == [])
        try Torture.reached("touch, cp -p, times of 1970 and 2100", 6, "no needless and no missed rerun")
    }

    @Test(
        "an input edited while its stage runs, even back to what it was, keeps the result from being cached",
        arguments: [["two"], ["two", "one"]])
    func editedMeanwhile(_ texts: [String]) throws {
        var toy = try Self.toy()
        let folder = toy.folder
        toy.kind.hook = { _ in
            // Whatever the clock's tick, the edit is not hidden: writing until the stamp moves stands for waiting.
            for text in texts {
                let before = try FileSystem().status(folder.path + "/in.txt")?.stamp
                repeat {
                    try folder.write(text, to: "in.txt")
                } while try FileSystem().status(folder.path + "/in.txt")?.stamp == before
            }
        }
        let summary = try toy.run()
        #expect(summary.failures.first?.message.contains("changed while the stage ran") == true)
        #expect(try FileSystem().files(below: toy.storePath + "/records") == [])
        toy.kind.hook = { _ in }
        #expect(try toy.run().isComplete)
        #expect(try toy.output("read") == "[file in.txt: \(texts.last!)]")
        try Torture.reached("an input edited while its stage runs, \(texts.count) times", 1, "the result is not cached")
    }

    @Test("plan and run agree over random edits of parameters, code, files, and the store")
    func agreement() throws {
        var random = SplitMix(11)
        var toy = try Toy(
            (0..<12).map { i in
                Stage(
                    "s\(i)", kind: "join", parameters: ["text": .string("t\(i)"), "length": .bool(i % 3 == 1)],
                    inputs: (i < 3 ? [] : Set([i / 2, i - 3]).sorted().map { .init("from\($0)", from: "s\($0)") })
                        + (i % 4 == 0 ? [.init("file", file: "in\(i).txt")] : []))
            }, in: .inMemory())
        for i in [0, 4, 8] { try toy.folder.write("x", to: "in\(i).txt") }
        let rounds = Torture.count(150, full: 5000)
        for round in 0..<rounds {
            for _ in 0..<Int.random(in: 1...3, using: &random) {
                let stage = Int.random(in: 0..<12, using: &random)
                switch Int.random(in: 0..<6, using: &random) {
                case 0, 1:
                    toy.stages[stage].parameters = [
                        "text": .string("t\(Int.random(in: 0..<5, using: &random))"), "length": .bool(stage % 3 == 1),
                    ]
                case 2: try toy.folder.write("\(Int.random(in: 0..<4, using: &random))", to: "in\(stage / 4 * 4).txt")
                case 3: toy.code["Toy"] = "\(Int.random(in: 0..<3, using: &random))"
                case 4:
                    let objects = try toy.pipeline().store.shards("objects")
                    if let object = objects.randomElement(using: &random) { try FileSystem().remove(object.path) }
                default: try FileSystem().remove(toy.storePath + "/index")
                }
            }
            let plan = try toy.plan()
            let summary = try toy.run()
            let ran = Set(toy.kind.journal.take())
            #expect(summary.isComplete)
            #expect(ran.isSuperset(of: plan.running), "round \(round)")
            #expect(ran.isSubset(of: plan.running + plan.waiting), "round \(round)")
            #expect(Set(summary.reused).isSuperset(of: plan.reused), "round \(round)")
            #expect(try toy.plan().reused.count == 12, "round \(round)")
        }
        try Torture.reached("plan and run over random edits", rounds, "always agree")
    }
}
