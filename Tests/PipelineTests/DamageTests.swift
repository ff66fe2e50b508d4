import Formats
import Foundation
import Platform
import TestSupport
import Testing
import ToyProject

@testable import Pipeline

@Suite("Damage in the store")
struct DamageTests {
    /// What can happen to a file, its time of modification kept.
    enum Harm: String, CaseIterable {
        case bitFlip, truncation, zeroing, swap, growth, emptying, removal

        /// The bytes after the harm; `nil` where the file goes.
        func bytes(_ bytes: [UInt8], other: [UInt8], using random: inout SplitMix) -> [UInt8]? {
            var bytes = bytes
            let at = Int.random(in: 0..<max(1, bytes.count), using: &random)
            switch self {
            case .bitFlip where !bytes.isEmpty: bytes[at] ^= 1 << UInt8.random(in: 0..<8, using: &random)
            case .bitFlip: bytes = [1]
            case .truncation: bytes = Array(bytes[..<at])
            case .zeroing: bytes = bytes.map { _ in 0 }
            case .swap: bytes = other
            case .growth: bytes.append(0)
            case .emptying: bytes = []
            case .removal: return nil
            }
            return bytes
        }
    }

    /// Does a harm to a file as a careless hand would: over the bytes, with mode and time of modification as before.
    static func harm(_ path: String, _ harm: Harm, other: [UInt8], using random: inout SplitMix) throws -> Bool {
        let files = FileSystem()
        let before = try #require(try files.status(path))
        let old = try #require(try files.read(path))
        guard let new = harm.bytes(old, other: other, using: &random) else {
            try files.remove(path)
            return true
        }
        if new == old { return false }
        let time = try FileManager.default.attributesOfItem(atPath: path)[.modificationDate]
        try files.setMode(path, 0o644)
        let handle = try #require(FileHandle(forUpdatingAtPath: path))
        try handle.truncate(atOffset: 0)
        try handle.write(contentsOf: Data(new))
        try handle.close()
        try files.setMode(path, before.mode)
        try FileManager.default.setAttributes([.modificationDate: try #require(time)], ofItemAtPath: path)
        return true
    }

    /// a (with a large file) → b → c, all run and the index warm.
    private func toy() throws -> Toy {
        var toy = try Toy([Toy.join("a", "A"), Toy.join("b", "B", ["a"]), Toy.join("c", "C", ["b"])], in: .inMemory())
        toy.stages[1].inputs = [.init("a", from: "a", files: ["out.txt"])]
        toy.kind.hook = { run in
            if run.name == "a" { try run.write((0..<400_000).map { UInt8(truncatingIfNeeded: $0 &* 7 >> 3) }, to: "large.bin") }
        }
        toy.edit("c") { $0.publishes = ["out.txt": "figures/c.txt"] }
        try toy.run()
        _ = try toy.plan()
        _ = toy.kind.journal.take()
        return toy
    }

    @Test("harm of any kind to any file of the store is noticed, set aside, and made good")
    func everyKind() throws {
        let toy = try toy()
        let expected = try toy.pipeline().everything()
        var random = SplitMix(7)
        var (harms, noticed) = (0, 0)
        for _ in 0..<Torture.count(1, full: 40) {
            for kind in ["objects", "records", "stages", "index", "locks", "logs"] {
                let files = FileSystem()
                let folder = toy.storePath + "/" + kind
                let paths = kind == "index" ? [folder] : try files.files(below: folder).map { folder + "/" + $0 }
                // Locks and logs that were removed do not come back before they are needed.
                guard let lastPath = paths.last else { continue }
                let last = try #require(try files.read(lastPath))
                for (path, harm) in paths.flatMap({ path in Harm.allCases.map { (path, $0) } }) {
                    let other = path == lastPath ? [] : last
                    guard try Self.harm(path, harm, other: other, using: &random) else { continue }
                    let what: Comment = "\(harm) of \(path)"
                    let planned = try toy.plan()
                    #expect(try toy.run().isComplete, what)
                    let ran = toy.kind.journal.take()
                    if ["objects", "records"].contains(kind) {
                        harms += 1
                        if ran.count == 1, planned.running.count == 1 { noticed += 1 }
                        #expect(ran == planned.running && ran.count == 1, what)
                        if harm != .removal {
                            #expect(try files.list(toy.storePath + "/damaged").count == 1, what)
                        }
                    } else {
                        // Nothing rests on these; what they tell is told again.
                        #expect(ran == [], what)
                        if kind == "stages" { #expect(try StoredRecord(fileBytes: files.read(path) ?? []) != nil, what) }
                    }
                    #expect(try toy.pipeline().everything() == expected, what)
                    #expect(try toy.pipeline().store.brokenPromises() == [], what)
                    try files.removeTree(toy.storePath + "/damaged")
                }
            }
        }
        #expect(noticed == harms)
        try Torture.reached("seven kinds of harm to files of the store", harms, "\(noticed) noticed, set aside, rebuilt")
    }

    @Test("a change within the same tick of the clock as the publishing is noticed, of small files and of large ones")
    func sameTick() throws {
        var noticed = 0
        let rounds = Torture.count(20, full: 500)
        for round in 0..<rounds {
            let toy = try Toy([Stage("a", kind: "join", parameters: ["text": "A", "round": JSON(round)])], in: .inMemory())
            var large = toy
            large.kind.hook = { try $0.write([UInt8](repeating: 1, count: 300_000), to: "large.bin") }
            try large.run()
            let store = try large.pipeline().store
            let file = try #require(try large.pipeline().outputs(of: "a")).first { $0.path == "large.bin" }
            let path = store.path(of: try #require(file))
            try large.run([], RunOptions(jobs: 1, force: true))
            try FileSystem().setMode(path, 0o644)
            let handle = try #require(FileHandle(forUpdatingAtPath: path))
            try handle.write(contentsOf: Data([2]))
            try handle.close()
            if try large.plan().running == ["a"] { noticed += 1 }
        }
        #expect(noticed == rounds)
        try Torture.reached("a large object edited as soon as it is there", rounds, "\(noticed) noticed")
    }

    @Test("fsck finds what is damaged, names the stages that run anew, and a dry run leaves it")
    func fsck() throws {
        let toy = try toy()
        let store = try toy.pipeline().store
        #expect(try store.check().findings == [])
        var random = SplitMix(3)
        let harmed = try #require(try toy.pipeline().outputs(of: "b")).map { store.path(of: $0) }[0]
        #expect(try Self.harm(harmed, .bitFlip, other: [], using: &random))
        let dry = try toy.pipeline().store.check(repairs: false)
        #expect(dry.findings == [StoreCheck.Finding(path: harmed, damage: .changed)])
        #expect(dry.stages == ["toy/b"])
        #expect(try FileSystem().status(harmed) != nil)
        #expect(try toy.pipeline().store.check().findings.count == 1)
        #expect(try FileSystem().status(harmed) == nil)
        let after = try toy.pipeline().store.check()
        #expect(after.findings == [StoreCheck.Finding(path: harmed, damage: .missing)])
        #expect(after.stages == ["toy/b"])
        try toy.run()
        #expect(toy.kind.journal.take() == ["b"])
        #expect(try toy.pipeline().store.check().findings == [])
    }

    @Test("a damaged last record keeps gc from removing what it may have kept alive")
    func gcWithDamage() throws {
        let toy = try toy()
        try toy.folder.write("nonsense", to: "store/stages/toy/b.json")
        #expect(throws: PipelineError.damagedRecord("stages/toy/b.json")) { try toy.pipeline().store.collectWhenFree() }
        try toy.run()
        let collection = try toy.pipeline().store.collectWhenFree()
        #expect(collection.objects == 0 && collection.records == 0)
        #expect(try toy.plan().reused.count == 3)
    }
}
