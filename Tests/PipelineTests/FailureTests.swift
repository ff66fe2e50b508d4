import Formats
import Foundation
import Platform
import Synchronization
import TestSupport
import Testing
import ToyProject
import torture

@testable import Pipeline

@Suite("Failures of the file system")
struct FailureTests {
    /// Lets calls through but for one, or for all from one on.
    final class Injection: Sendable {
        private let calls = Mutex<[(operation: FileSystem.Operation, path: String)]>([])
        private let fault: FileSystem.Fault?
        private let first: Int
        private let isLasting: Bool
        private let operations: Set<FileSystem.Operation>

        /// - Parameters: what fails, with what, from which of those calls on, and whether for good.
        init(
            _ fault: FileSystem.Fault? = nil, at first: Int = 0, isLasting: Bool = false,
            among operations: Set<FileSystem.Operation> = Set(FileSystem.Operation.allCases)
        ) {
            (self.fault, self.first, self.isLasting, self.operations) = (fault, first, isLasting, operations)
        }

        var files: FileSystem { FileSystem { [self] in ask($0, $1) } }

        private func ask(_ operation: FileSystem.Operation, _ path: String) -> FileSystem.Fault? {
            guard operations.contains(operation) else { return nil }
            let number = calls.withLock { calls in
                calls.append((operation, path))
                return calls.count - 1
            }
            return number == first || (isLasting && number > first) ? fault : nil
        }

        /// The calls so far.
        var all: [(operation: FileSystem.Operation, path: String)] { calls.withLock { $0 } }
        /// What failed, if the run came that far.
        var failed: (operation: FileSystem.Operation, path: String)? {
            calls.withLock { $0.indices.contains(first) ? $0[first] : nil }
        }
    }

    @Test("a folder of a finished attempt that cannot be removed fails nothing")
    func keptFolder() throws {
        var toy = try Self.toy()
        toy.files = FileSystem { operation, path in
            operation == .remove && path.split(separator: "/").dropLast().last == "work" ? .error(ENOTEMPTY) : nil
        }
        #expect(try toy.run().isComplete)
        #expect(try toy.run().ran == [])
    }

    /// Two stages and a copy to the user, with checkpoints that are outputs too.
    static func toy() throws -> Toy {
        var toy = try Toy([Toy.join("a", "A"), Toy.join("b", "B", ["a"])], in: .inMemory())
        toy.kind.hook = { run in
            try run.writeCheckpoint("step".utf8, to: "steps/1.txt")
            try run.keepCheckpoint("steps/1.txt")
            run.log("one step")
        }
        toy.edit("b") { $0.publishes = ["out.txt": "figures/b.txt"] }
        return toy
    }

    /// Runs with failures; gives all that was said of them.
    static func run(_ toy: Toy, with injection: Injection) -> String? {
        var toy = toy
        toy.files = injection.files
        do {
            let summary = try toy.run([], RunOptions(jobs: 1))
            return summary.isComplete ? nil : summary.failures.map(\.message).joined(separator: "\n")
        } catch {
            return "\(error)"
        }
    }

    static func clear(_ toy: Toy) throws {
        for name in try FileSystem().list(toy.folder.path) { try FileSystem().removeTree(toy.folder.path + "/" + name) }
    }

    /// Runs once with a failure and once without, and demands what a store owes.
    static func check(_ toy: Toy, _ injection: Injection, expected: [String: [UInt8]]) throws {
        try check(toy, injection, said: run(toy, with: injection), expected: expected)
    }

    /// Demands of a run with a failure, and of the next without, what a store owes.
    static func check(_ toy: Toy, _ injection: Injection, said: String?, expected: [String: [UInt8]]) throws {
        let place = try #require(injection.failed, "the failure was not reached")
        let what: Comment = "\(place.operation) of \(place.path)"
        let store = try Store(toy.storePath)
        #expect(try store.brokenPromises() == [], what)
        if let said {
            // The error names what failed, or the folder that it is about.
            #expect(said.contains("cannot ") && said.contains(toy.folder.path), "\(what): \(said)")
        }
        let figure = try FileSystem().read(toy.folder.path + "/figures/b.txt")
        #expect(figure == nil || figure == expected["figures/b.txt"], what)
        let again = try toy.run([], RunOptions(jobs: 1))
        #expect(again.isComplete, "\(what): \(again.failures)")
        #expect(try toy.pipeline().everything() == expected, what)
        #expect(try store.brokenPromises() == [], what)
        #expect(try FileSystem().list(toy.folder.path + "/figures") == ["b.txt"], what)
    }

    @Test("every call that can fail, failing in turn, leaves nothing partial, and the next run recovers")
    func everyCall() throws {
        let toy = try Self.toy()
        let counting = Injection()
        #expect(Self.run(toy, with: counting) == nil)
        let expected = try toy.pipeline().everything()
        let calls = counting.all
        #expect(Set(calls.map(\.operation)) == Set(FileSystem.Operation.allCases))
        var count = 0
        let faults: [FileSystem.Fault] =
            Torture.isFull ? [.error(EIO), .error(ENOSPC), .error(EACCES), .torn(EIO)] : [.torn(EIO)]
        for fault in faults {
            // How often a file is looked at again depends on the clock, so that the number of calls is not always the same.
            var call = 0
            while true {
                try Self.clear(toy)
                let injection = Injection(fault, at: call)
                let said = Self.run(toy, with: injection)
                if injection.failed == nil { break }
                try Self.check(toy, injection, said: said, expected: expected)
                (call, count) = (call + 1, count + 1)
            }
            #expect(call > calls.count / 2)
        }
        try Torture.reached("failure at every file system call", count, "all recovered, nothing partial under a key")
    }

    @Test("a disk that is full from any moment on, and one that is read-only, give a clear error and no half result")
    func fullDisk() throws {
        let toy = try Self.toy()
        let growing: Set<FileSystem.Operation> = [.create, .write, .makeFolder]
        let counting = Injection(among: growing)
        #expect(Self.run(toy, with: counting) == nil)
        let expected = try toy.pipeline().everything()
        var count = 0
        for call in stride(from: 0, to: counting.all.count, by: Torture.isFull ? 1 : 3) {
            try Self.clear(toy)
            let full = Injection(.torn(ENOSPC), at: call, isLasting: true, among: growing)
            try Self.check(toy, full, expected: expected)
            count += 1
        }
        try Self.clear(toy)
        let readOnly = Injection(.error(EROFS), isLasting: true, among: Self.changing)
        let said = try #require(Self.run(toy, with: readOnly))
        #expect(said.contains("Read-only file system") && said.contains("--store"))
        #expect(try FileSystem().list(toy.folder.path) == [])
        try Torture.reached("disk full or read-only", count + 1, "clear error, nothing half-published")
    }

    /// The calls that a read-only file system refuses.
    private static let changing: Set<FileSystem.Operation> = [
        .create, .write, .sync, .rename, .link, .remove, .makeFolder, .setMode, .lock,
    ]

    @Test("a store that cannot be written still gives its plan")
    func readOnlyPlan() throws {
        var toy = try Self.toy()
        try toy.run()
        toy.files = Injection(.error(EROFS), isLasting: true, among: Self.changing).files
        #expect(try toy.plan().reused == ["a", "b"])
    }

    @Test("an input that cannot be read is an error that names it, and stays as it is")
    func unreadableInput() throws {
        var toy = try Toy([Stage("read", kind: "join", inputs: [.init("file", file: "in.txt")])])
        try toy.folder.write("one", to: "in.txt")
        toy.files = FileSystem { operation, path in operation == .open && path.hasSuffix("in.txt") ? .error(EACCES) : nil }
        let summary = try toy.run()
        #expect(summary.failures.map(\.stage) == ["read"])
        #expect(summary.failures[0].message.contains("in.txt: Permission denied"))
        #expect(try toy.folder.read("in.txt") == "one")
        try Torture.reached("an input that cannot be read", 1, "an error that names it; it stays as it is")
    }

    @Test("too many open files, and a file size that the system does not allow, stop a process clearly; the next one goes on")
    func limits() throws {
        let folder = try TemporaryFolder.inMemory()
        let undisturbed = try TemporaryFolder.inMemory()
        #expect(try Helper("run", undisturbed, count: 20).wait() == 0)
        let output = folder.path + "/said"
        let call = [Helper.torture, "run", folder.path, "20", "2"].map { "'\($0)'" }.joined(separator: " ")
        for files in [5, 6, 7, 8, 9, 10] {
            try FileSystem().remove(output)
            let code = try Helper(["/bin/sh", "-c", "ulimit -n \(files); exec \(call)"], output: output).wait()
            if code == 1 { #expect(try text(output).contains("Too many open files")) }
            #expect(try ToyGraph(folder.path, count: 20).pipeline().store.brokenPromises() == [])
        }
        // In blocks of 512 bytes.
        for blocks in [0, 1] {
            let code = try Helper(["/bin/sh", "-c", "{ ulimit -f \(blocks); \(call); } | cat"], output: output).wait()
            #expect(code == 0)
            #expect(try text(output).contains("File too large (raise the limit of the size of files with `ulimit -f`)"))
            #expect(try ToyGraph(folder.path, count: 20).pipeline().store.brokenPromises() == [])
        }
        #expect(try Helper("run", folder, count: 20).wait() == 0)
        #expect(
            try ToyGraph(folder.path, count: 20).pipeline().everything()
                == ToyGraph(undisturbed.path, count: 20).pipeline().everything())
        try Torture.reached("too many open files, files too large", 8, "stops clearly, the next process goes on")
    }
}
