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
    /// The value of `errno`; 0 where the system refused nothing and the file is not what was expected.
    package var code: Int32
    /// What was found, where that says more than the system's reason.
    package var fact: String?

    /// An error of the file system, with the system's reason.
    package init(_ operation: FileSystem.Operation, _ path: String, code: Int32 = errno) {
        (self.operation, self.path, self.code) = (operation, path, code)
    }

    /// A file that is not what was expected.
    package init(_ operation: FileSystem.Operation, _ path: String, code: Int32 = 0, fact: String) {
        (self.operation, self.path, self.code, self.fact) = (operation, path, code, fact)
    }

    /// Whether writing is refused there, by permissions or because the file system is read-only.
    package var isRefusal: Bool { [EROFS, EACCES, EPERM].contains(code) }

    /// What could not be done to which file, the system's reason, and what to do next.
    package var description: String {
        let reason = fact ?? String(cString: strerror(code))
        return "cannot \(operation.phrase) \(path): \(reason)\(hint.map { " (\($0))" } ?? "")"
    }

    private var hint: String? {
        switch code {
        case ENOSPC, EDQUOT: "free some space, see `samedge gc --dry-run`, or move the store with --store"
        case EROFS, EACCES, EPERM: "check the owner and the mode of its folder, or choose another with --store or --output"
        case EEXIST where operation == .makeFolder, ENOTDIR: "choose another folder with --store or --output"
        case EFBIG where fact == nil: "raise the limit of the size of files with `ulimit -f`"
        case EMFILE, ENFILE: "raise the limit of open files with `ulimit -n`, or lower --jobs"
        default: nil
        }
    }
}
