#if canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#else
import Glibc
#endif

/// What identifies a file's state without reading it: device, inode, size, and its times of modification and change.
///
/// The time of change is set by the kernel alone, so an edit that restores size and time of modification still shows.
package struct FileStamp: Hashable, Sendable {
    /// The number of the file system.
    package var device: UInt64
    /// The number of the file in it.
    package var inode: UInt64
    /// In bytes.
    package var size: UInt64
    /// Time of modification in nanoseconds since 1970.
    package var modified: Int64
    /// Time of the last change of bytes, name or mode in nanoseconds since 1970.
    package var changed: Int64

    /// A stamp as it was written down.
    package init(device: UInt64, inode: UInt64, size: UInt64, modified: Int64, changed: Int64) {
        (self.device, self.inode, self.size, self.modified, self.changed) = (device, inode, size, modified, changed)
    }
}

/// A file's stamp and its nature.
package struct FileStatus: Hashable, Sendable {
    /// What a path leads to.
    package enum Nature: Hashable, Sendable { case file, folder, link, other }

    /// What identifies the file's state.
    package var stamp: FileStamp
    /// Whether it is a file, a folder, a link or something else.
    package var nature: Nature
    /// The permission bits.
    package var mode: UInt32

    init(_ status: stat) {
        #if canImport(Darwin)
        let (modified, changed) = (status.st_mtimespec, status.st_ctimespec)
        #else
        let (modified, changed) = (status.st_mtim, status.st_ctim)
        #endif
        stamp = FileStamp(
            device: UInt64(truncatingIfNeeded: status.st_dev), inode: UInt64(status.st_ino), size: UInt64(status.st_size),
            modified: nanoseconds(modified), changed: nanoseconds(changed))
        switch status.st_mode & S_IFMT {
        case S_IFREG: nature = .file
        case S_IFDIR: nature = .folder
        case S_IFLNK: nature = .link
        default: nature = .other
        }
        mode = UInt32(status.st_mode & 0o7777)
    }
}
