/// The control groups of a process, of version 1 or 2, and those above them as far as they show: what limits it.
struct ControlGroups {
    /// The folders of the groups that limit the processors, and the memory.
    private let processors, memory: (old: [String], new: [String])
    private let read: (String) -> String?

    /// Those of this process.
    static var current: ControlGroups {
        ControlGroups(groups: systemText("/proc/self/cgroup") ?? "", mounts: systemText("/proc/self/mountinfo") ?? "", systemText)
    }

    /// - Parameters:
    ///   - groups: the text of `/proc/self/cgroup`.
    ///   - mounts: the text of `/proc/self/mountinfo`.
    ///   - read: gives the text of a file, where there is one.
    init(groups: String, mounts: String, _ read: @escaping (String) -> String?) {
        let groups = groups.split(separator: "\n").map {
            $0.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
        }
        .filter { $0.count == 3 }
        func folders(_ controller: String) -> (old: [String], new: [String]) {
            let old = groups.first { $0[1].split(separator: ",").contains { $0 == controller } }
            let new = groups.first { $0[0] == "0" && $0[1].isEmpty }
            return (
                old.map { Self.folders(String($0[2]), mounts, type: "cgroup", controller) } ?? [],
                new.map { Self.folders(String($0[2]), mounts, type: "cgroup2", nil) } ?? []
            )
        }
        (processors, memory, self.read) = (folders("cpu"), folders("memory"), read)
    }

    /// Quota and period of each group that has them, `max` for no quota.
    var processorLimits: [String] {
        processors.new.compactMap { read($0 + "/cpu.max") }
            + processors.old.compactMap { folder in
                guard let quota = read(folder + "/cpu.cfs_quota_us"), let period = read(folder + "/cpu.cfs_period_us") else {
                    return nil
                }
                return "\(quota) \(period)"
            }
    }

    /// Bytes, without the white space around them; `max` for all.
    var memoryLimits: [String] {
        (memory.new.compactMap { read($0 + "/memory.max") } + memory.old.compactMap { read($0 + "/memory.limit_in_bytes") })
            .map { String($0.filter { !$0.isWhitespace }) }
    }

    /// The folder of a group and those above it, below the place at which its hierarchy is mounted.
    private static func folders(_ group: String, _ mounts: String, type: String, _ controller: String?) -> [String] {
        for line in mounts.split(separator: "\n") {
            // Six words and more, a dash, then the type, the source and the options of the file system.
            let words = line.split(separator: " ")
            guard let dash = words.firstIndex(of: "-"), dash >= 5, words.count > dash + 3, words[dash + 1] == type else {
                continue
            }
            if let controller, !words[dash + 3].split(separator: ",").contains(Substring(controller)) { continue }
            let root = String(words[3]), place = String(words[4])
            // In a container the mount shows the group itself, whatever it is called outside.
            let rest = root == "/" ? group : group.hasPrefix(root) ? String(group.dropFirst(root.count)) : ""
            var folders = [place]
            for name in rest.split(separator: "/") where name != ".." { folders.append(folders[folders.count - 1] + "/" + name) }
            return folders
        }
        return []
    }

    /// What the system says in one of its own files; `nil` where it says nothing, which limits nothing.
    private static func systemText(_ path: String) -> String? {
        do { return try FileSystem().readUnsized(path, limit: 1 << 16).map { String(decoding: $0, as: UTF8.self) } } catch {
            return nil
        }
    }
}
