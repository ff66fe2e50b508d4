extension Trouble {
    /// What Slurm's programs answer, over its versions, and whether that lasts; the first line that fits counts. By the table of
    /// errors in Slurm's sources (slurm_errno.c) and what its programs say of their own.
    private static let answers: [(words: String, kind: Kind)] = [
        // A limit on how many jobs there may be passes with the jobs; one on a job's size or time does not.
        ("submitjob", .passing), ("maxjobcount", .passing), ("perjob", .permanent), ("maxwallduration", .permanent),
        // The controller is busy, restarts, or is not reached.
        ("unable to contact slurm controller", .passing), ("temporar", .passing), ("timed out", .passing),
        ("timeout", .passing), ("connection", .passing), ("zero bytes were transmitted", .passing),
        ("unexpected message received", .passing), ("message send failure", .passing), ("message receive failure", .passing),
        ("communication shutdown failure", .passing), ("standby mode", .passing), ("shutting down", .passing),
        ("rate limit", .passing), ("try again", .passing), ("retry", .passing), ("no route to host", .passing),
        ("network is unreachable", .passing), ("system submissions disabled", .passing), ("presently disabled", .passing),
        // What was asked for is busy or down now.
        ("requested partition configuration not available now", .passing), ("partition not available (inactive", .passing),
        ("partition in down state", .passing), ("nodes are busy", .passing), ("node not available (down", .passing),
        ("not usable now", .passing), ("currently unavailable", .passing), ("i/o error writing script", .passing),
        // It will never be had.
        ("requested time limit is invalid", .permanent), ("node configuration is not available", .permanent),
        ("memory required by task is not available", .permanent), ("memory specification can not be satisfied", .permanent),
        ("more processors requested than permitted", .permanent), ("not in this partition", .permanent),
        ("no partition specified", .permanent), ("not permitted", .permanent), ("permission denied", .permanent),
        ("access denied", .permanent), ("count specification invalid", .permanent), ("dependency problem", .permanent),
        ("too long", .permanent), ("too big", .permanent), ("not supported", .permanent), ("unsupported", .permanent),
        ("incompatible versions", .permanent), ("invalid user id", .permanent), ("unrecognized option", .permanent),
        ("unrecognised option", .permanent), ("invalid option", .permanent), ("requires an argument", .permanent),
        ("doesn't allow an argument", .permanent), ("unknown option", .permanent), ("is ambiguous", .permanent),
        ("is invalid", .permanent), ("no such file", .permanent), ("batch script", .permanent),
        // Not of credentials, jobs or nodes, which come and go.
        ("invalid account", .permanent), ("invalid qos", .permanent), ("invalid partition", .permanent),
        ("invalid feature", .permanent), ("invalid job array", .permanent), ("invalid generic resource", .permanent),
        ("invalid gres", .permanent), ("invalid license", .permanent), ("invalid wckey", .permanent),
        ("invalid trackable resource", .permanent), ("invalid node name", .permanent), ("invalid time", .permanent),
        ("invalid --", .permanent), ("invalid numeric", .permanent), ("invalid group id", .permanent),
    ]

    /// What an answer of Slurm's means; `unknown` where the table does not have it.
    init(slurm words: String) {
        let text = words.lowercased()
        self.init(kind: Self.answers.first { text.contains($0.words) }?.kind ?? .unknown, description: words)
    }
}

extension JobState {
    /// Reads a state as `squeue` and `sacct` write it: `RUNNING`, `CANCELLED by 1000`, `OUT_OF_MEMORY`.
    ///
    /// - Returns: `nil` for a state that is none of Slurm's; nothing may be concluded from it.
    init?(slurm text: some StringProtocol, node: some StringProtocol, reason: some StringProtocol) {
        switch String(text.prefix { $0 != " " && $0 != "+" }) {
        case "PENDING", "CONFIGURING", "REQUEUED", "REQUEUE_FED", "REQUEUE_HOLD", "SPECIAL_EXIT", "RESV_DEL_HOLD":
            self = .waiting(String(reason), forEver: reason.contains("held") || reason.contains("Never"))
        case "RUNNING", "COMPLETING", "SUSPENDED", "STOPPED", "SIGNALING", "STAGE_OUT", "RESIZING": self = .running
        case "COMPLETED": self = .ended(.completed)
        case "FAILED": self = .ended(.failed)
        case "CANCELLED", "REVOKED": self = .ended(.cancelled)
        case "TIMEOUT", "DEADLINE": self = .ended(.timedOut)
        case "PREEMPTED": self = .ended(.preempted)
        case "OUT_OF_MEMORY": self = .ended(.outOfMemory)
        case "NODE_FAIL", "BOOT_FAIL": self = .ended(.nodeFailed(String(node)))
        default: return nil
        }
    }
}

extension Slurm {
    /// Reads lines of a job's number, state, node and reason, then its comment and its name, either of which a site may change.
    static func read(_ text: String) -> [JobName: KnownJob] {
        var found: [JobName: KnownJob] = [:]
        for line in text.split(whereSeparator: \.isNewline) {
            let fields = line.split(separator: "|", omittingEmptySubsequences: false)
            guard fields.count > 4, let name = fields[4...].first(where: { $0.hasPrefix(JobName.prefix) }) else { continue }
            let parts = fields[0].split(separator: "_")
            guard let number = parts.first, number.allSatisfy(\.isNumber) else { continue }
            let job = JobName(
                token: String(name.dropFirst(JobName.prefix.count)), index: parts.count > 1 ? Int(parts[1]) ?? 0 : 0)
            found[job] = KnownJob(
                number: String(number), state: JobState(slurm: fields[1], node: fields[2], reason: fields[3]))
        }
        return found
    }
}
