extension SlurmQueue {
    /// Submits attempts, those that belong together as one array.
    func submit(_ requests: [Request]) throws {
        var groups: [[String]: [Request]] = [:]
        for request in requests {
            let ticket = request.wish.ticket
            groups[[ticket.kind, ticket.group, "\(request.memory)"] + request.excluded, default: []].append(request)
        }
        let ordered = groups.mapValues { $0.sorted { $0.wish.ticket.stage < $1.wish.ticket.stage } }
        for array in Submission.arrays(ordered) { try submitArray(array) }
    }

    private func submitArray(_ requests: [Request]) throws {
        let submission = Submission(
            token: Self.newToken(), job: nil,
            tasks: try requests.map { try store.task(of: $0.wish.ticket, named: $0.wish.key, attempt: $0.attempt) },
            memory: requests[0].memory, excluded: requests[0].excluded, created: store.files.timeOfDay)
        for request in requests { try store.save(request.wish.ticket) }
        switch try store.submit(submission, kind: requests[0].wish.ticket.kind, options, commands) {
        case .accepted(let job):
            for (index, request) in requests.enumerated() { announce(request.wish.key, job: "\(job)_\(index)") }
        case .unclear(let text):
            // The submission stays: the next answers of `squeue` show whether it was taken.
            notice("no clear answer from sbatch; it is looked for: \(text)")
        case .refused(let text):
            for request in requests { end(request.wish.key, .failed(SlurmError.refused(text), tail: [])) }
        }
    }

    /// Forgets the result under a key, so that the key is made again, unless a job is making it.
    func forget(_ key: Digest) throws {
        if try store.submissions().contains(where: { $0.tasks.contains { $0.ticket == key && !$0.isSettled } }) { return }
        try store.forget(key)
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

    /// Removes the result under a key and what attempts at it have left; its files stay for others.
    func forget(_ key: Digest) throws {
        try files.remove(recordPath(key))
        try files.removeTree(workPath(key))
    }

    /// Brings the intent to the disk, calls `sbatch`, and notes its reply.
    ///
    /// - Parameters:
    ///   - kind: of the tasks' stages; `nil` for a job without tasks.
    ///   - script: what the jobs run, where that is not a worker for each task.
    ///   - dependency: in Slurm's words, what must have ended well before.
    func submit(
        _ submission: Submission, kind: String?, _ options: SlurmOptions, _ commands: SlurmCommands, script: String? = nil,
        dependency: String? = nil
    ) throws -> SlurmCommands.Reply {
        var submission = submission
        let path = scriptPath(submission.token)
        let text = script ?? options.script(submission, cores: kind.flatMap { options.kinds[$0]?.cores } ?? 1, store: folder)
        try files.makeFolder(slurmFolder)
        try replace(path, with: Array(text.utf8))
        try save(submission)
        let words = options.sbatch(
            submission, kind: kind, script: path, output: outputPath(submission.token, submission.tasks.isEmpty ? "0" : "%a"),
            dependency: dependency)
        let reply = try commands.sbatch(words)
        switch reply {
        case .accepted(let job):
            submission.job = job
            try save(submission)
        case .refused: try remove(submission)
        case .unclear: break
        }
        return reply
    }
}
