#if canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#else
import Glibc
#endif

/// The one way to files; a test puts a `fault` in to make any call fail.
///
/// All calls retry when a signal interrupts them, and open files are never passed on to child processes.
package struct FileSystem: Sendable {
    /// The kinds of call that can fail.
    package enum Operation: String, Hashable, Sendable, CaseIterable {
        case open, create, write, sync, rename, link, remove, makeFolder, list, setMode, read, status, lock

        var phrase: String {
            switch self {
            case .makeFolder: "make the folder"
            case .setMode: "set the mode of"
            case .list: "list the folder"
            case .sync: "bring to the disk"
            case .status: "look at"
            case .read, .open: "read"
            default: rawValue
            }
        }
    }

    /// How an injected failure shows.
    package enum Fault: Hashable, Sendable {
        /// The call fails with this `errno` and does nothing.
        case error(Int32)
        /// A write puts half of its bytes down and then fails with this `errno`; other calls do nothing and fail.
        case torn(Int32)
    }

    /// Asked before every call that can fail; `nil` lets it through.
    package var fault: (@Sendable (Operation, String) -> Fault?)?
    /// Nanoseconds by which the time of day is shifted, as for a clock that was set wrong; for tests.
    package var clockShift: Int64 = 0

    /// The time of day in nanoseconds since 1970; for comparing with files' times of change.
    package var timeOfDay: Int64 { Clock.timeOfDay + clockShift }

    /// The file system, with failures injected by `fault`.
    package init(fault: (@Sendable (Operation, String) -> Fault?)? = nil) { self.fault = fault }

    func gate(_ operation: Operation, _ path: String) throws {
        switch fault?(operation, path) {
        case nil: break
        case .error(let code), .torn(let code): throw FileSystemError(operation, path, code: code)
        }
    }

    func check(_ result: Int32, _ operation: Operation, _ path: String) throws {
        if result != 0 { throw FileSystemError(operation, path) }
    }
}

// MARK: - Looking

extension FileSystem {
    /// The state of what stands at `path`, or `nil` where nothing does.
    package func status(_ path: String, followLinks: Bool = true) throws -> FileStatus? {
        try gate(.status, path)
        var result = stat()
        if (followLinks ? stat(path, &result) : lstat(path, &result)) == 0 { return FileStatus(result) }
        if errno == ENOENT || errno == ENOTDIR { return nil }
        throw FileSystemError(.status, path)
    }

    /// Whether there is a folder; one that cannot be looked at may be.
    package func seemsThere(_ folder: String) -> Bool {
        do { return try status(folder).map { $0.nature == .folder } ?? false } catch { return true }
    }

    /// The path of a file or folder without links, as far as it is there already.
    package func fullPath(_ path: String) -> String {
        if let found = realpath(path, nil) {
            defer { free(found) }
            return String(cString: found)
        }
        if errno == ENOENT, let target = linkTarget(path) { return fullPath(target) }
        guard path != ".", path != "/", let name = path.split(separator: "/").last else { return path }
        let folder = fullPath(parent(of: path))
        return (folder == "/" ? "" : folder) + "/" + name
    }

    /// Whether a folder is on a file system that other machines, or another mount on this one, may use at the same time; `false`
    /// where nobody knows. Locks may not reach from one to another there.
    package func isShared(_ folder: String) -> Bool {
        #if canImport(Darwin)
        var found = statfs()
        return statfs(folder, &found) == 0 && found.f_flags & UInt32(MNT_LOCAL) == 0
        #else
        do {
            guard let device = try status(folder)?.stamp.device,
                let mounts = try readUnsized("/proc/self/mountinfo", limit: 1 << 20)
            else { return false }
            return Self.isShared(device: device, mounts: String(decoding: mounts, as: UTF8.self))
        } catch {
            return false
        }
        #endif
    }

    /// Whether a device is a file system of such a kind, by what Linux says of all mounts: lines as
    /// `36 35 0:51 / /mnt rw shared:1 - fuse.sshfs host:folder rw`.
    static func isShared(device: UInt64, mounts: String) -> Bool {
        let (major, minor) = ((device >> 8) & 0xfff | (device >> 32) & 0xffff_f000, device & 0xff | (device >> 12) & 0xffff_ff00)
        for line in mounts.split(separator: "\n") {
            let words = line.split(separator: " ")
            guard words.count > 2, words[2] == "\(major):\(minor)", let dash = words.firstIndex(of: "-"), dash + 1 < words.count
            else { continue }
            let kind = words[dash + 1].prefix { $0 != "." }
            return sharedKinds.contains(String(kind.prefix { !$0.isNumber })) || kind == "9p"
        }
        return false
    }

    /// By the beginnings of the names that Linux gives them.
    private static let sharedKinds: Set<String> = [
        "nfs", "cifs", "smb", "fuse", "fuseblk", "afs", "ceph", "coda", "lustre", "gpfs", "beegfs", "gfs", "ocfs", "panfs",
        "vboxsf",
        "virtiofs", "glusterfs",
    ]

    /// Why this process may not make files in a folder; `nil` where it may.
    package func refusal(toWriteIn folder: String) -> FileSystemError? {
        if access(folder, W_OK) == 0 { return nil }
        let error = FileSystemError(.create, folder)
        return error.isRefusal ? error : nil
    }

    /// The names in a folder in the order of their bytes; empty where there is no folder.
    package func list(_ folder: String) throws -> [String] {
        try gate(.list, folder)
        guard let stream = opendir(folder) else {
            if errno == ENOENT { return [] }
            throw FileSystemError(.list, folder)
        }
        defer { closedir(stream) }
        var names: [String] = []
        while true {
            errno = 0
            guard let entry = readdir(stream) else { break }
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name != "." && name != ".." { names.append(name) }
        }
        if errno != 0 { throw FileSystemError(.list, folder) }
        return names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }

    /// The bytes of a plain file, or `nil` where there is none; with one copy between the disk and the array.
    ///
    /// - Parameters:
    ///   - limit: a file longer than this is an error, so that no stray file exhausts the memory.
    ///   - isSteady: `false` for a file that others put another in the place of: on some shared file systems the size that is told
    ///     is for seconds that of the former one, and what comes is given back, which may be a part.
    /// - Throws: `FileSystemError`; also for what is no plain file, and where a steady file shrinks meanwhile.
    package func read(_ path: String, limit: Int = 1 << 30, isSteady: Bool = true) throws -> [UInt8]? {
        try withFile(path) { file, status throws in
            guard status.nature == .file else { throw FileSystemError(.read, path, fact: "it is not a plain file") }
            let size = Int(status.stamp.size)
            guard size <= limit else {
                throw FileSystemError(.read, path, code: EFBIG, fact: "it has \(size) bytes where at most \(limit) are expected")
            }
            let bytes = try [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
                while count < size {
                    let step = try readSome(
                        file, into: UnsafeMutableRawBufferPointer(rebasing: UnsafeMutableRawBufferPointer(buffer)[count...]), path
                    )
                    if step == 0 { break }
                    count += step
                }
            }
            guard bytes.count == size || !isSteady else {
                throw FileSystemError(.read, path, fact: "it ended after \(bytes.count) of \(size) bytes")
            }
            return bytes
        }
    }

    /// The bytes of a plain file that must be there.
    ///
    /// - Throws: as `read`; also where there is no file.
    package func contents(of path: String, limit: Int = .max) throws -> [UInt8] {
        guard let bytes = try read(path, limit: limit) else { throw FileSystemError(.open, path, code: ENOENT) }
        return bytes
    }

    /// The first bytes of a file whose size the system does not tell, as of those below `/proc`; `nil` where there is none.
    package func readUnsized(_ path: String, limit: Int = 4096) throws -> [UInt8]? {
        try withFile(path) { file, _ throws in
            try [UInt8](unsafeUninitializedCapacity: limit) { buffer, count in
                // The kernel gives no more than a page or so at once.
                while count < limit {
                    let rest = UnsafeMutableRawBufferPointer(rebasing: UnsafeMutableRawBufferPointer(buffer)[count...])
                    let read = try readSome(file, into: rest, path)
                    if read == 0 { break }
                    count += read
                }
            }
        }
    }

    /// Calls `body` with a file's bytes, block by block.
    ///
    /// - Returns: the status before, and whether the file was not changed meanwhile; `nil` where there is no file.
    package func readBlocks(
        _ path: String, _ body: (UnsafeRawBufferPointer) throws -> Void
    ) throws -> (status: FileStatus, isSteady: Bool)? {
        try withFile(path) { file, status throws in
            try withUnsafeTemporaryAllocation(byteCount: 1 << 18, alignment: 64) { buffer in
                while case let count = try readSome(file, into: buffer, path), count > 0 {
                    try body(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
                }
            }
            var after = stat()
            try check(fstat(file, &after), .status, path)
            return (status, FileStatus(after).stamp == status.stamp)
        }
    }

    /// The first bytes of a file, at most `count`.
    package func head(_ path: String, _ count: Int) throws -> [UInt8] {
        struct Enough: Error {}
        var head: [UInt8] = []
        do {
            let found = try readBlocks(path) {
                head += $0.prefix(count - head.count)
                if head.count >= count { throw Enough() }
            }
            if found == nil { throw FileSystemError(.open, path, code: ENOENT) }
        } catch is Enough {}
        return head
    }

    private func withFile<R>(_ path: String, _ body: (Int32, FileStatus) throws -> R) throws -> R? {
        try gate(.open, path)
        let file = retrying { open(path, O_RDONLY | O_CLOEXEC) }
        if file < 0 {
            if errno == ENOENT || errno == ENOTDIR { return nil }
            throw FileSystemError(.open, path)
        }
        defer { close(file) }
        var status = stat()
        try check(fstat(file, &status), .status, path)
        return try body(file, FileStatus(status))
    }

    private func readSome(_ file: Int32, into buffer: UnsafeMutableRawBufferPointer, _ path: String) throws -> Int {
        if buffer.isEmpty { return 0 }
        try gate(.read, path)
        let count = retrying { systemRead(file, buffer.baseAddress, min(buffer.count, 1 << 30)) }
        if count < 0 { throw FileSystemError(.read, path) }
        return count
    }
}

/// `read(2)` under a name that no method hides.
private func systemRead(_ file: Int32, _ buffer: UnsafeMutableRawPointer?, _ count: Int) -> Int { read(file, buffer, count) }

/// The result of a system call, made again as long as a signal interrupts it.
package func retrying<R: SignedInteger>(_ call: () -> R) -> R {
    while true {
        let result = call()
        if result >= 0 || errno != EINTR { return result }
    }
}
