import Platform
import Synchronization

#if canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#else
import Glibc
#endif

/// The tokens of a `make -j` above this process: it may keep one processor busy for nothing, and one more for each token
/// that it has taken from make and not yet given back.
///
/// Tokens that a killed process holds are lost to that make; nothing but make could know of them.
package final class JobServer: Sendable {
    private struct State {
        /// How many processors may be kept busy now.
        var inUse = 0
        /// The bytes taken; make wants the same ones back.
        var tokens: [UInt8] = []
    }

    private let reading: Int32
    private let writing: Int32
    private let state = Mutex(State())

    /// The job server of the make that started this process.
    ///
    /// - Parameter makeFlags: the value of the environment's `MAKEFLAGS`.
    /// - Returns: `nil` where make offers no tokens, or keeps its pipe from this process, as it does from a recipe that does
    ///   not begin with `+` where its pipe has no name (before GNU make 4.4).
    package init?(makeFlags: String) {
        guard let place = Self.place(in: makeFlags) else { return nil }
        let flags = O_NONBLOCK | O_CLOEXEC
        switch place {
        case .named(let path):
            (reading, writing) = (open(path, O_RDONLY | flags), open(path, O_WRONLY | flags))
        case .inherited(let read, let write):
            // Opened anew: not to block is a property of the opening, and make and its other children share theirs.
            (reading, writing) = (open("/dev/fd/\(read)", O_RDONLY | flags), open("/dev/fd/\(write)", O_WRONLY | flags))
        }
        guard Self.isPipe(reading), Self.isPipe(writing) else {
            for file in [reading, writing] where file >= 0 { close(file) }
            return nil
        }
    }

    deinit {
        give(back: state.withLock { $0.inUse })
        close(reading)
        close(writing)
    }

    /// Takes leave to keep up to `wanted` processors busy, without waiting; gives how many, perhaps none.
    func take(upTo wanted: Int) -> Int {
        state.withLock { state in
            var taken = 0
            while taken < wanted {
                if state.inUse > 0 {
                    var token: UInt8 = 0
                    guard retrying({ readByte(reading, &token) }) == 1 else { break }
                    state.tokens.append(token)
                }
                state.inUse += 1
                taken += 1
            }
            return taken
        }
    }

    /// Gives back leave for `count` processors; the one that costs nothing goes last.
    func give(back count: Int) {
        state.withLock { state in
            state.inUse -= count
            while state.tokens.count > max(0, state.inUse - 1) {
                var token = state.tokens.removeLast()
                // The pipe held this byte before; there is room for it.
                _ = retrying { writeByte(writing, &token) }
            }
        }
    }

    // MARK: - Finding it

    enum Place: Hashable {
        case named(String)
        case inherited(read: Int32, write: Int32)
    }

    /// Where make's flags say that the tokens are; the last word counts, and what follows `--` are no flags.
    static func place(in makeFlags: String) -> Place? {
        let words = makeFlags.split(separator: " ").prefix { $0 != "--" }
        for word in words.reversed() {
            for option in ["--jobserver-auth=", "--jobserver-fds="] where word.hasPrefix(option) {
                let value = word.dropFirst(option.count)
                if value.hasPrefix("fifo:") { return .named(String(value.dropFirst(5))) }
                let files = value.split(separator: ",").map { Int32($0) }
                guard files.count == 2, let read = files[0], let write = files[1], read >= 0, write >= 0 else { return nil }
                return .inherited(read: read, write: write)
            }
        }
        return nil
    }

    private static func isPipe(_ file: Int32) -> Bool {
        var status = stat()
        return file >= 0 && fstat(file, &status) == 0 && status.st_mode & S_IFMT == S_IFIFO
    }
}

private func readByte(_ file: Int32, _ byte: inout UInt8) -> Int { read(file, &byte, 1) }
private func writeByte(_ file: Int32, _ byte: inout UInt8) -> Int { write(file, &byte, 1) }
