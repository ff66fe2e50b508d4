import Pipeline
import Platform

extension JobQueue {
    /// Submits attempts, those that belong together as one array.
    func submit(_ requests: [Request]) throws {
        let members = requests.map { request in
            let ticket = request.wish.ticket
            let array = JobArray(
                ticket.stage, kind: ticket.kind, memory: request.memory, excluded: request.excluded)
            return (array, ticket.stage, request)
        }
        for (array, requests) in JobArray.split(members, largest: scheduler.largestArray) {
            try submit(requests, as: array)
        }
    }

    private func submit(_ requests: [Request], as array: JobArray) throws {
        let submission = Submission(
            token: Self.newToken(), scheduler: scheduler.name, job: nil,
            tasks: try requests.map { try store.task(of: $0.wish.ticket, named: $0.wish.key, attempt: $0.attempt) },
            memory: array.memory, excluded: array.excluded, created: store.now)
        for request in requests { try store.save(request.wish.ticket) }
        let keys = requests.map(\.wish.key)
        do {
            let job = try store.submit(submission, kind: array.kind, options)
            for (index, key) in keys.enumerated() {
                state.withLock { $0.wishes[key]?.unknowns = 0 }
                announce(key, job: "\(job)_\(index)")
            }
        } catch let trouble as Trouble {
            let unknowns = state.withLock { state in
                for key in keys where trouble.kind == .unknown { state.wishes[key]?.unknowns += 1 }
                return keys.compactMap { state.wishes[$0]?.unknowns }.max() ?? 0
            }
            if trouble.kind == .permanent || unknowns >= Trouble.patience {
                try store.remove(submission)
                for key in keys { end(key, .failed(refusal(trouble), tail: [])) }
            } else {
                // The submission stays: the next answers show whether it was taken.
                notice("no clear answer from \(scheduler.name); it is asked again: \(trouble)")
            }
        }
    }

    func refusal(_ trouble: Trouble) -> ClusterError { .refused(by: scheduler.name, trouble.description) }

    /// Forgets the result under a key, so that the key is made again, unless a job is making it.
    func forget(_ key: Digest) throws {
        if try store.submissions().contains(where: { $0.tasks.contains { $0.ticket == key && !$0.isSettled } }) { return }
        try store.files.remove(store.recordPath(key))
        try store.files.removeTree(store.workPath(key))
    }

    /// A name that no other submission has.
    static func newToken() -> String {
        let number = UInt64.random(in: .min ... .max)
        return String(number, radix: 36)
    }
}

extension Store {
    /// A task that begins now; its worker is called with `id`.
    func task(of ticket: Ticket, named id: Digest, attempt: Int) throws -> Submission.Task {
        Submission.Task(ticket: id, stage: ticket.stage, attempt: attempt, checkpoints: try checkpointCount(id))
    }

    /// Brings the intent to the disk, submits, and notes the number of the job or array.
    ///
    /// - Parameters:
    ///   - kind: of the tasks' stages; `nil` for a job without tasks.
    ///   - script: what the jobs run, where that is not a worker for each task.
    ///   - dependency: what must have ended well before.
    /// - Throws: `Trouble`; then the intent stays, since it may have been submitted all the same.
    func submit(
        _ submission: Submission, kind: String?, _ options: JobOptions, script: String? = nil,
        dependency: JobRequest.Dependency = .nothing
    ) throws -> String {
        var submission = submission
        let path = scriptPath(submission.token)
        let text = script ?? options.script(submission, cores: kind.flatMap { options.kinds[$0]?.cores } ?? 1, store: folder)
        try files.makeFolder(jobsFolder)
        try replace(path, with: Array((options.preamble + text).utf8))
        try save(submission)
        let index = submission.tasks.isEmpty ? "0" : options.scheduler.index.path
        let job = try options.scheduler.submit(
            options.request(
                submission, kind: kind, script: path, output: outputPath(submission.token, index), dependency: dependency))
        submission.job = job
        try save(submission)
        return job
    }
}
