import Foundation
import Platform
import TestSupport
import Testing
import ToyProject

@testable import Pipeline

@Suite("A store that machines share")
struct LeaseTests {
    private let key = Digest.of("key".utf8)

    private func store(in folder: TemporaryFolder) throws -> Store {
        let store = try Store(folder.path + "/store")
        try store.share()
        return store
    }

    private struct NotHeld: Error {}

    private func hold(_ store: Store) throws -> KeyLock {
        guard let lock = try store.lock(key) else { throw NotHeld() }
        return lock
    }

    private func path(_ store: Store, _ number: Int) -> String { "\(store.folder)/leases/\(key.hex)/\(number)" }

    /// A lease as a process of another machine would hold it, touched so many seconds ago.
    private func hold(_ store: Store, _ number: Int, age: Double = 0) throws {
        try FileSystem().makeFolder(parent(of: path(store, number)))
        try Data("another machine\nits process\n".utf8).write(to: URL(fileURLWithPath: path(store, number)))
        try FileManager.default.setAttributes(
            [.modificationDate: Date(timeIntervalSinceNow: -age)], ofItemAtPath: path(store, number))
    }

    private func numbers(_ store: Store) throws -> [String] { try FileSystem().list(parent(of: path(store, 1))) }

    @Test("a store that was never shared holds no leases")
    func unshared() throws {
        let folder = try TemporaryFolder()
        let store = try Store(folder.path + "/store")
        let lock = try hold(store)
        #expect(try FileSystem().status(store.folder + "/leases") == nil)
        lock.release()
    }

    @Test("a key that another machine holds is not held here, and its holder's work stands until it is cut off")
    func heldElsewhere() throws {
        let folder = try TemporaryFolder()
        let store = try store(in: folder)
        try hold(store, 4, age: Lease.expiry - 20)
        #expect(throws: NotHeld.self) { try hold(store).release() }
        #expect(try store.isLeasedElsewhere())
        #expect(try store.collect() == nil)
    }

    @Test("the lease of a holder that was cut off is taken under the next number")
    func expired() throws {
        let folder = try TemporaryFolder()
        let store = try store(in: folder)
        try hold(store, 4, age: Lease.expiry + 20)
        let lock = try hold(store)
        #expect(lock.lease?.number == 5)
        #expect(try numbers(store) == ["5"])
        try lock.lease?.confirm()
        lock.release()
        #expect(try !store.isLeasedElsewhere())
    }

    @Test("a lease given back is taken at once, and so is one of a process of this machine that was killed")
    func free() throws {
        let folder = try TemporaryFolder()
        let store = try store(in: folder)
        try hold(store).release()
        let second = try hold(store)
        #expect(second.lease?.number == 2)
        let text = try text(path(store, 2))
        second.release()
        // As a kill leaves it.
        try Data(text.utf8).write(to: URL(fileURLWithPath: path(store, 2)))
        let third = try hold(store)
        #expect(third.lease?.number == 3)
        third.release()
    }

    @Test("another mount of the folder on this machine, and another user of it, are as other machines", arguments: [1, 2, 3])
    func otherWay(_ word: Int) throws {
        let folder = try TemporaryFolder()
        let store = try store(in: folder)
        let lock = try hold(store)
        var lines = try text(path(store, 1)).split(separator: "\n").map(String.init)
        lock.release()
        var words = lines[0].split(separator: " ").map(String.init)
        words[word] += "1"
        lines[0] = words.joined(separator: " ")
        try Data((lines.joined(separator: "\n") + "\n").utf8).write(to: URL(fileURLWithPath: path(store, 1)))
        #expect(throws: NotHeld.self) { try hold(store).release() }
    }

    @Test("where the file system has no locks, leases hold without being asked for")
    func noLocks() throws {
        let folder = try TemporaryFolder()
        let files = FileSystem { operation, path in operation == .lock && path.hasPrefix(folder.path) ? .error(ENOLCK) : nil }
        let store = try Store(folder.path + "/store", files: files)
        let lock = try hold(store)
        #expect(lock.lease?.number == 1)
        lock.release()
    }

    @Test("a holder that was taken over publishes nothing, touches nothing of the other's, and looks again")
    func takenOver() throws {
        var toy = try Toy([Toy.join("a", "A")])
        let store = try toy.pipeline().store
        try store.share()
        let key = try #require(try toy.plan().steps.first).key(in: toy)
        let lease = "\(store.folder)/leases/\(key.hex)", work = "\(store.folder)/work/\(key.hex)"
        toy.kind.hook = { _ in
            try Data("another machine\n".utf8).write(to: URL(fileURLWithPath: lease + "/2"))
            try FileSystem().makeFolder(work + "/output-2")
            try Data("half".utf8).write(to: URL(fileURLWithPath: work + "/output-2/out.txt"))
        }
        let planner = try toy.pipeline().planner()
        let ready = ReadyStage(
            toy.stages[0], kind: toy.kind, record: try planner.record(of: 0, outputs: [:]), key: key, inputs: [], reason: "",
            recorder: FunctionRecorder())
        let attempt = StageAttempt(ready, threads: ThreadShare(1), store: store, cancellation: Cancellation())
        guard case .busy = attempt.perform() else {
            Issue.record("the attempt did not notice that it was taken over")
            return
        }
        #expect(try store.lookup(key) == .absent)
        #expect(try text(work + "/output-2/out.txt") == "half")
    }
}

extension Plan.Step {
    fileprivate func key(in toy: Toy) throws -> Digest {
        let pipeline = try toy.pipeline()
        return try pipeline.planner().record(of: try #require(pipeline.graph.index(of: stage.name)), outputs: [:]).key
    }
}
