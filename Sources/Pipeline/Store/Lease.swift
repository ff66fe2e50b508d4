import Platform
import Synchronization

/// A claim to a name in a store that machines share: a numbered file that its holder touches every few seconds.
///
/// `flock` may not reach from one machine to another; making a file's second name does. Who finds a lease untouched for
/// `expiry` seconds, by the clock of the file system, takes the next number; whoever held the former one sees that before it
/// publishes, and lets go. `README.md` says what is assumed of the file system, and what remains.
final class Lease: Sendable {
    /// Seconds between two touches.
    static let renewal = 10.0
    /// Seconds without a touch after which the lease is free; more than any machine may go on showing old times of a file.
    static let expiry = 90.0

    /// Rises with every holder: what an older one still writes can be told apart.
    let number: Int
    private let folder: String
    private let text: [UInt8]
    private let store: Store
    private let bell: Wakeup
    private let isReleased = Atomic<Bool>(false)
    static let released = Array("released\n".utf8)

    /// Takes the lease in a folder, or gives `nil` where another holds it. The caller holds the lock of the same name, so
    /// that a holder whom that lock reaches is known to have ended.
    static func take(_ folder: String, in store: Store) throws -> Lease? {
        let files = store.files
        try files.makeFolder(folder)
        let temporary = try store.temporaryPath()
        let text = Array("\(try domain(of: store))\n\(temporary)\n".utf8)
        try files.create(temporary, text, sync: false)
        let result = Result { try take(folder, in: store, temporary, text) }
        try files.remove(temporary)
        return try result.get()
    }

    private static func take(_ folder: String, in store: Store, _ temporary: String, _ text: [UInt8]) throws -> Lease? {
        let files = store.files
        let numbers = try files.list(folder).compactMap { Int($0) }.sorted()
        let last = numbers.last ?? 0
        if last > 0, let now = try files.status(temporary), try isHeld("\(folder)/\(last)", now: now.stamp.modified, store) {
            return nil
        }
        do { try files.link(temporary, to: "\(folder)/\(last + 1)") } catch let error as FileSystemError where error.code == 17 {
            return nil
        }
        for number in numbers { try files.remove("\(folder)/\(number)") }
        return try Lease(last + 1, folder, text, store)
    }

    /// Whether a process on another machine holds the lease in a folder.
    static func isHeldElsewhere(_ folder: String, in store: Store) throws -> Bool {
        guard let last = try store.files.list(folder).compactMap({ Int($0) }).max() else { return false }
        let temporary = try store.temporaryPath()
        try store.files.create(temporary, [], sync: false)
        let now = try store.files.status(temporary)
        try store.files.remove(temporary)
        return try isHeld("\(folder)/\(last)", now: now?.stamp.modified ?? .min, store)
    }

    private static func isHeld(_ path: String, now: Int64, _ store: Store) throws -> Bool {
        // Gone: somebody has just taken the next number.
        guard let text = try store.files.read(path, isSteady: false), let status = try store.files.status(path) else {
            return true
        }
        let ours = Array("\(try domain(of: store))\n".utf8)
        if text == released || text.starts(with: ours) { return false }
        return status.stamp.modified > now - Int64(expiry * 1e9)
    }

    private init(_ number: Int, _ folder: String, _ text: [UInt8], _ store: Store) throws {
        (self.number, self.folder, self.text, self.store, bell) = (number, folder, text, store, try Wakeup())
        try startThread { [self] in
            while !isReleased.load(ordering: .acquiring) {
                bell.wait(seconds: Self.renewal)
                // A touch that fails is made up for by the next; whether it was too late shows in `confirm`.
                if !isReleased.load(ordering: .acquiring) { do { if try isMine() { try store.files.touch(path) } } catch {} }
            }
        }
    }

    private var path: String { "\(folder)/\(number)" }

    private func isMine() throws -> Bool {
        try store.files.status("\(folder)/\(number + 1)") == nil && store.files.read(path, isSteady: false) == text
    }

    /// Throws `LeaseLost` where another has taken the name meanwhile.
    func confirm() throws {
        guard try isMine() else { throw LeaseLost() }
        try store.files.touch(path)
    }

    /// Gives the name back.
    func release() {
        if isReleased.exchange(true, ordering: .acquiringAndReleasing) { return }
        bell.ring()
        // What cannot be released expires.
        do { if try isMine() { try store.replace(path, with: Self.released, sync: false) } } catch {}
    }

    /// Within what the kernel's lock on a name keeps processes apart for certain: this boot of this machine, one way to the
    /// store, one user. A folder that is mounted twice has two locks of each name.
    private static func domain(of store: Store) throws -> String {
        let device = try store.files.status(store.folder)?.stamp.device ?? 0
        return "\(machine) \(device) \(userID) \(store.files.fullPath(store.folder))"
    }

    /// What tells this machine from others, and its present boot from former ones.
    private static let machine: String = {
        do {
            if let bytes = try FileSystem().readUnsized("/proc/sys/kernel/random/boot_id") {
                return String(decoding: bytes, as: UTF8.self).filter { !$0.isWhitespace }
            }
        } catch {}
        return "unknown-\(processID)-\(Clock.timeOfDay)"
    }()
}

/// Thrown where a name was taken by another while it was thought to be held: this machine was cut off for too long.
struct LeaseLost: Error, Hashable, CustomStringConvertible {
    var description: String { "another machine has taken this stage over, since this one was cut off from the store for long" }
}
