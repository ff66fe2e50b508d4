extension Pipeline {
    /// What was left to Slurm.
    package struct Departure: Hashable, Sendable {
        /// The stages that are jobs now, and those that were already.
        package var stages: [String] = []
        /// Slurm's number of the job that runs the rest when all others have ended well.
        package var last: String?
    }

    /// Submits all stages that are worth a job at once, each to begin when those before it have ended well, and at the end a
    /// job that runs the rest; what the first of them read is made here.
    ///
    /// What an earlier call submitted is not submitted again.
    ///
    /// - Parameter rest: the words by which the program is called to run the rest.
    /// - Throws: `SlurmError`; what was submitted until then goes on.
    package func detach(
        _ targets: [String] = [], from: [String] = [], until: [String] = [], options: RunOptions, slurm: SlurmOptions,
        rest: [String], recorder: any Recorder, cancellation: Cancellation
    ) throws -> Departure {
        var slurm = slurm
        slurm.isDetached = true
        try store.share()
        let members = graph.closure(of: try graph.targets(targets, from: from, until: until))
        let worthy = members.filter { slurm.takes(graph.stages[$0]) }
        // What lies between jobs is a job too.
        let away = Set(graph.dependents(of: worthy)).intersection(graph.closure(of: worthy))
        let first = graph.closure(of: worthy).filter { !away.contains($0) }.map { graph.stages[$0].name }
        if !first.isEmpty {
            let summary = try run(first, options: options, recorder: recorder, cancellation: cancellation)
            if summary.wasInterrupted { throw Cancelled() }
            if !summary.isComplete { return Departure() }
        }
        let confirm = { if cancellation.isCancelled { throw Cancelled() } }
        return try store.waitingForQueue(confirm: confirm) {
            var detaching = Detaching(pipeline: self, slurm: slurm, commands: SlurmCommands(store: store, folder: slurm.commands))
            return try detaching.submit(members, away: away, rest: rest)
        }
    }
}

/// The submission of a graph ahead of its running, under the lock of the queue.
private struct Detaching {
    let pipeline: Pipeline
    let slurm: SlurmOptions
    let commands: SlurmCommands
    private var outputs: [Int: [StoredFile]] = [:]
    private var tickets: [Int: Digest] = [:]
    /// Slurm's numbers of the stages that are jobs.
    private var jobs: [Int: String] = [:]

    init(pipeline: Pipeline, slurm: SlurmOptions, commands: SlurmCommands) {
        (self.pipeline, self.slurm, self.commands) = (pipeline, slurm, commands)
    }

    private var graph: Graph { pipeline.graph }
    private var store: Store { pipeline.store }

    /// - Parameters:
    ///   - members: the stages, in order.
    ///   - away: those of them that become jobs.
    mutating func submit(_ members: [Int], away: Set<Int>, rest: [String]) throws -> Pipeline.Departure {
        let planner = pipeline.planner()
        var open = try openJobs()
        for stage in members where graph.upstream[stage].allSatisfy({ outputs[$0] != nil }) {
            if case .reuse(_, let files) = try planner.verdict(on: stage, outputs: outputs) { outputs[stage] = files }
        }
        // Only now: what ended after Slurm was asked gives a key to the jobs that read it, too.
        for (id, job) in open { if let key = try store.ticket(id)?.resolved(in: store)?.record?.key { open[key] = job } }
        var levels: [Int: Int] = [:]
        var groups: [[String]: [(stage: Int, ticket: Ticket)]] = [:]
        for stage in members where away.contains(stage) && outputs[stage] == nil {
            let ticket = try planner.ticket(for: stage, outputs: outputs, tickets: tickets)
            tickets[stage] = ticket.id
            try store.save(ticket)
            if let job = open[ticket.id] {
                jobs[stage] = job
                continue
            }
            let level = (graph.upstream[stage].compactMap { levels[$0] }.max() ?? -1) + 1
            levels[stage] = level
            groups[["\(1000 + level)", ticket.kind, ticket.group], default: []].append((stage, ticket))
        }
        for array in Submission.arrays(groups) { try submitArray(array) }
        var departure = Pipeline.Departure(stages: jobs.keys.sorted().map { graph.stages[$0].name })
        let submission = Submission(
            token: SlurmQueue.newToken(), job: nil, tasks: [], memory: 2000, created: store.files.timeOfDay)
        let script = "#!/bin/sh\nexec " + ([slurm.program] + rest).map(quoted).joined(separator: " ") + "\n"
        departure.last = try submit(submission, kind: nil, script: script, after: Set(jobs.values).sorted())
        return departure
    }

    private mutating func submitArray(_ group: [(stage: Int, ticket: Ticket)]) throws {
        let submission = Submission(
            token: SlurmQueue.newToken(), job: nil,
            tasks: try group.map { try store.task(of: $0.ticket, named: $0.ticket.id, attempt: 1) },
            memory: slurm.memory(of: graph.stages[group[0].stage]), created: store.files.timeOfDay)
        let before = group.map { Set(graph.upstream[$0.stage].compactMap { jobs[$0] }) }
        let job = try submit(
            submission, kind: group[0].ticket.kind, after: Set(before.joined()).sorted(), corresponding: Self.array(before))
        for (index, member) in group.enumerated() { jobs[member.stage] = "\(job)_\(index)" }
    }

    /// The array of whose tasks each reads the one of its own index, if there is one.
    private static func array(_ before: [Set<String>]) -> String? {
        let parts = before.map { $0.count == 1 ? $0.first!.split(separator: "_") : [] }
        guard let job = parts.first?.first, parts.indices.allSatisfy({ parts[$0] == [job, Substring("\($0)")] }) else {
            return nil
        }
        return String(job)
    }

    private func submit(
        _ submission: Submission, kind: String?, script: String? = nil, after: [String], corresponding: String? = nil
    ) throws -> String {
        // A task of an array after the one of the same index; all of it after all of the others otherwise.
        let dependency =
            corresponding.map { "aftercorr:\($0)" } ?? (after.isEmpty ? nil : "afterok:" + after.joined(separator: ":"))
        switch try store.submit(submission, kind: kind, slurm, commands, script: script, dependency: dependency) {
        case .accepted(let job): return job
        case .refused(let text): throw SlurmError.refused(text)
        case .unclear(let text): throw SlurmError.unclear(text)
        }
    }

    /// Slurm's numbers of the tasks that wait or run, by ticket; what lies there besides is cleared away.
    private func openJobs() throws -> [Digest: String] {
        guard let states = try commands.squeue() else { throw SlurmError.unclear("squeue fails") }
        var open: [Digest: String] = [:]
        for var submission in try store.submissions() {
            for (index, task) in submission.tasks.enumerated() where !task.isSettled {
                let known = states[SlurmCommands.JobName(token: submission.token, index: index)]
                switch known?.state {
                case nil where known == nil, .ended: submission.tasks[index].isSettled = true
                case nil, .waiting, .running: open[task.ticket] = "\(known!.job)_\(index)"
                }
            }
            if submission.tasks.isEmpty {
                // The end of an earlier run; this one has an end of its own.
                if let job = states[SlurmCommands.JobName(token: submission.token, index: 0)]?.job {
                    _ = try commands.scancel([job])
                }
                try store.remove(submission)
            } else {
                try store.save(submission)
            }
        }
        return open
    }
}
