extension Holdings {
    /// Decides what goes: by age, then by size, the least recently used first; and the objects that nothing names any more.
    mutating func choose(_ rules: CollectionRules, now: Int64) {
        for result in results { for object in result.objects { objects[object]?.uses += 1 } }
        for (digest, object) in objects.sorted(by: { $0.key < $1.key }) where object.uses == 0 { doomObject(digest) }
        found.keptBytes += results.reduce(0) { $0 + $1.bytes } + objects.values.reduce(0) { $0 + $1.bytes }
        results.sort { ($0.used, $0.key) < ($1.used, $1.key) }
        var staying: [Result] = []
        for result in results {
            let isTooMuch = rules.maxBytes.map { found.keptBytes > $0 } ?? false
            if result.standing != .wanted, isTooMuch || rules.expels(result, now) {
                remove(result, now)
            } else {
                staying.append(result)
            }
        }
        results = staying
        found.kept = objects.count
    }

    private mutating func remove(_ result: Result, _ now: Int64) {
        let days = Int(max(0, now - result.used) / CollectionRules.nanoseconds(days: 1))
        var removal = Collected.Removal(key: result.key, title: result.title, bytes: result.bytes, days: days)
        doomed += result.paths
        if result.isCheckpoint { found.leftovers += 1 } else { found.records += 1 }
        found.bytes += result.bytes
        for digest in result.objects.sorted() {
            objects[digest]?.uses -= 1
            guard let object = objects[digest], object.uses == 0 else { continue }
            removal.bytes += object.bytes
            doomObject(digest)
        }
        found.keptBytes -= removal.bytes
        found.removed.append(removal)
    }

    private mutating func doomObject(_ digest: Digest) {
        guard let object = objects.removeValue(forKey: digest) else { return }
        doomed.append(object.path)
        found.objects += 1
        found.bytes += object.bytes
    }
}

extension CollectionRules {
    /// Whether a result that is not wanted goes whatever the size: by its age; or at once, where neither an age nor a size is
    /// given and it is no stage's last.
    fileprivate func expels(_ result: Holdings.Result, _ now: Int64) -> Bool {
        if !result.isCheckpoint, days == nil { return maxBytes == nil && !result.isLast }
        return result.used < now - Self.nanoseconds(days: days ?? Self.defaultDays)
    }

    static func nanoseconds(days: Double) -> Int64 { Int64(min(days, 36_500) * 86_400e9) }
}
