import Formats
import Foundation
import Platform
import TestSupport
import Testing
import ToyProject

@testable import Pipeline

@Suite("Collecting by size and by age")
struct CollectingBySizeTests {
    /// Days that results of `a` were not used for, by what it wrote.
    static let ages = ["1": 9, "2": 30, "3": 2]

    /// A stage `a` whose results 1, 2, 3 are some days old, and whose last result is 4; each has 1000 bytes.
    static func toy() throws -> Toy {
        var toy = try Toy([Toy.join("a", "")], in: .inMemory())
        toy.kind.hook = { run in
            let text = run.parameters["text"]?.stringValue ?? ""
            try run.write(repeatElement(text.utf8.first ?? 0, count: 1000), to: "large.bin")
        }
        for text in ["1", "2", "3", "4"] {
            toy.edit("a") { $0.parameters = ["text": .string(text)] }
            try toy.run()
            if let days = ages[text] { try age(toy.pipeline().store.recordPath(key(of: toy)), days) }
        }
        _ = toy.kind.journal.take()
        return toy
    }

    static func key(of toy: Toy) throws -> Digest { try #require(try toy.plan().steps[0].key) }

    static func age(_ path: String, _ days: Int) throws {
        try InputTests.touch(path, Int(Date().timeIntervalSince1970) - days * 86_400 - 60)
    }

    /// The bytes of all files of a store but its index.
    static func size(of store: String) throws -> Int {
        try FileSystem().files(below: store).filter { $0 != "index" }.reduce(0) {
            $0 + Int(try FileSystem().status(store + "/" + $1)?.stamp.size ?? 0)
        }
    }

    /// What goes, by the days it was not used for.
    static func removed(_ toy: Toy, _ rules: CollectionRules) throws -> [Int] {
        let dry = try toy.pipeline().store.collectWhenFree(rules, isDry: true)
        let before = try toy.pipeline().store.collectWhenFree(CollectionRules(days: 1000))
        let found = try toy.pipeline().store.collectWhenFree(rules)
        // Locks and the like go with the collection between.
        #expect(found.removed == dry.removed && found.objects == dry.objects && found.keptBytes == dry.keptBytes)
        let after = try toy.pipeline().store.collectWhenFree(CollectionRules(days: 1000))
        #expect(after.keptBytes == found.keptBytes && after.keptBytes == before.keptBytes - found.bytes)
        #expect(try size(of: toy.storePath) == found.keptBytes, "the sizes told are those on the disk")
        #expect(try toy.pipeline().store.brokenPromises() == [])
        #expect(try toy.plan().reused == ["a"], "the last result stays")
        return found.removed.map(\.days)
    }

    @Test(
        "the least recently used go first, until the store is small enough",
        arguments: [(0, []), (1, [30]), (1001, [30]), (2001, [30, 9]), (1 << 40, [30, 9, 2])])
    func bySize(_ excess: Int, _ days: [Int]) throws {
        let toy = try Self.toy()
        let size = try toy.pipeline().store.collectWhenFree(CollectionRules(days: 1000)).keptBytes
        #expect(size > 4000)
        #expect(try Self.removed(toy, CollectionRules(maxBytes: max(0, size - excess))) == days)
    }

    @Test("what was not used for some days goes whatever the size, and what is needed stays in any case")
    func byAge() throws {
        #expect(try Self.removed(Self.toy(), CollectionRules(days: 5)) == [30, 9])
        #expect(try Self.removed(Self.toy(), CollectionRules(maxBytes: 1 << 40, days: 20)) == [30])
        #expect(try Self.removed(Self.toy(), CollectionRules()) == [30, 9, 2])
        var toy = try Self.toy()
        toy.edit("a") { $0.parameters = ["text": "2"] }
        let needed = try Self.key(of: toy)
        toy.edit("a") { $0.parameters = ["text": "4"] }
        #expect(try Self.removed(toy, CollectionRules(maxBytes: 0, days: 1, needed: [needed])) == [9, 2])
    }

    @Test("last results go by size or by age where their stages are not wanted; forgotten ones go like others")
    func standing() throws {
        let toy = try Self.toy()
        let spare: (String, String) -> CollectionRules.Standing = { _, _ in .spare }
        #expect(try toy.pipeline().store.collectWhenFree(CollectionRules(standing: spare)).removed.map(\.days) == [30, 9, 2])
        #expect(try toy.plan().reused == ["a"])
        try Self.age(toy.pipeline().store.recordPath(Self.key(of: toy)), 4)
        #expect(try toy.pipeline().store.collectWhenFree(CollectionRules(days: 5, standing: spare)).removed == [])
        #expect(try toy.plan().reused == ["a"])
        let aged = try toy.pipeline().store.collectWhenFree(CollectionRules(days: 3, standing: spare), isDry: true)
        #expect(aged.removed.map(\.days) == [4])
        let found = try toy.pipeline().store.collectWhenFree(CollectionRules(maxBytes: 0, standing: spare))
        #expect(found.removed.map(\.title) == ["toy/a"] && found.kept == 0)
        #expect(try toy.plan().running == ["a"])
        let other = try Self.toy()
        #expect(
            try other.pipeline().store.collectWhenFree(CollectionRules { _, _ in .forgotten }).removed.map(\.days) == [
                30, 9, 2, 0,
            ])
    }

    @Test("bytes that results share go with the last of them")
    func shared() throws {
        var toy = try Self.toy()
        toy.kind.hook = { run in
            try run.write(repeatElement(UInt8(ascii: "2"), count: 1000), to: "large.bin")
        }
        toy.edit("a") { $0.parameters = ["text": "5"] }
        try toy.run()
        let found = try toy.pipeline().store.collectWhenFree()
        let second = try #require(found.removed.first { $0.days == 30 }),
            first = try #require(found.removed.first { $0.days == 9 })
        #expect(first.bytes - second.bytes > 900)
        #expect(try toy.pipeline().store.brokenPromises() == [])
        #expect(try toy.plan().reused == ["a"])
    }

    @Test("checkpoints of a stopped attempt stay where they are needed, and go by size or age where not")
    func checkpoints() throws {
        var toy = try Toy([Toy.join("a", "A")], in: .inMemory())
        toy.kind.hook = { run in
            try run.writeCheckpoint("half".utf8, to: "steps/1.txt")
            throw Cancelled()
        }
        try toy.run()
        let needed = try Self.key(of: toy)
        let path = toy.storePath + "/work/\(needed.hex)/checkpoints"
        for rules in [CollectionRules(), CollectionRules(maxBytes: 0, days: 0, needed: [needed])] {
            #expect(try toy.pipeline().store.collectWhenFree(rules).removed == [])
            #expect(try FileSystem().files(below: path) == ["steps/1.txt"])
        }
        #expect(
            try toy.pipeline().store.collectWhenFree(CollectionRules(maxBytes: 0), isDry: true).removed.map(\.title) == [
                "checkpoints"
            ])
        try Self.age(path, 15)
        #expect(try toy.pipeline().store.collectWhenFree(CollectionRules(days: 20)).removed == [])
        #expect(try toy.pipeline().store.collectWhenFree().removed.map(\.days) == [15])
        #expect(try FileSystem().list(toy.storePath + "/work") == [])
    }

    @Test("a run notes what it uses, once a day; a plan does not")
    func use() throws {
        let toy = try Self.toy()
        let path = try toy.pipeline().store.recordPath(Self.key(of: toy))
        try Self.age(path, 3)
        let aged = try #require(try FileSystem().status(path)?.stamp.modified)
        _ = try toy.plan()
        #expect(try FileSystem().status(path)?.stamp.modified == aged)
        try toy.run()
        let used = try #require(try FileSystem().status(path)?.stamp.modified)
        #expect(used > aged + 2 * 86_400_000_000_000)
        try toy.run()
        #expect(try FileSystem().status(path)?.stamp.modified == used)
        #expect(toy.kind.journal.take() == [])
    }
}
