#if canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#else
import Glibc
#endif

/// A bell between threads: any thread, or a signal's handler, rings; one thread waits.
package final class Wakeup: Sendable {
    private let reading: Int32
    private let writing: Int32

    /// A bell; two open files.
    ///
    /// - Throws: `SystemError` where the process may open no more.
    package init() throws {
        var ends: [Int32] = [0, 0]
        guard pipe(&ends) == 0 else { throw SystemError("make a pipe") }
        for end in ends {
            _ = fcntl(end, F_SETFD, FD_CLOEXEC)
            _ = fcntl(end, F_SETFL, O_NONBLOCK)
        }
        (reading, writing) = (ends[0], ends[1])
    }

    deinit {
        close(reading)
        close(writing)
    }

    /// Wakes the waiting thread; a full pipe is as good as a ring.
    package func ring() {
        var byte: UInt8 = 1
        _ = write(writing, &byte, 1)
    }

    /// Waits for a ring, at most `seconds` (for ever where `nil`).
    package func wait(seconds: Double?) {
        var request = pollfd(fd: reading, events: Int16(POLLIN), revents: 0)
        _ = poll(&request, 1, seconds.map { Int32(max(0, $0 * 1000).rounded(.up)) } ?? -1)
        withUnsafeTemporaryAllocation(byteCount: 64, alignment: 1) { buffer in
            while read(reading, buffer.baseAddress, 64) == 64 {}
        }
    }

    /// The file to write a byte to from a signal's handler.
    package var bell: Int32 { writing }
}
