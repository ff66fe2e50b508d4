import Platform

/// What is wrong with something in the store.
package enum Damage: Hashable, Sendable, CustomStringConvertible {
    /// A file that a record names is gone.
    case missing
    /// A file's bytes are not those of its digest.
    case changed
    /// A record cannot be read, or stands under another's key.
    case unreadable

    /// The damage in words.
    package var description: String {
        switch self {
        case .missing: "missing"
        case .changed: "other bytes than recorded"
        case .unreadable: "not a record of its key"
        }
    }
}

/// What the store holds under a key.
package enum Lookup: Hashable, Sendable {
    case found([StoredFile])
    case absent
    /// There is a record, but it or a file of it is damaged.
    case damaged(path: String, Damage)
}

extension Store {
    /// Objects up to this size are read again where the clock's tick leaves any doubt; larger ones only where an edit could
    /// hide without a forged time, since reading them all once more would cost more than it is worth.
    static let smallObject = 1 << 18

    /// What is under a key, every file of it checked. Files that an archive has left out may be missing; `holds` says whether they are.
    ///
    /// Cost: one look at each file where the index knows it, one reading of those that it does not.
    package func lookup(_ key: Digest) throws -> Lookup {
        let path = recordPath(key)
        guard let status = try files.status(path) else { return .absent }
        let known = index.withLock { $0.records[key] }
        let outputs: [StoredFile]
        if let known, known.seen.stamp == status.stamp, known.seen.isTrusted {
            outputs = known.outputs
        } else {
            let checked = files.timeOfDay
            guard let bytes = try files.read(path) else { return .absent }
            guard let record = StoredRecord(fileBytes: bytes), record.record.key == key else {
                return .damaged(path: path, .unreadable)
            }
            outputs = record.outputs
            remember(key, status.stamp, checked, outputs)
        }
        for file in outputs {
            guard let damage = try damage(of: file), damage != .missing || !file.isLeftOut else { continue }
            return .damaged(path: objectPath(file.digest), damage)
        }
        return .found(outputs)
    }

    /// Whether files of a result that was found are all here: an archive that it came with may have left some out.
    package func holds(_ files: [StoredFile]) throws -> Bool {
        try files.allSatisfy { try !$0.isLeftOut || damage(of: $0) == nil }
    }

    /// What is wrong with a stored file, or `nil` where it is sound.
    func damage(of file: StoredFile) throws -> Damage? {
        let path = objectPath(file.digest)
        guard let status = try files.status(path, followLinks: false) else { return .missing }
        guard status.nature == .file, status.stamp.size == file.size else { return .changed }
        if let seen = index.withLock({ $0.objects[file.digest] }), seen.stamp == status.stamp,
            seen.isTrusted || (file.size > Self.smallObject && seen.isTrustedButForForgery)
        {
            return nil
        }
        let checked = files.timeOfDay
        guard let found = try files.digest(of: path) else { return .missing }
        guard found.digest == file.digest else { return .changed }
        remember(file.digest, found.status.stamp, checked)
        return nil
    }

    /// The full path of the object with a digest, or `nil` where there is none that is sound.
    func soundObject(_ digest: Digest) -> String? {
        let path = objectPath(digest)
        do {
            guard let found = try files.digest(of: path), found.digest == digest else { return nil }
            return path
        } catch {
            // It is only one place among others to take a file from.
            return nil
        }
    }

    /// The whole record under a key, or `nil` where there is none that can be read.
    package func record(_ key: Digest) throws -> StoredRecord? {
        guard let bytes = try files.read(recordPath(key)), let record = StoredRecord(fileBytes: bytes),
            record.record.key == key
        else { return nil }
        return record
    }

    /// The full path of a stored file.
    package func path(of file: StoredFile) -> String { objectPath(file.digest) }

    /// The digest of a file of the user's and its stamp, or `nil` where there is none; read only where its stamp is new.
    package func digest(ofUserFile path: String) throws -> (digest: Digest, stamp: FileStamp)? {
        guard let status = try files.status(path) else { return nil }
        if let known = index.withLock({ $0.files[path] }), known.seen.stamp == status.stamp, known.seen.isTrusted {
            return (known.digest, known.seen.stamp)
        }
        let checked = files.timeOfDay
        guard let (digest, status) = try files.digest(of: path) else { return nil }
        index.withLock {
            $0.files[path] = (StoreIndex.Seen(stamp: status.stamp, checked: checked), digest)
            $0.isDirty = true
        }
        return (digest, status.stamp)
    }

    func remember(_ digest: Digest, _ stamp: FileStamp, _ checked: Int64) {
        index.withLock {
            $0.objects[digest] = StoreIndex.Seen(stamp: stamp, checked: checked)
            $0.isDirty = true
        }
    }

    func remember(_ key: Digest, _ stamp: FileStamp, _ checked: Int64, _ outputs: [StoredFile]) {
        index.withLock {
            $0.records[key] = StoreIndex.Record(seen: StoreIndex.Seen(stamp: stamp, checked: checked), outputs: outputs)
            $0.isDirty = true
        }
    }
}

// MARK: - Last runs

extension Store {
    /// How a stage is remembered to have last ended, without a look at the disk; for estimates.
    func rememberedRun(scope: String, stage: String) throws -> LastRun? {
        if let known = index.withLock({ $0.runs[scope + "/" + stage] }) { return known.run }
        return try lastRun(scope: scope, stage: stage)
    }

    /// How a stage last ended, or `nil` where it never did or its last record is damaged.
    package func lastRun(scope: String, stage: String) throws -> LastRun? {
        guard let status = try files.status(stagePath(scope, stage)) else { return nil }
        if let known = index.withLock({ $0.runs[scope + "/" + stage] }), known.stamp == status.stamp { return known.run }
        guard let record = try lastRecord(scope: scope, stage: stage) else { return nil }
        return remember(record, scope, stage, status.stamp)
    }

    @discardableResult
    private func remember(_ record: StoredRecord, _ scope: String, _ stage: String, _ stamp: FileStamp) -> LastRun {
        let run = LastRun(
            key: record.record.key, kind: record.record.kind, seconds: record.seconds, cost: record.cost, device: record.device)
        index.withLock {
            $0.runs[scope + "/" + stage] = (stamp, run)
            $0.isDirty = true
        }
        return run
    }

    /// The record with which a stage last ended, or `nil` where there is none that can be read.
    package func lastRecord(scope: String, stage: String) throws -> StoredRecord? {
        try files.read(stagePath(scope, stage), isSteady: false).flatMap { StoredRecord(fileBytes: $0) }
    }

    /// Notes that a stage ended with the result under `record`'s key.
    package func setLastRecord(scope: String, stage: String, _ record: StoredRecord) throws {
        // Of a store that cannot be written, results are used all the same.
        do { try writeLastRecord(scope: scope, stage: stage, record) } catch let error as FileSystemError where error.isRefusal {}
    }

    private func writeLastRecord(scope: String, stage: String, _ record: StoredRecord) throws {
        let path = stagePath(scope, stage)
        try files.makeFolder(parent(of: path))
        if try files.status(path, followLinks: false) != nil, try lastRecord(scope: scope, stage: stage) == nil {
            try setAside(path)
        }
        // Not brought to the disk: what a power cut takes is written again when the stage is next reused.
        try replace(path, with: record.fileBytes, sync: false)
        if let status = try files.status(path) { remember(record, scope, stage, status.stamp) }
    }

    /// Which stages are taken to be equally fast for their cost: on the processor all of a kind; on a device, where small kernels take
    /// longer than their operations, those that differ in the last part of their names alone.
    struct RateName: Hashable, Sendable {
        private var stages: String
        private var device: String?

        /// - Parameter path: the stage's name after its scope and `/`.
        init(_ path: String, kind: String, device: String?) {
            (stages, self.device) = (device == nil ? kind : parent(of: path), device)
        }
    }

    /// Seconds a unit of cost over all stages that ended; what none did is not there.
    func secondsPerCost() -> [RateName: Double] {
        var sums: [RateName: (seconds: Double, cost: Double)] = [:]
        let runs = index.withLock { $0.runs.sorted { $0.key < $1.key } }
        for (path, (_, run)) in runs where run.cost > 0 {
            let name = RateName(path, kind: run.kind, device: run.device)
            sums[name, default: (0, 0)].seconds += run.seconds
            sums[name, default: (0, 0)].cost += run.cost
        }
        return sums.mapValues { $0.seconds / $0.cost }
    }
}
