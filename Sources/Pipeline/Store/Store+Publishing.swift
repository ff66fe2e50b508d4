import Platform

extension Store {
    /// Takes in the files of a finished attempt and writes the record that makes them the result of its key.
    ///
    /// The lock of the key is held by the caller. A kill at any moment leaves either no record or a whole result.
    ///
    /// - Parameter folder: the folder of the outputs; its files move into the store.
    /// - Parameter confirm: called when everything but the record is in place; what it throws keeps the record from being written.
    package func publish(
        _ record: KeyRecord, from folder: String, seconds: Double, cost: Double, device: String? = nil,
        confirm: () throws -> Void = {}
    ) throws -> StoredRecord {
        let key = record.key
        let paths = try files.files(below: folder) { throw PipelineError.notPlainFile($0) }.filter { !files.isKept($0) }
        guard !paths.isEmpty else { throw PipelineError.noOutput }
        var names: Set<String> = []
        for path in paths where !names.insert(path).inserted { throw PipelineError.likeNames(path, of: "the stage") }
        var outputs: [StoredFile] = []
        var seen: [StoreIndex.Seen] = []
        var folders: Set<String> = []
        for path in paths {
            let taken = try takeIn(folder + "/" + path, as: path)
            folders.insert(parent(of: objectPath(taken.file.digest)))
            outputs.append(taken.file)
            seen.append(taken.seen)
        }
        for folder in folders.sorted() { try files.syncFolder(folder) }
        try confirm()
        let stored = StoredRecord(record: record, outputs: outputs, seconds: seconds, cost: cost, device: device)
        try setAsideDamagedRecord(of: key)
        try makeFolder(of: recordPath(key))
        try replace(recordPath(key), with: stored.fileBytes)
        // Before the stamps are noted: checkpoints that are outputs too share their inodes, and lose a name here.
        // The result is there; what cannot be removed is left for `gc`.
        do { try files.removeTree(workPath(key)) } catch {}
        try noteStamps(key, outputs, seen)
        return stored
    }

    /// Moves one output into the store, unless a sound file of its digest is there already; and how it looked when it was read.
    private func takeIn(_ path: String, as name: String) throws -> (file: StoredFile, seen: StoreIndex.Seen) {
        // Read-only for those who may read at all.
        let mode = try files.status(path)?.mode ?? 0
        try files.setMode(path, mode & 0o444)
        try letTickPass(path)
        let checked = files.timeOfDay
        guard let (digest, status) = try files.digest(of: path) else { throw FileSystemError(.read, path, code: 2) }
        let file = StoredFile(path: name, digest: digest, size: Int(status.stamp.size))
        let target = objectPath(digest)
        switch try damage(of: file) {
        case nil: return (file, StoreIndex.Seen(stamp: status.stamp, checked: checked))
        case .missing: try makeFolder(of: target)
        case .changed, .unreadable: try setAside(target)
        }
        try files.sync(path)
        try files.rename(path, to: target)
        return (file, StoreIndex.Seen(stamp: status.stamp, checked: checked))
    }

    /// Waits until a large file's last write is a tick of the clock ago, so that its stamp proves its bytes without reading
    /// them again; small files are read again at the next look, which is quicker than waiting.
    private func letTickPass(_ path: String) throws {
        guard let stamp = try files.status(path)?.stamp, stamp.size > Self.smallObject,
            stamp.modified >= files.timeOfDay - StoreIndex.Seen.tick
        else { return }
        Clock.pause(seconds: 1.1e-9 * Double(StoreIndex.Seen.tick))
    }

    /// Notes how the objects look now; one that was written to since it was read, or stood there before, is left to be read again.
    private func noteStamps(_ key: Digest, _ outputs: [StoredFile], _ seen: [StoreIndex.Seen]) throws {
        for (file, seen) in zip(outputs, seen) {
            guard let stamp = try files.status(objectPath(file.digest))?.stamp, stamp.inode == seen.stamp.inode,
                stamp.device == seen.stamp.device, stamp.size == seen.stamp.size, stamp.modified == seen.stamp.modified
            else { continue }
            remember(file.digest, stamp, seen.checked)
        }
    }

    // MARK: - Damage

    /// Moves something damaged to `damaged/`, for people to look at.
    package func setAside(_ path: String) throws {
        let name = path.split(separator: "/").suffix(3).joined(separator: "-")
        try files.makeFolder(folder + "/damaged")
        var target = folder + "/damaged/" + name
        var number = 1
        while try files.status(target, followLinks: false) != nil {
            number += 1
            target = "\(folder)/damaged/\(name).\(number)"
        }
        do { try files.rename(path, to: target) } catch let error as FileSystemError where error.code == 2 {
            // Another process has just done it.
        }
    }

    private func setAsideDamagedRecord(of key: Digest) throws {
        let path = recordPath(key)
        guard try files.status(path, followLinks: false) != nil, try record(key) == nil else { return }
        try setAside(path)
    }
}

// MARK: - Attempts

/// The folders of an attempt at a key.
package struct Attempt: Hashable, Sendable {
    /// The folder that the stage writes its outputs to.
    package var output: String
    /// The folder of what a later attempt can go on from.
    package var checkpoints: String
}

extension Store {
    /// Makes the folders of an attempt: outputs of former attempts go, checkpoints stay unless `afresh`.
    ///
    /// - Parameter lease: that of the key, if the store is shared: what a former holder may still write has another folder.
    func beginAttempt(_ key: Digest, afresh: Bool = false, under lease: Lease? = nil) throws -> Attempt {
        let work = workPath(key)
        if afresh { try files.removeTree(work) } else { try removeOutputs(of: key) }
        var output = work + "/output" + (lease.map { "-\($0.number)" } ?? "")
        // What the system keeps in the folder of a former attempt is no output of this one.
        while try files.status(output) != nil { output += "+" }
        let attempt = Attempt(output: output, checkpoints: work + "/checkpoints")
        try files.makeFolder(attempt.output)
        try files.makeFolder(attempt.checkpoints)
        return attempt
    }

    /// Removes what an attempt that failed has written, but for its checkpoints.
    package func endFailedAttempt(_ key: Digest) throws {
        try removeOutputs(of: key)
        if try files.list(workPath(key) + "/checkpoints").isEmpty { try files.removeTree(workPath(key)) }
    }

    private func removeOutputs(of key: Digest) throws {
        for name in try files.list(workPath(key)) where name.hasPrefix("output") {
            try files.removeTree(workPath(key) + "/" + name)
        }
    }

    /// Writes a file of the user's whole, by a neighbour whose name only this store takes: the lock that the caller holds keeps those
    /// apart that use the store, and not those of another that draw into the same folder.
    ///
    /// What a killed process has left goes with the next one of its store, and else an hour later, by the clock of the folder's
    /// file system.
    /// - Throws: `FileSystemError`; the file at `path` is then as it was.
    func copyOut(_ bytes: [UInt8], to path: String) throws {
        try files.makeFolder(parent(of: path))
        let partial = partial(of: path)
        let prefix = path.split(separator: "/").last.map { $0 + "." } ?? ""
        try files.remove(partial)
        try files.replace(path, with: bytes, by: partial)
        // The file is there; what cannot be cleared away now is cleared away by the next.
        do { try removePartials(named: prefix, in: parent(of: path), before: files.status(path)?.stamp.changed ?? .min) } catch {}
    }

    /// The neighbour of a file of the user's that it is written as first.
    func partial(of path: String) -> String { "\(path).\(Digest.of(Array(files.fullPath(folder).utf8)).short).partial" }

    private func removePartials(named prefix: String, in folder: String, before now: Int64) throws {
        for name in try files.list(folder) where name.hasPrefix(prefix) && name.hasSuffix(".partial") {
            let left = folder + "/" + name
            if let status = try files.status(left), status.stamp.modified < now - 3_600_000_000_000 { try files.remove(left) }
        }
    }

    /// Takes the lock under which results are copied to the user, or gives `nil` where another holds it.
    func lockForPublishing() throws -> FileLock? {
        try makeFolderUnlessReadOnly(folder + "/locks")
        return try FileLock(trying: folder + "/locks/publishing", removes: false, elsewhere: true, in: files)
    }

    /// Takes the lock that keeps `gc` away while a run goes on, or gives `nil` while `gc` is at work.
    package func lockForUse() throws -> FileLock? {
        try makeFolderUnlessReadOnly(folder)
        return try FileLock(trying: folder + "/lock", shared: true, removes: false, elsewhere: true, in: files)
    }

    /// In a store that cannot be written all may be done already; what is to be made there fails by itself.
    private func makeFolderUnlessReadOnly(_ path: String) throws {
        do { try files.makeFolder(path) } catch let error as FileSystemError where error.isRefusal && error.path.hasPrefix(folder)
        {
            if try files.status(folder) == nil { throw error }
        }
    }

    /// The same lock, as soon as `gc` is not at work.
    ///
    /// - Throws: `Cancelled` where the user does not want to wait.
    package func waitForUse(_ cancellation: Cancellation) throws -> FileLock {
        while true {
            if let lock = try lockForUse() { return lock }
            if cancellation.isCancelled { throw Cancelled() }
            Clock.pause(seconds: 0.02)
        }
    }
}
