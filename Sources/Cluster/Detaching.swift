import Pipeline
import Platform

/// What was left to a scheduler.
package struct Departure: Hashable, Sendable {
    /// The stages that are jobs now, and those that were already.
    package var stages: [String] = []
    /// The number of the job that runs the rest when all others have ended well.
    package var last: String?
}

extension Pipeline {
    /// Submits all stages that are worth a job at once, each to begin when those before it have ended well, and at the end a
    /// job that runs the rest; what the first of them read is made here.
    ///
    /// What an earlier call submitted is not submitted again.
    ///
    /// - Parameter rest: the words by which the program is called to run the rest.
    /// - Throws: `ClusterError`; what was submitted until then goes on.
    package func detach(
        _ targets: [String] = [], from: [String] = [], until: [String] = [], options: RunOptions, jobs: JobOptions,
        rest: [String], recorder: any Recorder, cancellation: Cancellation
    ) throws -> Departure {
        var jobs = jobs
        jobs.isWatched = false
        try store.share()
        let members = graph.closure(of: try graph.targets(targets, from: from, until: until))
        let worthy = members.filter { jobs.takes(graph.stages[$0]) }
        // What lies between jobs is a job too.
        let away = Set(graph.dependents(of: worthy)).intersection(graph.closure(of: worthy))
        let first = graph.closure(of: worthy).filter { !away.contains($0) }.map { graph.stages[$0].name }
        if !first.isEmpty {
            let summary = try run(first, options: options, recorder: recorder, cancellation: cancellation)
            if summary.wasInterrupted { throw Cancelled() }
            if !summary.isComplete { return Departure() }
            // Of these, an archive may have left out what the jobs read.
            let wanted = try plan(worthy.map { graph.stages[$0].name }).steps.filter { step in
                if case .run(because: .filesWanted) = step.action { first.contains(step.stage.name) } else { false }
            }
            if !wanted.isEmpty {
                var options = options
                options.wantsFiles = true
                let summary = try run(
                    wanted.map(\.stage.name), options: options, recorder: recorder, cancellation: cancellation)
                if summary.wasInterrupted { throw Cancelled() }
                if !summary.isComplete { return Departure() }
            }
        }
        let confirm = { if cancellation.isCancelled { throw Cancelled() } }
        return try store.waitingForQueue(confirm: confirm) {
            var detaching = Detaching(pipeline: self, options: jobs, recorder: recorder, cancellation: cancellation)
            return try detaching.submit(members, away: away, rest: rest)
        }
    }
}

/// The submission of a graph ahead of its running, under the lock of the queue.
private struct Detaching {
    let pipeline: Pipeline
    let options: JobOptions
    let recorder: any Recorder
    let cancellation: Cancellation
    private var outputs: [Int: [StoredFile]] = [:]
    private var tickets: [Int: Digest] = [:]
    /// The numbers of the stages that are jobs.
    private var jobs: [Int: String] = [:]

    init(pipeline: Pipeline, options: JobOptions, recorder: any Recorder, cancellation: Cancellation) {
        (self.pipeline, self.options, self.recorder, self.cancellation) = (pipeline, options, recorder, cancellation)
    }

    private var graph: Graph { pipeline.graph }
    private var store: Store { pipeline.store }
    private var scheduler: any Scheduler { options.scheduler }

    /// - Parameters:
    ///   - members: the stages, in order.
    ///   - away: those of them that become jobs.
    mutating func submit(_ members: [Int], away: Set<Int>, rest: [String]) throws -> Departure {
        let planner = pipeline.planner()
        var open = try openJobs()
        for stage in members where graph.upstream[stage].allSatisfy({ outputs[$0] != nil }) {
            if case .reuse(_, _, let files) = try planner.verdict(on: stage, outputs: outputs) { outputs[stage] = files }
        }
        // What archives have left out, and a job reads, is made again.
        for stage in members.reversed() where away.contains(stage) && outputs[stage] == nil {
            for source in try planner.lacking(for: stage, outputs: outputs) { outputs[source] = nil }
        }
        // Only now: what ended after the scheduler was asked gives a key to the jobs that read it, too.
        for (id, job) in open { if let key = try store.ticket(id)?.resolved(in: store)?.record?.key { open[key] = job } }
        var levels: [Int: Int] = [:]
        var wanted: [(array: JobArray, stage: String, member: (Int, Ticket))] = []
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
            let memory = options.memory(of: graph.stages[stage])
            wanted.append(
                (JobArray(ticket.stage, kind: ticket.kind, memory: memory, level: level), ticket.stage, (stage, ticket)))
        }
        for (array, members) in JobArray.split(wanted, largest: scheduler.largestArray) {
            try submit(members, as: array)
        }
        var departure = Departure(stages: jobs.keys.sorted().map { graph.stages[$0].name })
        let script = "exec " + ([options.program] + rest).map(quoted).joined(separator: " ") + "\n"
        let after = Set(jobs.values).sorted()
        departure.last = try submit(
            [], memory: 2000, kind: nil, script: script, after: after.isEmpty ? .nothing : .all(after))
        return departure
    }

    private mutating func submit(_ group: [(stage: Int, ticket: Ticket)], as array: JobArray) throws {
        let before = group.map { Set(graph.upstream[$0.stage].compactMap { jobs[$0] }) }
        let all = Set(before.joined()).sorted()
        let job = try submit(
            try group.map { try store.task(of: $0.ticket, named: $0.ticket.id, attempt: 1) }, memory: array.memory,
            kind: array.kind,
            // A task of an array after the one of the same index; all of it after all of the others otherwise.
            after: Self.array(before).map { .corresponding($0) } ?? (all.isEmpty ? .nothing : .all(all)))
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
        _ tasks: [Submission.Task], memory: Int, kind: String?, script: String? = nil, after: JobRequest.Dependency
    ) throws -> String {
        let submission = Submission(
            token: JobQueue.newToken(), scheduler: scheduler.name, job: nil, tasks: tasks, memory: memory,
            created: store.now)
        var submitted = false
        return try insisting {
            // What was not clearly refused may have been taken.
            if submitted, let known = try states().first(where: { $0.key.token == submission.token })?.value {
                var found = submission
                found.job = known.number
                try store.save(found)
                return known.number
            }
            submitted = true
            return try store.submit(submission, kind: kind, options, script: script, dependency: after)
        }
    }

    private func states() throws -> [JobName: KnownJob] {
        try scheduler.states(of: Set(try store.submissions(of: [scheduler.name]).map(\.token))) { !cancellation.isCancelled }
    }

    /// What `body` gives, called again while the scheduler's trouble may pass.
    private func insisting<T>(_ body: () throws -> T) throws -> T {
        var unknowns = 0
        while true {
            do { return try body() } catch let trouble as Trouble {
                if trouble.kind == .unknown { unknowns += 1 }
                if trouble.kind == .permanent || unknowns >= Trouble.patience {
                    throw ClusterError.refused(by: scheduler.name, trouble.description)
                }
                recorder.record(.notice("no clear answer from \(scheduler.name); it is asked again: \(trouble)"))
                let end = Clock.seconds + options.poll
                while Clock.seconds < end {
                    if cancellation.isCancelled { throw Cancelled() }
                    Clock.pause(seconds: min(0.1, options.poll))
                }
            }
        }
    }

    /// The numbers of the tasks that wait or run, by ticket; what lies there besides is cleared away.
    private func openJobs() throws -> [Digest: String] {
        let states = try insisting(states)
        var open: [Digest: String] = [:]
        for var submission in try store.submissions(of: [scheduler.name]) {
            for (index, task) in submission.tasks.enumerated() where !task.isSettled {
                let known = states[JobName(token: submission.token, index: index)]
                switch known?.state {
                case nil where known == nil, .ended: submission.tasks[index].isSettled = true
                // Its worker does nothing any more.
                case _ where submission.isCancelled: submission.tasks[index].isSettled = true
                case nil, .waiting, .running: open[task.ticket] = "\(known!.number)_\(index)"
                }
            }
            if submission.tasks.isEmpty {
                // The end of an earlier run; this one has an end of its own.
                if let job = states[JobName(token: submission.token, index: 0)]?.number {
                    try insisting { try scheduler.cancel([job]) }
                }
                try store.remove(submission)
            } else {
                try store.save(submission)
            }
        }
        return open
    }
}
