import Platform

#if canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#else
import Glibc
#endif

/// One of the process's open files as a place for text.
package struct Console: Sendable {
    private let file: Int32

    /// Standard output.
    package static let output = Console(file: 1)
    /// Standard error.
    package static let error = Console(file: 2)

    /// Writes text; a closed reader is not an error of ours.
    package func write(_ text: String) {
        let bytes = Array(text.utf8)
        bytes.withUnsafeBytes { buffer in
            var start = 0
            while start < buffer.count {
                let count = retrying { systemWrite(file, buffer.baseAddress! + start, buffer.count - start) }
                if count <= 0 { return }
                start += count
            }
        }
    }

    /// Whether a person may be looking: a terminal that can move its cursor.
    package var isTerminal: Bool {
        guard isatty(file) == 1 else { return false }
        return getenv("TERM").map { String(cString: $0) } != "dumb"
    }

    /// Whether a person may be looking who wants colours: on a terminal, unless the variable `NO_COLOR` holds something.
    package var isColoured: Bool { isTerminal && getenv("NO_COLOR").map { String(cString: $0) } ?? "" == "" }

    /// The columns and rows of the terminal.
    package var size: (columns: Int, rows: Int) {
        var size = winsize()
        guard ioctl(file, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0, size.ws_row > 0 else { return (80, 24) }
        return (Int(size.ws_col), Int(size.ws_row))
    }
}

private func systemWrite(_ file: Int32, _ buffer: UnsafeRawPointer, _ count: Int) -> Int { write(file, buffer, count) }
