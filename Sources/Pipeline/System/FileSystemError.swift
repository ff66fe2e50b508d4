#if canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#else
import Glibc
#endif

/// A call on the file system that failed: which call, on what, and the system's reason.
package struct FileSystemError: Error, Hashable, CustomStringConvertible {
    /// What was tried.
    package var operation: FileSystem.Operation
    /// The file or folder.
    package var path: String
    /// The value of `errno`.
    package var code: Int32

    /// An error of the file system.
    package init(_ operation: FileSystem.Operation, _ path: String, code: Int32 = errno) {
        (self.operation, self.path, self.code) = (operation, path, code)
    }

    /// What could not be done to which file, the system's reason, and what to do next.
    package var description: String {
        let reason = String(cString: strerror(code))
        return "cannot \(operation.phrase) \(path): \(reason)\(hint.map { " (\($0))" } ?? "")"
    }

    private var hint: String? {
        switch code {
        case ENOSPC, EDQUOT: "free some space, see `samedge gc --dry-run`, or move the store with --store"
        case EROFS, EACCES, EPERM: "check the owner and the mode of its folder, or choose another store with --store"
        case EMFILE, ENFILE: "raise the limit of open files with `ulimit -n`, or lower --jobs"
        default: nil
        }
    }
}
