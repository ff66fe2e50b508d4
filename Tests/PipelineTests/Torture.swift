import Foundation
import Synchronization
import Testing

@testable import Pipeline

/// How much the torture tests do: a reduced count, or the whole where `SAMEDGE_TORTURE` names the file that takes the
/// reached figures in, as `make torture` does.
enum Torture {
    private static let table = ProcessInfo.processInfo.environment["SAMEDGE_TORTURE"]
    private static let lock = Mutex<Void>(())

    static var isFull: Bool { table != nil }

    static func count(_ reduced: Int, full: Int) -> Int { isFull ? full : reduced }

    /// Adds a row to the table: what was tested, how often, and what came of it.
    static func reached(_ test: String, _ count: Int, _ figure: String) throws {
        guard let table else { return }
        try lock.withLock { _ in
            let file = try #require(FileHandle(forUpdatingAtPath: table))
            try file.seekToEnd()
            try file.write(contentsOf: Data("\(test)\t\(count)\t\(figure)\n".utf8))
            try file.close()
        }
    }

    /// A folder in memory where there is one: what is tested does not depend on the disk, and its waiting would be most of the time.
    static func folder() throws -> TemporaryFolder {
        try TemporaryFolder(in: FileManager.default.fileExists(atPath: "/dev/shm") ? "/dev/shm" : nil)
    }
}

/// A counter-based generator (SplitMix64), so that a failure repeats.
struct SplitMix: RandomNumberGenerator {
    private var state: UInt64
    init(_ seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var z = state
        z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
        z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
        return z ^ (z >> 31)
    }
}
