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
    /// Whether it is on a file in the temporary folder, since the file system has no locks: it keeps apart processes of one user
    /// on this machine alone.
    package let isStandIn: Bool

    /// Takes the lock, or gives `nil` where another holds it.
    ///
    /// Where the file system has no locks, and with `elsewhere` also where the file cannot be written, the lock is on a file in
    /// the system's temporary folder that stands for it: processes of this machine are kept apart, others are not.
    ///
    /// - Parameter shared: many may hold it shared, one alone otherwise.
    /// - Parameter removes: the file goes away with the lock. A lock taken on a file that another has just removed is
    ///   worth nothing, so it is taken anew until the file locked is the file at the path.
    package init?(
        trying place: String, shared: Bool = false, removes: Bool, elsewhere: Bool = false, in files: FileSystem
    ) throws {
        var path = place
        while true {
            let file: Int32
            do { file = try Self.lock(path, shared: shared, files) } catch let error as FileSystemError
                where error.code == EWOULDBLOCK
            {
                return nil
            } catch let error as FileSystemError where path == place && Self.isLack(error.code) {
                Lacks.tell(
                    "the file system of \(place) has no locks: what is made in its store is held by leases instead; let no `samedge gc`"
                        + " run beside other calls", kind: "locks")
                path = Self.stand(inFor: place)
                continue
            } catch let error as FileSystemError where path == place && elsewhere && [EROFS, EACCES, EPERM].contains(error.code) {
                path = Self.stand(inFor: place)
                continue
            }
            var (held, there) = (stat(), stat())
            if fstat(file, &held) == 0, stat(path, &there) == 0, held.st_ino == there.st_ino, held.st_dev == there.st_dev {
                (self.file, self.path, self.removes, isStandIn) = (file, path, removes, path != place)
                return
            }
            close(file)
        }
    }

    private static func lock(_ path: String, shared: Bool, _ files: FileSystem) throws -> Int32 {
        try files.gate(.lock, path)
        let file = retrying { open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o666) }
        if file < 0 { throw FileSystemError(.lock, path) }
        if retrying({ flock(file, (shared ? LOCK_SH : LOCK_EX) | LOCK_NB) }) == 0 { return file }
        let error = FileSystemError(.lock, path)
        close(file)
        throw error
    }

    private static func isLack(_ code: Int32) -> Bool { [ENOLCK, ENOSYS, ENOTSUP, EINVAL].contains(code) }

    /// The file in the temporary folder that stands for another: the same for all processes of a user of this machine.
    private static func stand(inFor path: String) -> String {
        let full = FileSystem().fullPath(parent(of: path)) + "/" + (path.split(separator: "/").last ?? "")
        // FNV-1a; two files of one number would only be held together.
        let number = full.utf8.reduce(0xcbf2_9ce4_8422_2325 as UInt64) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
        let place = getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
        return "\(place)/samedge-lock-\(getuid())-\(String(number, radix: 16))"
    }

    /// Gives the lock back; to be called where it should end, since a value may end after its last use.
    package consuming func release() {}

    deinit {
        // Removed while it is still held: whoever opened it before finds the path gone or another file there.
        if removes { unlink(path) }
        close(file)
    }
}
