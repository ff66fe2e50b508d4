import Platform
import Synchronization

#if canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#else
import Glibc
#endif

/// The log of one attempt: lines go to a file at once, and the last ones are kept for messages.
package final class LogFile: Sendable {
    private struct State {
        var file: Int32
        var tail: [String] = []
    }

    private let state: Mutex<State>
    private let path: String
    private let files: FileSystem

    /// Opens the log; it begins where a former attempt's ended.
    package init(_ path: String, files: FileSystem) throws {
        try files.makeFolder(parent(of: path))
        (self.path, self.files) = (path, files)
        state = Mutex(State(file: try files.openForAppending(path)))
    }

    deinit { state.withLock { _ = close($0.file) } }

    /// Adds a line. Where it cannot be written (a full disk), the tail says so, and the stage goes on.
    package func append(_ line: String) {
        state.withLock { state in
            state.tail.append(line)
            do { try files.write(Array((line + "\n").utf8)[...], to: state.file, path) } catch {
                state.tail.append("(\(error))")
            }
            if state.tail.count > 12 { state.tail.removeFirst(state.tail.count - 12) }
        }
    }

    /// The last lines.
    var tail: [String] { state.withLock { $0.tail } }
}
