/// All that a store holds, and what of it is to go.
struct Holdings {
    /// A result under a key, or an attempt's checkpoints.
    struct Result {
        var key: Digest
        var title: String
        /// The digests of its files, each once.
        var objects: Set<Digest> = []
        /// The files and folders that are its own, and their size.
        var paths: [String]
        var bytes: Int
        var used: Int64
        /// How it came to stay, or not.
        var standing: CollectionRules.Standing
        /// Whether it is the last result of a stage.
        var isLast = false
        /// A result has files, an attempt has none yet.
        var isCheckpoint: Bool { objects.isEmpty }
    }

    let store: Store
    var found = Collected()
    /// What is removed, in order.
    var doomed: [String] = []
    /// Path and size of every object that stays, and of how many results it is.
    var objects: [Digest: (path: String, bytes: Int, uses: Int)] = [:]
    /// What stays, as far as is decided.
    var results: [Result] = []

    /// Looks at everything; what nobody could need is doomed.
    init(of store: Store, _ rules: CollectionRules) throws {
        self.store = store
        let files = store.files, folder = store.folder
        var lasts: [Digest: [(path: String, name: String, standing: CollectionRules.Standing)]] = [:]
        for name in try files.files(below: folder + "/stages") {
            let path = folder + "/stages/" + name
            let parts = name.split(separator: "/", maxSplits: 1).map(String.init)
            guard parts.count == 2, let bytes = try files.read(path) else { continue }
            // Which result it kept alive is not known any more; so nothing is removed before someone has looked.
            guard let record = StoredRecord(fileBytes: bytes) else { throw PipelineError.damagedRecord("stages/" + name) }
            let standing = rules.standing(parts[0], String(parts[1].dropLast(".json".count)))
            if standing == .forgotten {
                try doomLeftover(path)
            } else {
                lasts[record.record.key, default: []].append((path, String(name.dropLast(".json".count)), standing))
            }
        }
        let oldest = rules.days.map { files.timeOfDay - CollectionRules.nanoseconds(days: $0) } ?? .min
        var used: [Digest: (name: String, standing: CollectionRules.Standing)] = [:]
        for (path, use) in try store.checkoutUses() {
            let standings = use.keys.sorted { $0.key < $1.key }.map { name, key in
                (
                    name: name, key: key,
                    standing: rules.checkoutStanding?(use.root, use.scope, name) ?? rules.standing(use.scope, name)
                )
            }
            if standings.allSatisfy({ $0.standing == .forgotten }) {
                try doomLeftover(path)
            } else {
                found.keptBytes += try size(of: path)
            }
            for (name, key, standing) in standings where standing != .forgotten && used[key]?.standing != .wanted {
                used[key] = ("\(use.scope)/\(name) of \(use.root)", standing)
            }
        }
        for (path, name) in try store.shards("objects") {
            if let digest = Digest(hex: name) { objects[digest] = (path, try size(of: path), 0) } else { try doomLeftover(path) }
        }
        for (path, name) in try store.shards("records") {
            guard let key = Digest(hex: name), let record = try store.record(key), let status = try files.status(path) else {
                found.records += 1
                try doom(path)
                continue
            }
            let stages = lasts.removeValue(forKey: key) ?? []
            // What a checkout has used lapses, like all that no profile needs here, when nobody has used it for so long.
            let isPinned = used[key]?.standing == .wanted && status.stamp.modified >= oldest
            let isWanted = rules.needed.contains(key) || isPinned || stages.contains { $0.standing == .wanted }
            var result = Result(
                key: key,
                title: stages.isEmpty ? used[key]?.name ?? record.record.kind : stages.map(\.name).joined(separator: ", "),
                objects: Set(record.outputs.map(\.digest)), paths: stages.map(\.path) + [path], bytes: Int(status.stamp.size),
                used: status.stamp.modified, standing: isWanted ? .wanted : .spare, isLast: !stages.isEmpty || used[key] != nil)
            for stage in stages { result.bytes += try size(of: stage.path) }
            results.append(result)
        }
        // Of results that are gone; they tell what changed since, and how long it took.
        for stage in lasts.values.joined() { found.keptBytes += try size(of: stage.path) }
        try lookAtLeftovers(rules)
    }

    /// What attempts have left behind: checkpoints may be gone on from, the rest goes.
    private mutating func lookAtLeftovers(_ rules: CollectionRules) throws {
        let files = store.files, folder = store.folder
        let finished = Set(results.map(\.key))
        for name in try files.list(folder + "/work") {
            let path = folder + "/work/" + name
            guard let key = Digest(hex: name), !finished.contains(key), let last = try files.status(path + "/checkpoints") else {
                try doomLeftover(path)
                continue
            }
            results.append(
                Result(
                    key: key, title: "checkpoints", paths: [path], bytes: try size(of: path), used: last.stamp.modified,
                    standing: rules.needed.contains(key) ? .wanted : .spare))
        }
        // The lease of the queue stays: nothing else tells how high its numbers have come.
        for kind in ["temporary", "locks", "leases"] + rules.leftovers {
            for name in try files.list("\(folder)/\(kind)") where kind != "leases" || Digest(hex: name) != nil {
                try doomLeftover("\(folder)/\(kind)/\(name)")
            }
        }
        let keys = Set(results.map(\.key))
        for name in try files.list(folder + "/logs") {
            let path = folder + "/logs/" + name
            if let key = Digest(hex: name.dropLast(".log".count)), keys.contains(key),
                let i = results.firstIndex(where: { $0.key == key })
            {
                results[i].paths.append(path)
                results[i].bytes += try size(of: path)
            } else {
                try doomLeftover(path)
            }
        }
        let oldest = files.timeOfDay - CollectionRules.nanoseconds(days: rules.days ?? CollectionRules.defaultDays)
        for name in try files.list(folder + "/damaged") {
            let path = folder + "/damaged/" + name
            if let status = try files.status(path, followLinks: false), status.stamp.changed < oldest {
                try doomLeftover(path)
            } else {
                found.keptBytes += try size(of: path)
            }
        }
    }

    private mutating func doomLeftover(_ path: String) throws {
        found.leftovers += 1
        try doom(path)
    }

    private mutating func doom(_ path: String) throws {
        doomed.append(path)
        found.bytes += try size(of: path)
    }

    private func size(of path: String) throws -> Int {
        let files = store.files
        guard let status = try files.status(path, followLinks: false) else { return 0 }
        if status.nature != .folder { return Int(status.stamp.size) }
        return try files.files(below: path).reduce(0) {
            $0 + Int(try files.status(path + "/" + $1, followLinks: false)?.stamp.size ?? 0)
        }
    }
}
