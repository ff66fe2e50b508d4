#if canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#else
import Glibc
#endif

/// A lock on a file that the kernel releases when its holder ends, however it ends.
package struct FileLock: ~Copyable {
    private let file: Int32
    private let path: String
    private let removes: Bool

    /// Takes the lock, or gives `nil` where another holds it.
    ///
    /// - Parameter shared: many may hold it shared, one alone otherwise.
    /// - Parameter removes: the file goes away with the lock. A lock taken on a file that another has just removed is
    ///   worth nothing, so it is taken anew until the file locked is the file at the path.
    package init?(trying path: String, shared: Bool = false, removes: Bool, in files: FileSystem) throws {
        while true {
            try files.gate(.lock, path)
            let file = retrying { open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o644) }
            if file < 0 { throw FileSystemError(.lock, path) }
            if retrying({ flock(file, (shared ? LOCK_SH : LOCK_EX) | LOCK_NB) }) != 0 {
                let code = errno
                close(file)
                if code == EWOULDBLOCK { return nil }
                throw FileSystemError(.lock, path, code: code)
            }
            var (held, there) = (stat(), stat())
            if fstat(file, &held) == 0, stat(path, &there) == 0, held.st_ino == there.st_ino, held.st_dev == there.st_dev {
                (self.file, self.path, self.removes) = (file, path, removes)
                return
            }
            close(file)
        }
    }

    /// Gives the lock back; to be called where it should end, since a value may end after its last use.
    package consuming func release() {}

    deinit {
        // Removed while it is still held: whoever opened it before finds the path gone or another file there.
        if removes { unlink(path) }
        close(file)
    }
}
