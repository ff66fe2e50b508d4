#if canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#else
import Glibc
#endif

/// What the system refused to do with a file.
public struct FileError: Error, Hashable, CustomStringConvertible {
    /// The thing that was tried.
    public enum Action: String, Sendable { case open, read, write, replace }

    /// What was tried.
    public var action: Action
    /// The file or folder.
    public var path: String
    /// The system's error number, or `nil` where the file is simply not what was expected.
    public var code: Int32?
    /// What was found instead, where there is no error number.
    public var fact: String?

    /// A file operation that failed with the code of `errno`, or for a reason in words.
    public init(_ action: Action, _ path: String, code: Int32? = nil, fact: String? = nil) {
        (self.action, self.path, self.code, self.fact) = (action, path, code, fact)
    }

    /// What could not be done to which file, and why.
    public var description: String {
        let reason = fact ?? code.map { String(cString: strerror($0)) } ?? "unknown reason"
        return "cannot \(action.rawValue) \(path): \(reason)"
    }
}

/// Whole files as bytes, with one copy between the disk and the array.
public enum FileBytes {
    /// The bytes of a regular file.
    ///
    /// - Throws: `FileError` if the file cannot be read, is longer than `limit` bytes (checked before any allocation) or shrinks meanwhile.
    public static func read(_ path: String, limit: Int = .max) throws(FileError) -> [UInt8] {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { throw FileError(.open, path, code: errno) }
        defer { close(file) }
        var status = stat()
        guard fstat(file, &status) == 0 else { throw FileError(.read, path, code: errno) }
        guard status.st_mode & S_IFMT == S_IFREG else { throw FileError(.read, path, fact: "it is not a regular file") }
        let size = Int(status.st_size)
        guard size <= limit else {
            throw FileError(.read, path, fact: "it has \(size) bytes where at most \(limit) are expected")
        }
        var code: Int32 = 0
        let bytes = [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
            while count < size {
                let got = Self.retrying { systemRead(file, buffer.baseAddress! + count, min(size - count, 1 << 30)) }
                if got < 0 { code = errno }
                if got <= 0 { break }
                count += got
            }
        }
        guard code == 0 else { throw FileError(.read, path, code: code) }
        guard bytes.count == size else {
            throw FileError(.read, path, fact: "it ended after \(bytes.count) of \(size) bytes")
        }
        return bytes
    }

    /// Writes a file whole or not at all: into a neighbour `PATH.partial`, synchronised, then renamed.
    ///
    /// The parts follow one another in the file, so that large ones need not be joined in memory.
    /// - Throws: `FileError`; the file at `path` is then as it was, and the neighbour is gone.
    public static func write(_ parts: [ArraySlice<UInt8>], to path: String) throws(FileError) {
        let partial = path + ".partial"
        let file = open(partial, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
        guard file >= 0 else { throw FileError(.open, partial, code: errno) }
        var code: Int32 = 0
        for part in parts where code == 0 {
            part.withUnsafeBytes { buffer in
                var done = 0
                while done < buffer.count {
                    let put = Self.retrying { systemWrite(file, buffer.baseAddress! + done, min(buffer.count - done, 1 << 30)) }
                    guard put > 0 else {
                        code = put < 0 ? errno : EIO
                        return
                    }
                    done += put
                }
            }
        }
        if code == 0, fsync(file) != 0 { code = errno }
        if close(file) != 0, code == 0 { code = errno }
        guard code == 0 else {
            unlink(partial)
            throw FileError(.write, partial, code: code)
        }
        guard rename(partial, path) == 0 else {
            code = errno
            unlink(partial)
            throw FileError(.replace, path, code: code)
        }
    }

    /// Writes a file whole or not at all.
    public static func write(_ bytes: [UInt8], to path: String) throws(FileError) { try write([bytes[...]], to: path) }

    /// Writes a text as UTF-8, whole or not at all.
    public static func write(_ text: String, to path: String) throws(FileError) { try write(Array(text.utf8), to: path) }

    private static func retrying(_ call: () -> Int) -> Int {
        while true {
            let result = call()
            if result >= 0 || errno != EINTR { return result }
        }
    }
}

private func systemRead(_ file: Int32, _ buffer: UnsafeMutablePointer<UInt8>, _ count: Int) -> Int { read(file, buffer, count) }
private func systemWrite(_ file: Int32, _ buffer: UnsafeRawPointer, _ count: Int) -> Int { write(file, buffer, count) }
