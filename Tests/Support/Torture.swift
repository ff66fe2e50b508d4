import Foundation
import Synchronization

/// How much the torture tests do: a reduced count, or the whole where `SAMEDGE_TORTURE` names the file that takes the
/// reached figures in, as `make torture` does.
package enum Torture {
    private static let table = ProcessInfo.processInfo.environment["SAMEDGE_TORTURE"]
    private static let lock = Mutex<Void>(())

    /// Whether the whole is done.
    package static var isFull: Bool { table != nil }

    /// How often a test does what it does.
    package static func count(_ reduced: Int, full: Int) -> Int { isFull ? full : reduced }

    /// Adds a row to the table: what was tested, how often, and what came of it.
    package static func reached(_ test: String, _ count: Int, _ figure: String) throws {
        guard let table else { return }
        try lock.withLock { _ in
            let file = try FileHandle(forUpdating: URL(fileURLWithPath: table))
            try file.seekToEnd()
            try file.write(contentsOf: Data("\(test)\t\(count)\t\(figure)\n".utf8))
            try file.close()
        }
    }
}
