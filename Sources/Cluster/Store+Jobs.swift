import Formats
import Pipeline
import Platform

/// How a worker ended that made no result.
struct WorkerEnd: Hashable, Codable, Sendable {
    /// The stage's error in words; `nil` where the worker was stopped and can go on.
    var error: String?
    /// The last lines of the stage's log.
    var tail: [String]
}

// What jobs need is in `jobs/` inside the store: `tickets/ID`, `TOKEN.json` (a submission), `TOKEN.sh` (what its jobs run),
// `TOKEN-INDEX.out` (how far they are), `TOKEN-INDEX.err` (what went wrong, also in the system's words), `TOKEN-INDEX.end` (how they ended without a result).
extension Store {
    var jobsFolder: String { folder + "/jobs" }
    func scriptPath(_ token: String) -> String { "\(jobsFolder)/\(token).sh" }
    /// The path of what a job says, but for its ending.
    func outputPath(_ token: String, _ index: String) -> String { "\(jobsFolder)/\(token)-\(index)" }
    /// The time by the clock that the store's files have theirs from, in seconds since 1970.
    var now: Double { Double(files.timeOfDay) / 1e9 }
    private func ticketPath(_ id: Digest) -> String { "\(jobsFolder)/tickets/\(id.hex)" }
    private func submissionPath(_ token: String) -> String { "\(jobsFolder)/\(token).json" }
    private func endPath(_ token: String, _ index: Int) -> String { outputPath(token, "\(index)") + ".end" }

    /// The folder in the store of what jobs have been told; nothing needs it while none is open.
    package static var jobLeftovers: String { "jobs/tickets" }

    // MARK: - The queue

    /// What `body` gives while this process holds the queue; `nil`, without calling it, where another does.
    func holdingQueue<T>(_ body: () throws -> T) throws -> T? {
        guard let lock = try lock(named: "jobs") else { return nil }
        let result = Result { try body() }
        lock.release()
        return try result.get()
    }

    /// The same, waiting for the queue; `confirm` is asked between two looks and ends the waiting by throwing.
    func waitingForQueue<T>(confirm: () throws -> Void = {}, _ body: () throws -> T) throws -> T {
        while true {
            if let value = try holdingQueue(body) { return value }
            try confirm()
            Clock.pause(seconds: 0.1)
        }
    }

    // MARK: - Submissions

    /// All submissions of which a task is not settled, the oldest first; those to some schedulers, or all.
    func submissions(of schedulers: [String]? = nil) throws -> [Submission] {
        try files.list(jobsFolder).filter { $0.hasSuffix(".json") }
            .compactMap { try submission(String($0.dropLast(".json".count))) }
            .filter { schedulers?.contains($0.scheduler) ?? true }
            .sorted { ($0.created, $0.token) < ($1.created, $1.token) }
    }

    func submission(_ token: String) throws -> Submission? {
        try read(submissionPath(token)) { try Record.decode(from: $0) }
    }

    /// Brings a submission to the disk; one whose tasks are all settled goes away.
    func save(_ submission: Submission) throws {
        if !submission.tasks.isEmpty, submission.tasks.allSatisfy(\.isSettled) { return try remove(submission) }
        try files.makeFolder(jobsFolder)
        try replace(submissionPath(submission.token), with: Array(Record.encode(submission).prettyText.utf8))
    }

    /// Removes a submission; a worker that comes too late finds it gone, and does nothing.
    func remove(_ submission: Submission) throws {
        try files.remove(submissionPath(submission.token))
        try files.remove(scriptPath(submission.token))
        for index in 0..<max(1, submission.tasks.count) {
            for ending in ["end", "out", "err"] { try files.remove(outputPath(submission.token, "\(index)") + "." + ending) }
        }
    }

    /// Whether jobs are going to read from the store and write to it. One that runs already holds a lease; one that was
    /// cancelled does nothing once it begins.
    package func hasOpenJobs() throws -> Bool {
        for submission in try submissions() where !submission.isCancelled {
            for task in submission.tasks where !task.isSettled {
                guard let key = try ticket(task.ticket)?.resolved(in: self)?.record?.key, try record(key) != nil else {
                    return true
                }
            }
        }
        return false
    }

    // MARK: - Tickets and ends

    func save(_ ticket: Ticket) throws {
        try files.makeFolder(jobsFolder + "/tickets")
        try replace(ticketPath(ticket.id), with: Array(ticket.json.text.utf8))
    }

    func ticket(_ id: Digest) throws -> Ticket? { try read(ticketPath(id)) { Ticket(json: $0) } }

    func save(_ end: WorkerEnd, of token: String, _ index: Int) throws {
        try replace(endPath(token, index), with: Array(Record.encode(end).text.utf8))
    }

    func end(of token: String, _ index: Int) throws -> WorkerEnd? {
        try read(endPath(token, index)) { try Record.decode(from: $0) }
    }

    /// The last lines of what a job, or the system about it, has said of what went wrong.
    func lastWords(_ token: String, _ index: Int) throws -> [String] { try tail(outputPath(token, "\(index)") + ".err") }

    /// The last lines of a key's log.
    func logTail(_ key: Digest) throws -> [String] { try tail(logPath(key)) }

    private func tail(_ path: String) throws -> [String] {
        guard let bytes = try files.read(path) else { return [] }
        return bytes.split(separator: 0x0a).suffix(12).map { String(decoding: $0, as: UTF8.self) }
    }

    /// How many files the attempts at a key have left to go on from.
    func checkpointCount(_ key: Digest) throws -> Int { try files.files(below: workPath(key) + "/checkpoints").count }

    private func read<Value>(_ path: String, as value: (JSON) throws -> Value?) throws -> Value? {
        guard let bytes = try files.read(path) else { return nil }
        // All are written whole; one that cannot be read was damaged later, and says as little as one that is gone.
        do { return try value(JSON(parsing: bytes)) } catch { return nil }
    }
}

extension Ticket {
    /// The ticket with files in place of other tickets, or `nil` while one of those has no result.
    func resolved(in store: Store) throws -> Ticket? {
        var ticket = self
        for (position, input) in inputs.enumerated() {
            guard case .ticket(let id, let selection) = input.source else { continue }
            guard let key = try store.ticket(id)?.resolved(in: store)?.record?.key,
                case .found(let files) = try store.lookup(key)
            else { return nil }
            let wanted = try files.selected(selection, of: input.origin)
            guard try store.holds(wanted) else { return nil }
            ticket.inputs[position].source = .files(wanted)
        }
        return ticket
    }
}
