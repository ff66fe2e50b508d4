#if canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#else
import Glibc
#endif

/// A new folder, which goes with its owner: in the system's temporary folder (`TMPDIR`), unless another is given.
package final class TemporaryFolder: Sendable {
    /// The folder's full path.
    package let path: String

    /// - Throws: `FileSystemError` where none can be made there.
    package init(in folder: String? = nil) throws {
        let place = folder ?? getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
        var name = Array((place + "/samedge-XXXXXX").utf8CString)
        if mkdtemp(&name) == nil { throw FileSystemError(.makeFolder, place) }
        path = name.withUnsafeBufferPointer { String(cString: $0.baseAddress!) }
    }

    // What cannot be removed is the system's to clear.
    deinit { do { try FileSystem().removeTree(path) } catch {} }
}
