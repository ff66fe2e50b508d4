import Pipeline

/// What the jobs of a store are doing, for people.
package struct JobReport: Hashable, Sendable {
    /// How a job stands.
    package enum State: String, Hashable, Sendable {
        case done, running, waiting, cancelled, failed
        /// It ended without a result; another run tries again.
        case lost
        /// Its scheduler does not list it.
        case unknown
    }

    /// A stage and its job.
    package struct Line: Hashable, Sendable {
        /// The stage, or `the rest` for the job that ends a detached run.
        package var stage: String
        /// The number of the job; `nil` where none is known.
        package var job: String?
        /// How it stands.
        package var state: State
        /// What else is to be said: why it waits, how it failed.
        package var detail: String
        /// Which attempt this is since the stage last brought a checkpoint, from 1.
        package var attempt: Int
        /// How many files of checkpoints there are to go on from.
        package var checkpoints: Int
    }

    /// A line a stage, in the order of submission.
    package var lines: [Line] = []
    /// What schedulers that gave no answer have said, each after its name.
    package var troubles: [String] = []
}

extension Store {
    /// What the jobs submitted from this store are doing; those of which nothing is left to say are forgotten afterwards.
    ///
    /// - Parameter schedulers: whose jobs to tell of.
    package func jobReport(_ schedulers: [any Scheduler]) throws -> JobReport {
        var report = JobReport()
        for scheduler in schedulers {
            let submissions = try submissions(of: [scheduler.name])
            if !submissions.isEmpty { try add(submissions, of: scheduler, to: &report) }
        }
        return report
    }

    private func add(_ submissions: [Submission], of scheduler: any Scheduler, to report: inout JobReport) throws {
        var over: [Submission] = []
        var states: [JobName: KnownJob] = [:]
        var isCertain = true
        do {
            states = try scheduler.states(of: Set(submissions.map(\.token))) { true }
            let missing = submissions.filter { submission in !states.keys.contains { $0.token == submission.token } }
            states.merge(try scheduler.lastWords(on: Set(missing.map(\.token))) { true }) { mine, _ in mine }
        } catch let trouble as Trouble {
            report.troubles.append("\(scheduler.name): \(trouble)")
            isCertain = false
        }
        for submission in submissions {
            var lines: [JobReport.Line] = []
            for (index, task) in submission.tasks.enumerated() where !task.isSettled {
                lines.append(try line(submission, index, task, states))
            }
            if submission.tasks.isEmpty { lines.append(try line(submission, 0, nil, states)) }
            report.lines += lines
            let isOver = lines.allSatisfy {
                switch $0.state {
                case .done: true
                case .cancelled, .lost: submission.isCancelled || submission.tasks.isEmpty
                case .running, .waiting, .failed, .unknown: false
                }
            }
            if isOver, isCertain { over.append(submission) }
        }
        // Whoever holds the queue may be about to write to them; then they are forgotten another time.
        if !over.isEmpty { _ = try holdingQueue { for submission in over { try remove(submission) } } }
    }

    private func line(
        _ submission: Submission, _ index: Int, _ task: Submission.Task?, _ states: [JobName: KnownJob]
    ) throws -> JobReport.Line {
        let known = states[JobName(token: submission.token, index: index)]
        let key = try task.flatMap { try ticket($0.ticket)?.resolved(in: self)?.record?.key }
        var line = JobReport.Line(
            stage: task?.stage ?? "the rest", job: submission.job(of: index), state: .unknown, detail: "",
            attempt: task?.attempt ?? 1,
            checkpoints: try key.map(checkpointCount) ?? 0)
        if let key, case .found(let files) = try lookup(key), try holds(files) {
            line.state = .done
        } else if let error = try end(of: submission.token, index)?.error {
            (line.state, line.detail) = (.failed, error)
        } else {
            switch known?.state {
            case .running: line.state = .running
            case .waiting(let reason, _): (line.state, line.detail) = (.waiting, reason)
            case .ended(.completed) where task == nil: line.state = .done
            case .ended(let cause): (line.state, line.detail) = (.lost, cause.description)
            case nil:
                line.detail =
                    known == nil ? "\(submission.scheduler) does not list it" : "in a state that nobody explains"
            }
            if submission.isCancelled, line.state != .running { line.state = .cancelled }
        }
        return line
    }

    /// Cancels all jobs that were submitted from this store to some schedulers; a run that waits for them ends.
    ///
    /// - Returns: how many stages' jobs were cancelled.
    /// - Throws: `ClusterError.unanswered` where a scheduler gives no answer; then the jobs' workers do nothing once they begin.
    package func cancelJobs(_ schedulers: [any Scheduler]) throws -> Int {
        if try submissions().isEmpty { return 0 }
        // Under the lock of the queue, whose own notes would otherwise overwrite this one.
        return try waitingForQueue { try schedulers.reduce(0) { try $0 + cancelLocked($1) } }
    }

    private func cancelLocked(_ scheduler: any Scheduler) throws -> Int {
        var count = 0
        var tokens: Set<String> = []
        for var submission in try submissions(of: [scheduler.name]) {
            // Those that were cancelled before, too: the scheduler may not have answered then.
            tokens.insert(submission.token)
            if submission.isCancelled { continue }
            submission.isCancelled = true
            try save(submission)
            count += submission.tasks.count { !$0.isSettled }
        }
        if tokens.isEmpty { return 0 }
        do {
            let listed = try scheduler.states(of: tokens) { true }.filter { tokens.contains($0.key.token) }
            let open = listed.values.filter { if case .ended = $0.state { false } else { true } }
            try scheduler.cancel(Set(open.map(\.number)).sorted())
        } catch let trouble as Trouble { throw ClusterError.unanswered(by: scheduler.name, trouble.description) }
        return count
    }
}
