import Synchronization

#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif

/// How much the torture tests do: a reduced count, or the whole where `SAMEDGE_TORTURE` names the file that takes the
/// reached figures in, as `make torture` does.
///
/// Without Foundation, which a process that is timed would have to load.
package enum Torture {
    private static let table = getenv("SAMEDGE_TORTURE").map { String(cString: $0) }
    private static let lock = Mutex<Void>(())

    /// Whether the whole is done.
    package static var isFull: Bool { table != nil }

    /// How often a test does what it does.
    package static func count(_ reduced: Int, full: Int) -> Int { isFull ? full : reduced }

    /// Adds a row to the table: what was tested, how often, and what came of it.
    package static func reached(_ test: String, _ count: Int, _ figure: String) throws {
        guard let table else { return }
        try lock.withLock { _ in
            let row = Array("\(test)\t\(count)\t\(figure)\n".utf8)
            let file = open(table, O_WRONLY | O_APPEND)
            guard file >= 0 else { throw NoTable(path: table, code: errno) }
            defer { close(file) }
            guard write(file, row, row.count) == row.count else { throw NoTable(path: table, code: errno) }
        }
    }

    private struct NoTable: Error {
        var path: String
        var code: Int32
    }
}
