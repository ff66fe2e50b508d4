import Pipeline
import Platform

/// An array of jobs as the store remembers it: written before it is submitted, so that no job is ever unknown.
struct Submission: Hashable, Codable, Sendable {
    /// A stage of the array.
    struct Task: Hashable, Codable, Sendable {
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

    /// In the jobs' name: by it a restarted controller knows its jobs again.
    var token: String
    /// The name of the scheduler that has it.
    var scheduler: String
    /// The scheduler's number of the array; `nil` until its reply came.
    var job: String?
    /// The tasks by their index in the array; none for the job that ends a detached run.
    var tasks: [Task]
    /// Megabytes for each task.
    var memory: Int
    /// Nodes that failed.
    var excluded: [String] = []
    /// Seconds since 1970.
    var created: Double
    /// Whether the user wants it no more.
    var isCancelled = false

    /// The scheduler's number of a task, once it is known.
    func job(of index: Int) -> String? { job.map { tasks.isEmpty ? $0 : "\($0)_\(index)" } }
}

/// What stages have in common that become jobs of one array.
struct JobArray: Hashable {
    var kind: String
    /// The folder of the stages' names.
    var group: String
    /// Megabytes for each.
    var memory: Int
    /// Nodes that they are not to run on.
    var excluded: [String] = []
    /// How many jobs lie before each.
    var level = 0

    init(_ stage: String, kind: String, memory: Int, excluded: [String] = [], level: Int = 0) {
        let folder = parent(of: stage)
        group = folder == "." ? stage : folder
        (self.kind, self.memory, self.excluded, self.level) = (kind, memory, excluded, level)
    }

    private var order: [String] { ["\(1000 + level)", kind, group, "\(memory)"] + excluded }

    /// The stages of each array in the order of their names, the arrays in the order in which they are submitted.
    ///
    /// - Parameter largest: the most jobs of one array.
    static func split<Member>(
        _ members: [(array: JobArray, stage: String, member: Member)], largest: Int
    ) -> [(array: JobArray, members: [Member])] {
        Dictionary(grouping: members, by: \.array).sorted { $0.key.order.lexicographicallyPrecedes($1.key.order) }
            .flatMap { array, members in
                let sorted = members.sorted { $0.stage < $1.stage }.map(\.member)
                return stride(from: 0, to: sorted.count, by: largest).map { (array, Array(sorted[$0...].prefix(largest))) }
            }
    }
}
