import Pipeline
import Platform
import Synchronization

#if canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#else
import Glibc
#endif

/// The process's standard output, which remembers whether all of it was taken: a command whose output is lost has failed.
enum StandardOutput {
    /// The number of the first error; 0 while all was taken.
    private static let failure = Atomic<Int32>(0)

    /// Makes sure that what is opened later never gets the number of a standard file that was closed from the start: output
    /// would be written into a file of the store.
    static func open() {
        for file in Int32(0)...2 where fcntl(file, F_GETFD) < 0 {
            // Not writable as standard output, so that what is written there fails, as it should.
            _ = systemOpen("/dev/null", file == 2 ? O_WRONLY : O_RDONLY)
        }
    }

    /// Writes text.
    static func write(_ text: String) {
        if failure.load(ordering: .relaxed) != 0 { return }
        Array(text.utf8).withUnsafeBytes { buffer in
            var start = 0
            while start < buffer.count {
                let count = retrying { systemWrite(buffer.baseAddress! + start, buffer.count - start) }
                if count > 0 { start += count } else { return fail() }
            }
        }
    }

    /// How a command ends whose work came to `code`: as failed, with a line that says so, where some of its output is lost.
    ///
    /// A reader that has left has seen what it wanted to: that is no failure.
    static func end(_ code: ExitCode) -> ExitCode {
        // Some file systems tell only here that there was no space.
        if failure.load(ordering: .relaxed) == 0, close(1) != 0 { fail() }
        let number = failure.load(ordering: .relaxed)
        if number == 0 || number == EPIPE { return code }
        Console.error.write("samedge: cannot write to standard output: \(String(cString: strerror(number)))\n")
        return code == .done ? .failed : code
    }

    private static func fail() { _ = failure.compareExchange(expected: 0, desired: max(1, errno), ordering: .relaxed) }
}

private func systemOpen(_ path: String, _ flags: Int32) -> Int32 { open(path, flags) }
private func systemWrite(_ bytes: UnsafeRawPointer, _ count: Int) -> Int { write(1, bytes, count) }
