/// What a check of the whole store found.
package struct StoreCheck: Hashable, Sendable {
    /// Something damaged, and what is wrong with it.
    package struct Finding: Hashable, Sendable {
        /// The damaged file, with the store's folder.
        package var path: String
        /// What is wrong with it.
        package var damage: Damage
    }

    /// How many files of results were read.
    package var objects = 0
    /// How many records of finished stages were read.
    package var records = 0
    /// How many bytes the files of results have.
    package var bytes = 0
    /// How many files are not here because the archives that their results came with left them out.
    package var leftOut = 0
    /// What is damaged.
    package var findings: [Finding] = []
    /// The stages, each after its scope and `/`, whose last result is no longer whole: what runs anew when it is wanted.
    package var stages: [String] = []

    /// A check that has read nothing yet.
    package init() {}
}

extension Store {
    /// Reads every object and record, and sets what is damaged aside; the stages concerned run anew when they are wanted.
    ///
    /// Cost: one pass over all bytes of the store.
    ///
    /// - Parameter repairs: whether damaged files are moved to `damaged/`, or only named.
    package func check(repairs: Bool = true, progress: (String) -> Void = { _ in }) throws -> StoreCheck {
        var check = StoreCheck()
        func note(_ path: String, _ damage: Damage) throws {
            check.findings.append(StoreCheck.Finding(path: path, damage: damage))
            if repairs, damage != .missing { try setAside(path) }
        }
        var lost: Set<Digest> = [], leftOut: Set<Digest> = []
        for (path, name) in try shards("objects") {
            progress(path)
            check.objects += 1
            let checked = files.timeOfDay
            guard let found = try files.digest(of: path) else { continue }
            check.bytes += Int(found.status.stamp.size)
            if Digest(hex: name) == found.digest {
                remember(found.digest, found.status.stamp, checked)
            } else {
                if let digest = Digest(hex: name) { lost.insert(digest) }
                index.withLock { index in
                    if let digest = Digest(hex: name) { index.objects[digest] = nil }
                    index.isDirty = true
                }
                try note(path, .changed)
            }
        }
        for (path, name) in try shards("records") {
            check.records += 1
            guard let bytes = try files.read(path) else { continue }
            guard let record = StoredRecord(fileBytes: bytes), record.record.key.hex == name else {
                try note(path, .unreadable)
                continue
            }
            for file in record.outputs where !lost.contains(file.digest) {
                guard try files.status(objectPath(file.digest)) == nil else { continue }
                if file.isLeftOut {
                    leftOut.insert(file.digest)
                    continue
                }
                lost.insert(file.digest)
                try note(objectPath(file.digest), .missing)
            }
        }
        check.leftOut = leftOut.subtracting(lost).count
        for path in try files.files(below: folder + "/stages") {
            let full = folder + "/stages/" + path
            guard let bytes = try files.read(full) else { continue }
            guard let last = StoredRecord(fileBytes: bytes) else {
                try note(full, .unreadable)
                continue
            }
            if try record(last.record.key) == nil || last.outputs.contains(where: { lost.contains($0.digest) }) {
                check.stages.append(String(path.dropLast(".json".count)))
            }
        }
        return check
    }

    /// The files of `objects` or `records`: full path, and the digest that the path spells.
    func shards(_ kind: String) throws -> [(path: String, name: String)] {
        try files.files(below: folder + "/" + kind).map {
            (folder + "/" + kind + "/" + $0, String($0.filter { $0 != "/" }))
        }
    }
}
