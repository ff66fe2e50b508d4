import Foundation
import Platform
import TestSupport
import Testing
import ToyProject
import torture

@testable import Pipeline

@Suite("Killed processes")
struct KillTests {
    private static let count = 50

    @Test("a graph whose processes are killed at random moments ends with the same bytes, and no finished stage runs again")
    func kills() throws {
        let undisturbed = try TemporaryFolder.inMemory()
        let start = Clock.seconds
        #expect(try Helper("run", undisturbed, count: Self.count).wait() == 0)
        let duration = Clock.seconds - start
        let expected = try ToyGraph(undisturbed.path, count: Self.count).pipeline().everything()
        var random = SplitMix(1)
        let wanted = Torture.count(30, full: 1000)
        var (kills, graphs) = (0, 0)
        while kills < wanted {
            let folder = try TemporaryFolder.inMemory()
            let pipeline = { try ToyGraph(folder.path, count: Self.count).pipeline() }
            var finished: Set<String> = []
            while true {
                try FileSystem().remove(folder.path + "/journal")
                let helper = try Helper("run", folder, count: Self.count)
                Clock.pause(seconds: Double.random(in: 0...duration * 0.4, using: &random))
                helper.signal(SIGKILL)
                let code = helper.wait()
                let now = Set(try pipeline().plan().reused)
                #expect(now.isSuperset(of: finished), "lost: \(finished.subtracting(now).sorted())")
                let again = try journal(folder).filter { $0.begins && finished.contains($0.stage) }
                #expect(again.map(\.stage) == [], "finished stages ran again")
                #expect(try pipeline().store.brokenPromises() == [])
                finished = now
                if code != nil { break }
                kills += 1
            }
            #expect(try Helper("run", folder, count: Self.count).wait() == 0)
            #expect(try pipeline().everything() == expected)
            #expect(try pipeline().store.check().findings == [])
            #expect(try FileSystem().list(folder.path + "/figures").count == Self.count / 10, "a copy was left half-made")
            graphs += 1
        }
        try Torture.reached("SIGKILL at random moments, 50 stages", kills, "\(graphs) graphs, final bytes equal, no stage lost")
    }

    @Test("work of a killed process is taken over by one that waits for it, within a second")
    func takeOver() throws {
        var longest = 0.0
        let rounds = Torture.count(3, full: 50)
        for _ in 0..<rounds {
            let folder = try TemporaryFolder.inMemory()
            try folder.write("", to: "hold")
            let first = try Helper("run", folder, count: 1)
            try waitUntil("the first process to begin") { try journal(folder).count == 1 }
            let second = try Helper("run", folder, count: 1, output: folder.path + "/said")
            try waitUntil("the second process to wait") {
                try text(folder.path + "/said").contains("another process is making it")
            }
            first.signal(SIGSTOP)
            try FileSystem().remove(folder.path + "/hold")
            let start = Clock.seconds
            first.signal(SIGKILL)
            first.wait()
            #expect(second.wait() == 0)
            longest = max(longest, Clock.seconds - start)
            #expect(try journal(folder).map(\.begins) == [true, true, false])
        }
        #expect(longest < 1)
        try Torture.reached("work of a killed holder taken over", rounds, "within \(Int(longest * 1000)) ms at most")
    }

    @Test("many processes asked for the same targets run each stage once")
    func together() throws {
        let rounds = Torture.count(2, full: 100)
        for _ in 0..<rounds {
            let folder = try TemporaryFolder.inMemory()
            let helpers = try (0..<16).map { _ in try Helper("run", folder, count: 20) }
            for helper in helpers { #expect(helper.wait() == 0) }
            let begun = try journal(folder).filter(\.begins).map(\.stage)
            #expect(begun.count == 20)
            #expect(Set(begun).count == 20)
            #expect(try ToyGraph(folder.path, count: 20).pipeline().store.brokenPromises() == [])
        }
        try Torture.reached("16 processes, the same targets", rounds, "each key run once, no deadlock")
    }

    @Test("an interrupt ends a process within two seconds with work that can go on; a second one ends it at once")
    func interrupts() throws {
        let folder = try TemporaryFolder.inMemory()
        try folder.write("", to: "hold")
        let polite = try Helper("run", folder, count: 4)
        try waitUntil("the first process to begin") { try !journal(folder).isEmpty }
        var start = Clock.seconds
        polite.signal(SIGINT)
        #expect(polite.wait() == 1)
        let first = Clock.seconds - start
        try FileSystem().remove(folder.path + "/journal")
        try folder.write("", to: "deaf")
        let deaf = try Helper("run", folder, count: 4, output: folder.path + "/said")
        try waitUntil("the second process to begin") { try !journal(folder).isEmpty }
        deaf.signal(SIGINT)
        try waitUntil("the interrupt to arrive") { try text(folder.path + "/said").contains("interrupt again") }
        start = Clock.seconds
        deaf.signal(SIGINT)
        #expect(deaf.wait() == 130)
        let second = Clock.seconds - start
        try FileSystem().remove(folder.path + "/hold")
        #expect(try Helper("run", folder, count: 4).wait() == 0)
        #expect(first < 2 && second < 0.5)
        try Torture.reached("interrupt once, twice", 2, "ended after \(Int(first * 1000)) ms and \(Int(second * 1000)) ms")
    }
}

/// What the stages of a toy graph have noted, in order.
func journal(_ folder: TemporaryFolder) throws -> [(begins: Bool, stage: String)] {
    guard let bytes = try FileSystem().read(folder.path + "/journal") else { return [] }
    return String(decoding: bytes, as: UTF8.self).split(separator: "\n").map {
        ($0.hasPrefix("begin "), String($0.drop { $0 != " " }.dropFirst()))
    }
}
