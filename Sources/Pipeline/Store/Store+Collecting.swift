import Platform

extension Store {
    /// Removes results that nothing needs any more, and what attempts have left behind.
    ///
    /// While a run uses the store there is no collection, and the other way round.
    ///
    /// - Parameters:
    ///   - isDry: whether to count only.
    ///   - isAwaited: asked once no run can begin any more; whether something outside is going to use the store.
    /// - Returns: `nil` where a run uses the store, or something is going to.
    /// - Throws: `PipelineError.damagedRecord` where it cannot be known what a stage's last record keeps alive.
    package func collect(
        _ rules: CollectionRules = CollectionRules(), isDry: Bool = false, isAwaited: () throws -> Bool = { false }
    ) throws -> Collected? {
        guard try files.status(folder) != nil else { return Collected() }
        guard let lock = try FileLock(trying: folder + "/lock", removes: false, in: files) else { return nil }
        let result = Result { try isAwaited() || isLeasedElsewhere() ? nil : collectLocked(rules, isDry) }
        lock.release()
        return try result.get()
    }

    private func collectLocked(_ rules: CollectionRules, _ isDry: Bool) throws -> Collected {
        var holdings = try Holdings(of: self, rules)
        holdings.choose(rules, now: files.timeOfDay)
        if !isDry {
            // Records before what they name, so that a kill leaves no record of what is gone.
            for path in holdings.doomed { try files.removeTree(path) }
            let (objects, records) = (Set(holdings.objects.keys), Set(holdings.results.map(\.key)))
            index.withLock { index in
                index.objects = index.objects.filter { objects.contains($0.key) }
                index.records = index.records.filter { records.contains($0.key) }
                index.isDirty = true
            }
        }
        return holdings.found
    }

    /// Notes that a result was used, once a day, for collections that remove the least recently used first.
    ///
    /// The time is that of the record's modification. Where it cannot be set, in a store that is another's, nothing is lost
    /// but the order.
    func noteUse(of key: Digest) {
        guard let last = index.withLock({ $0.records[key]?.seen.stamp.modified }),
            last < files.timeOfDay - CollectionRules.nanoseconds(days: 1)
        else { return }
        do { try files.touch(recordPath(key)) } catch {}
    }
}
