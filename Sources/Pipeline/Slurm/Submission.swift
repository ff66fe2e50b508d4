import Formats

/// An array of jobs as the store remembers it: written before `sbatch` is called, so that no job is ever unknown.
struct Submission: Hashable, Sendable {
    /// A stage of the array.
    struct Task: Hashable, Sendable {
        /// What its worker is called with.
        var ticket: Digest
        var stage: String
        /// Which attempt at the stage it is, from 1 on, counted anew after one that left a further checkpoint.
        var attempt: Int
        /// How many checkpoints there were before it.
        var checkpoints: Int
        /// Whether nobody waits for it any more: its end is known and was told, or another attempt has taken its place.
        var isSettled = false
    }

    /// In the job's name and comment: by it a restarted controller knows its jobs again.
    var token: String
    /// Slurm's number of the array; `nil` until its reply came.
    var job: String?
    /// The tasks by their index in the array; none for the job that ends a detached run.
    var tasks: [Task]
    /// Megabytes for each task.
    var memory: Int
    /// Nodes that failed.
    var excluded: [String] = []
    /// Nanoseconds since 1970.
    var created: Int64
    /// When the user wanted it no more.
    var cancelled: Int64?

    /// What all jobs of a store are named with.
    static let prefix = "samedge-"
    var name: String { Self.prefix + token }
    /// The most tasks of an array; Slurm's own limit is 1001 unless it was changed.
    static let largest = 500

    /// The members of each group in arrays that Slurm takes, the groups in the order of their names.
    static func arrays<Member>(_ groups: [[String]: [Member]]) -> [[Member]] {
        groups.sorted { $0.key.lexicographicallyPrecedes($1.key) }.flatMap { _, members in
            stride(from: 0, to: members.count, by: largest).map { Array(members[$0..<min($0 + largest, members.count)]) }
        }
    }

    /// Slurm's number of a task, once it is known.
    func job(of index: Int) -> String? { job.map { tasks.isEmpty ? $0 : "\($0)_\(index)" } }
}

extension Submission {
    var json: JSON {
        [
            "token": .string(token), "job": job.map { .string($0) } ?? .null, "memory": JSON(memory),
            "excluded": .array(excluded.map { .string($0) }), "created": .string("\(created)"),
            "cancelled": cancelled.map { .string("\($0)") } ?? .null,
            "tasks": .array(
                tasks.map {
                    [
                        "ticket": .string($0.ticket.hex), "stage": .string($0.stage), "attempt": JSON($0.attempt),
                        "checkpoints": JSON($0.checkpoints), "settled": .bool($0.isSettled),
                    ]
                }),
        ]
    }

    init?(json: JSON) {
        guard let token = json["token"]?.stringValue, let memory = json["memory"]?.integerValue,
            let created = json["created"]?.stringValue.flatMap({ Int64($0) }), let tasks = json["tasks"]?.arrayValue
        else { return nil }
        (self.token, self.memory, self.created) = (token, memory, created)
        cancelled = json["cancelled"]?.stringValue.flatMap { Int64($0) }
        job = json["job"]?.stringValue
        excluded = json["excluded"]?.arrayValue?.compactMap(\.stringValue) ?? []
        self.tasks = []
        for item in tasks {
            guard let ticket = item["ticket"]?.stringValue.flatMap({ Digest(hex: $0) }), let stage = item["stage"]?.stringValue,
                let attempt = item["attempt"]?.integerValue, let checkpoints = item["checkpoints"]?.integerValue,
                let isSettled = item["settled"]?.boolValue
            else { return nil }
            self.tasks.append(
                Task(ticket: ticket, stage: stage, attempt: attempt, checkpoints: checkpoints, isSettled: isSettled))
        }
    }
}
