import Formats

/// What a training has written so far: the log, the snapshots, and a list of their digests.
///
/// Order makes it safe to be killed anywhere: first the log up to a step, then the step's snapshot, then the list that
/// names both. What the list does not name, or names with another digest, does not count.
struct Journal {
    static let logName = "training.tsv"
    static let listName = "checkpoints.json"
    static let outcomeName = "outcome.json"

    /// The steps with a snapshot.
    private(set) var steps: [Int] = []
    /// The last whole snapshot's step and bytes, where there is one.
    private(set) var last: (step: Int, bytes: [UInt8])?
    private var digests: [String: JSON] = [:]
    private var log: String
    private let settings: TrainingSettings

    /// Reads what an earlier attempt left.
    init(_ store: some CheckpointStore, settings: TrainingSettings) throws {
        self.settings = settings
        log = Table.line(["step", "loss", "gradient_norm"])
        guard let bytes = try store.read(Self.listName), let list = Self.parsed(bytes),
            let listed = list["snapshots"]?.objectValue, let rows = try store.read(Self.logName)
        else { return }
        let lines = String(decoding: rows, as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: true)
        for step in settings.snapshotSteps {
            let name = Snapshot.path(step: step)
            guard let digest = listed[name]?.stringValue, let snapshot = try store.read(name),
                SHA256.hex(of: snapshot) == digest, let part = Self.part(of: lines, before: step),
                list["logs"]?[String(step)]?.stringValue == SHA256.hex(of: part.utf8)
            else { break }
            steps.append(step)
            digests[name] = .string(digest)
            log = part
            last = (step, snapshot)
            logDigests[String(step)] = .string(SHA256.hex(of: part.utf8))
        }
    }

    private var logDigests: [String: JSON] = [:]

    /// The header and the rows of steps below `step`, or `nil` where some are missing.
    private static func part(of lines: [Substring], before step: Int) -> String? {
        guard lines.count > step else { return nil }
        return lines[...step].map { $0 + "\n" }.joined()
    }

    /// A list that cannot be read counts for nothing, like one that is not there.
    private static func parsed(_ bytes: [UInt8]) -> JSON? {
        do { return try JSON(parsing: bytes) } catch { return nil }
    }

    /// Adds a row to the log; it is written with the next snapshot.
    mutating func add(step: Int, loss: Double, gradientNorm: Double) {
        log += Table.line([Double(step), loss, gradientNorm])
    }

    /// Writes the log so far, the snapshot of `step`, and the list.
    mutating func record(step: Int, snapshot: [UInt8], in store: some CheckpointStore) throws {
        let name = Snapshot.path(step: step)
        try store.write(Array(log.utf8), to: Self.logName)
        try store.write(snapshot, to: name)
        steps.append(step)
        digests[name] = .string(SHA256.hex(of: snapshot))
        logDigests[String(step)] = .string(SHA256.hex(of: log.utf8))
        let list: JSON = ["snapshots": .object(digests), "logs": .object(logDigests)]
        try store.write(Array(list.prettyText.utf8), to: Self.listName)
    }

    /// Writes the whole log and how the training ended.
    ///
    /// A snapshot of parameters with which the loss is not finite is no result; the last of them goes.
    mutating func finish(divergedAt step: Int?, in store: some CheckpointStore) throws {
        if let step { steps.removeAll { $0 >= step } }
        try store.write(Array(log.utf8), to: Self.logName)
        let outcome: JSON = [
            "steps": JSON(settings.steps), "diverged_at": step.map { JSON($0) } ?? .null,
            "snapshots": .array(steps.map { JSON($0) }),
        ]
        try store.write(Array(outcome.prettyText.utf8), to: Self.outcomeName)
    }
}
