/// What a collection removed, or would remove.
package struct Collection: Hashable, Sendable {
    package var objects = 0
    package var records = 0
    /// Attempts, logs and temporary files that nothing needs.
    package var leftovers = 0
    package var bytes = 0
    /// What stays.
    package var kept = 0
    package var keptBytes = 0

    package init() {}
}

extension Store {
    /// Removes every result that is no stage's last one, and what attempts have left behind.
    ///
    /// Results stay that were the last of a stage under any scope, and so do checkpoints of unfinished attempts that the
    /// last `days` saw. While a run uses the store there is no collection, and the other way round.
    ///
    /// - Parameters:
    ///   - isDry: whether to count only.
    ///   - days: the age in days from which the checkpoints of an attempt that never ended are removed.
    ///   - forgetting: says of a scope and a stage whether its last result is no longer wanted.
    /// - Returns: `nil` where a run or a job uses the store.
    package func collect(
        isDry: Bool, days: Double = 14, forgetting: (_ scope: String, _ stage: String) -> Bool = { _, _ in false }
    ) throws -> Collection? {
        guard try files.status(folder) != nil else { return Collection() }
        guard let lock = try FileLock(trying: folder + "/lock", removes: false, in: files) else { return nil }
        let result = Result { try hasOpenJobs() || isLeasedElsewhere() ? nil : collectLocked(isDry, days, forgetting) }
        lock.release()
        return try result.get()
    }

    private func collectLocked(_ isDry: Bool, _ days: Double, _ forgetting: (String, String) -> Bool) throws -> Collection {
        var found = Collection()
        func remove(_ path: String, _ count: WritableKeyPath<Collection, Int>) throws {
            found[keyPath: count] += 1
            found.bytes += try size(of: path)
            if !isDry { try files.removeTree(path) }
        }
        var live: Set<Digest> = []
        for path in try files.files(below: folder + "/stages") {
            let parts = path.split(separator: "/", maxSplits: 1).map(String.init)
            guard parts.count == 2, let bytes = try files.read(folder + "/stages/" + path) else { continue }
            // Which result it kept alive is not known any more; so nothing is removed before someone has looked.
            guard let record = StoredRecord(fileBytes: bytes) else { throw PipelineError.damagedRecord("stages/" + path) }
            if forgetting(parts[0], String(parts[1].dropLast(".json".count))) {
                try remove(folder + "/stages/" + path, \.leftovers)
            } else {
                live.insert(record.record.key)
            }
        }
        var objects: Set<Digest> = []
        for (path, name) in try shards("records") {
            if let key = Digest(hex: name), live.contains(key), let record = try record(key) {
                objects.formUnion(record.outputs.map(\.digest))
            } else {
                try remove(path, \.records)
            }
        }
        for (path, name) in try shards("objects") {
            if let digest = Digest(hex: name), objects.contains(digest) {
                found.kept += 1
                found.keptBytes += try size(of: path)
            } else {
                try remove(path, \.objects)
            }
        }
        try collectLeftovers(live, days, remove)
        if !isDry {
            index.withLock { index in
                index = StoreIndex()
                index.isDirty = true
            }
            try files.remove(folder + "/index")
        }
        return found
    }

    private func collectLeftovers(
        _ live: Set<Digest>, _ days: Double, _ remove: (String, WritableKeyPath<Collection, Int>) throws -> Void
    ) throws {
        let oldest = files.timeOfDay - Int64(min(days, 36_500) * 86_400e9)
        for name in try files.list(folder + "/work") {
            let path = folder + "/work/" + name
            guard let key = Digest(hex: name) else {
                try remove(path, \.leftovers)
                continue
            }
            let last = try files.status(path + "/checkpoints")?.stamp.modified ?? .min
            if try record(key) != nil || last < oldest { try remove(path, \.leftovers) }
        }
        for name in try files.list(folder + "/temporary") { try remove(folder + "/temporary/" + name, \.leftovers) }
        for name in try files.list(slurmFolder + "/tickets") { try remove(slurmFolder + "/tickets/" + name, \.leftovers) }
        for name in try files.list(folder + "/leases") where Digest(hex: name) != nil { try remove(folder + "/leases/" + name, \.leftovers) }
        for name in try files.list(folder + "/locks") { try remove(folder + "/locks/" + name, \.leftovers) }
        for name in try files.list(folder + "/logs") {
            let key = Digest(hex: name.dropLast(".log".count))
            if let key, live.contains(key) { continue }
            if let key, try files.status(workPath(key)) != nil { continue }
            try remove(folder + "/logs/" + name, \.leftovers)
        }
    }

    private func size(of path: String) throws -> Int {
        guard let status = try files.status(path, followLinks: false) else { return 0 }
        if status.nature != .folder { return Int(status.stamp.size) }
        return try files.files(below: path).reduce(0) {
            $0 + Int(try files.status(path + "/" + $1, followLinks: false)?.stamp.size ?? 0)
        }
    }
}
