#if canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#else
import Glibc
#endif

extension FileSystem {
    /// Writes a new file and, if asked, brings its bytes to the disk.
    ///
    /// - Throws: `FileSystemError`; also where the file exists already. What was written of it stays for the caller to remove.
    package func create(_ path: String, _ bytes: [UInt8], sync: Bool = true) throws {
        try create(path, parts: [bytes[...]], sync: sync)
    }

    private func create(_ path: String, parts: [ArraySlice<UInt8>], sync: Bool) throws {
        try gate(.create, path)
        let file = retrying { open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666) }
        if file < 0 { throw FileSystemError(.create, path) }
        do {
            for part in parts { try write(part, to: file, path) }
            if sync { try bringToDisk(file, path) }
        } catch {
            close(file)
            throw error
        }
        // Some file systems tell only here that there was no space. Not made again: a signal's interruption closes it as well.
        if close(file) != 0, errno != EINTR { throw FileSystemError(.write, path) }
    }

    /// Writes a file whole or not at all: a temporary file, brought to the disk if asked, is renamed. A device or a pipe is
    /// written to, and stays.
    ///
    /// The parts follow one another in the file, so that large ones need not be joined in memory.
    /// - Parameter temporary: a neighbour `PATH.partial` unless given; one that a kill left is replaced.
    /// - Throws: `FileSystemError`; the file at `path` is then as it was, and the temporary one is gone.
    package func replace(
        _ path: String, with parts: [ArraySlice<UInt8>], by temporary: String? = nil, sync: Bool = true
    ) throws {
        let nature = try status(path)?.nature
        if nature == .folder { throw FileSystemError(.write, path, code: EISDIR, fact: "it is a folder; name a file in it") }
        if nature == .other || leadsToSystem(path) { return try pour(parts, into: path) }
        let partial = temporary ?? path + ".partial"
        if temporary == nil { try remove(partial) }
        do {
            try create(partial, parts: parts, sync: sync)
            try rename(partial, to: path)
        } catch {
            // That error, not the removal's, tells what went wrong.
            do { try remove(partial) } catch {}
            throw error
        }
    }

    /// Whether a path is a link among those of the system, as `/dev/stdout` is.
    private func leadsToSystem(_ path: String) -> Bool {
        linkTarget(path).map { $0.hasPrefix("/proc/") || $0.hasPrefix("/dev/") } ?? false
    }

    /// Writes to what is there and no plain file.
    private func pour(_ parts: [ArraySlice<UInt8>], into path: String) throws {
        let file = retrying { open(path, O_WRONLY | O_CLOEXEC | O_NOCTTY) }
        if file < 0 { throw FileSystemError(.write, path) }
        defer { close(file) }
        for part in parts { try write(part, to: file, path) }
    }

    /// Writes a file whole or not at all.
    package func replace(_ path: String, with bytes: [UInt8], by temporary: String? = nil, sync: Bool = true) throws {
        try replace(path, with: [bytes[...]], by: temporary, sync: sync)
    }

    /// Writes a text as UTF-8, whole or not at all.
    package func replace(_ path: String, with text: String) throws { try replace(path, with: Array(text.utf8)) }

    /// Copies a file of any size to a new file.
    ///
    /// - Throws: `FileSystemError`; also where the target exists already.
    package func copy(_ path: String, to target: String) throws {
        try create(target, [], sync: false)
        let output = try openForAppending(target)
        defer { close(output) }
        let found = try readBlocks(path) { try write(Array($0)[...], to: output, target) }
        if found == nil { throw FileSystemError(.open, path, code: ENOENT) }
    }

    /// Adds bytes at the end of a file, which is made where it is not there.
    package func append(_ bytes: [UInt8], to path: String) throws {
        let file = try openForAppending(path)
        defer { close(file) }
        try write(bytes[...], to: file, path)
    }

    /// Writes bytes to an open file.
    package func write(_ bytes: ArraySlice<UInt8>, to file: Int32, _ path: String) throws {
        let fault = fault?(.write, path)
        if case .error(let code) = fault { throw FileSystemError(.write, path, code: code) }
        let end = if case .torn = fault { bytes.count / 2 } else { bytes.count }
        try bytes.withUnsafeBytes { buffer in
            var start = 0
            while start < end {
                let step = retrying { systemWrite(file, buffer.baseAddress! + start, min(end - start, 1 << 30)) }
                if step < 0 { throw FileSystemError(.write, path) }
                start += step
            }
        }
        if case .torn(let code) = fault { throw FileSystemError(.write, path, code: code) }
    }

    /// Opens a file to which lines are added at its end.
    package func openForAppending(_ path: String) throws -> Int32 {
        try gate(.create, path)
        let file = retrying { open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o666) }
        if file < 0 { throw FileSystemError(.create, path) }
        return file
    }

    /// Brings a file's bytes to the disk.
    package func sync(_ path: String) throws { try syncEntry(path, O_RDONLY | O_CLOEXEC) }

    /// Brings a folder's entries to the disk, so that a rename in it outlives a power cut.
    package func syncFolder(_ path: String) throws { try syncEntry(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC) }

    private func syncEntry(_ path: String, _ flags: Int32) throws {
        let file = retrying { open(path, flags) }
        if file < 0 { throw FileSystemError(.sync, path) }
        defer { close(file) }
        try bringToDisk(file, path)
    }

    private func bringToDisk(_ file: Int32, _ path: String) throws {
        // Many file systems cannot bring a folder to the disk, and say so with EINVAL.
        try tolerating([EINVAL], as: nil) {
            try tolerating([ENOSYS, ENOTSUP], as: "cannot bring files to the disk: a power cut may lose the newest results") {
                try gate(.sync, path)
                try check(retrying { fsync(file) }, .sync, path)
            }
        }
    }

    /// Moves a file, replacing what stands there, in one step.
    package func rename(_ path: String, to target: String) throws {
        try gate(.rename, target)
        try check(systemRename(path, target), .rename, target)
    }

    /// Gives a file a second name; where the file system knows one alone, the target is a copy.
    ///
    /// - Throws: `FileSystemError`; also where the target exists already.
    package func link(_ path: String, to target: String) throws {
        do {
            try gate(.link, target)
            try check(systemLink(path, target), .link, target)
        } catch let error as FileSystemError where [EPERM, ENOSYS, ENOTSUP, EMLINK, EXDEV].contains(error.code) {
            try copy(path, to: target)
        }
    }

    /// Sets the permission bits, where the file system has such.
    package func setMode(_ path: String, _ mode: UInt32) throws {
        try tolerating(
            [EPERM, ENOSYS, ENOTSUP], as: "does not let permissions be set: nothing keeps others from writing to results"
        ) {
            try gate(.setMode, path)
            try check(chmod(path, mode_t(mode)), .setMode, path)
        }
    }

    /// Does what some file systems cannot, and which is not needed for right results: there it is told once, and left.
    ///
    /// - Parameter lack: what the file system lacks, for people; `nil` says nothing.
    private func tolerating(_ codes: [Int32], as lack: String?, _ body: () throws -> Void) throws {
        do { try body() } catch let error as FileSystemError where codes.contains(error.code) {
            if let lack { Lacks.tell("the file system of \(error.path) \(lack)", kind: lack) }
        }
    }

    /// Sets a file's time of modification to now, by the clock of its file system.
    package func touch(_ path: String) throws {
        try gate(.write, path)
        try check(utimensat(AT_FDCWD, path, nil, 0), .write, path)
    }

    /// Removes a file, if it is there.
    package func remove(_ path: String) throws {
        try gate(.remove, path)
        if unlink(path) != 0, errno != ENOENT { throw FileSystemError(.remove, path) }
    }

    /// Removes a file or a folder with all that is in it, if it is there; links are removed, never followed.
    ///
    /// A folder stays where the system keeps removed files in it that are still open.
    package func removeTree(_ path: String) throws {
        guard let status = try status(path, followLinks: false) else { return }
        guard status.nature == .folder else {
            if isKept(path) {
                do { try remove(path) } catch let error as FileSystemError where error.code == EBUSY {}
                return
            }
            return try remove(path)
        }
        if status.mode & 0o700 != 0o700 { try setMode(path, 0o700) }
        for name in try list(path) { try removeTree(path + "/" + name) }
        try gate(.remove, path)
        if rmdir(path) == 0 || errno == ENOENT { return }
        // A file that somebody has open is kept under another name until it is closed; then `gc` removes it.
        let code = errno
        if [ENOTEMPTY, EEXIST, EBUSY].contains(code), try list(path).allSatisfy(isKept) { return }
        throw FileSystemError(.remove, path, code: code)
    }

    /// Whether a path is one under which NFS or FUSE keeps a removed file that is still open.
    package func isKept(_ path: String) -> Bool {
        let name = path.split(separator: "/").last ?? ""
        return name.hasPrefix(".nfs") || name.hasPrefix(".fuse_hidden")
    }

    /// Makes a folder and those above it, where they are missing.
    package func makeFolder(_ path: String) throws {
        if try status(path)?.nature == .folder { return }
        try gate(.makeFolder, path)
        if mkdir(path, 0o777) == 0 { return }
        if errno == EEXIST {
            // A link to a folder that has not been made yet, as to another disk's.
            if try status(path) == nil, let target = linkTarget(path) { return try makeFolder(target) }
            if try status(path)?.nature != .folder {
                throw FileSystemError(.makeFolder, path, code: EEXIST, fact: "what is there is no folder")
            }
            return
        }
        guard errno == ENOENT, let slash = path.lastIndex(of: "/"), slash > path.startIndex else {
            throw FileSystemError(.makeFolder, path)
        }
        try makeFolder(String(path[..<slash]))
        try gate(.makeFolder, path)
        if mkdir(path, 0o777) != 0, errno != EEXIST { throw FileSystemError(.makeFolder, path) }
    }

    /// The path that a link leads to; `nil` where there is no link.
    func linkTarget(_ path: String) -> String? {
        withUnsafeTemporaryAllocation(byteCount: 4097, alignment: 1) { buffer in
            let count = readlink(path, buffer.baseAddress!.assumingMemoryBound(to: CChar.self), 4096)
            guard count > 0 else { return nil }
            let target = String(decoding: buffer[..<count], as: UTF8.self)
            return target.hasPrefix("/") ? target : parent(of: path) + "/" + target
        }
    }

    /// All plain files below a folder as paths relative to it, in the order of their bytes.
    ///
    /// - Parameter stranger: called with every path that is neither a plain file nor a folder.
    package func files(below folder: String, stranger: (String) throws -> Void = { _ in }) throws -> [String] {
        var found: [String] = []
        func walk(_ path: String, _ prefix: String) throws {
            for name in try list(path) {
                guard let status = try status(path + "/" + name, followLinks: false) else { continue }
                switch status.nature {
                case .file: found.append(prefix + name)
                case .folder: try walk(path + "/" + name, prefix + name + "/")
                case .link, .other: try stranger(prefix + name)
                }
            }
        }
        try walk(folder, "")
        return found.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }
}

/// The folder of a path.
package func parent(of path: String) -> String {
    guard let slash = path.lastIndex(of: "/") else { return "." }
    return slash == path.startIndex ? "/" : String(path[..<slash])
}

private func systemWrite(_ file: Int32, _ buffer: UnsafeRawPointer, _ count: Int) -> Int { write(file, buffer, count) }
private func systemRename(_ from: String, _ to: String) -> Int32 { rename(from, to) }
private func systemLink(_ from: String, _ to: String) -> Int32 { link(from, to) }
