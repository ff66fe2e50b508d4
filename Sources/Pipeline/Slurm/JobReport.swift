/// What the jobs of a store are doing, for people.
package struct JobReport: Hashable, Sendable {
    /// How a job stands.
    package enum State: String, Hashable, Sendable {
        case done, running, waiting, cancelled, failed
        /// It ended without a result; another run tries again.
        case lost
        /// Slurm does not list it.
        case unknown
    }

    /// A stage and its job.
    package struct Line: Hashable, Sendable {
        /// The stage, or `the rest` for the job that ends a detached run.
        package var stage: String
        /// Slurm's number of the job; `nil` where none is known.
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
    /// Whether Slurm answered.
    package var isCertain = true
}

extension Store {
    /// What the jobs submitted from this store are doing; those of which nothing is left to say are forgotten afterwards.
    ///
    /// - Parameter commands: the folder of Slurm's programs; `nil` to look along the search path.
    package func jobReport(commands folder: String? = nil) throws -> JobReport {
        let commands = SlurmCommands(store: self, folder: folder)
        var report = JobReport()
        let submissions = try submissions()
        if submissions.isEmpty { return report }
        var over: [Submission] = []
        var states: [SlurmCommands.JobName: (job: String, state: JobState?)] = [:]
        if let found = try commands.squeue() {
            states = found
            let missing = submissions.filter { submission in !found.keys.contains { $0.token == submission.token } }
            states.merge(try commands.sacct(missing.map(\.token))) { mine, _ in mine }
        } else {
            report.isCertain = false
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
                case .cancelled, .lost: submission.cancelled != nil || submission.tasks.isEmpty
                case .running, .waiting, .failed, .unknown: false
                }
            }
            if isOver, report.isCertain { over.append(submission) }
        }
        // Whoever holds the queue may be about to write to them; then they are forgotten another time.
        if !over.isEmpty { _ = try holdingQueue { for submission in over { try remove(submission) } } }
        return report
    }

    private func line(
        _ submission: Submission, _ index: Int, _ task: Submission.Task?,
        _ states: [SlurmCommands.JobName: (job: String, state: JobState?)]
    ) throws -> JobReport.Line {
        let known = states[SlurmCommands.JobName(token: submission.token, index: index)]
        let key = try task.flatMap { try ticket($0.ticket)?.resolved(in: self)?.record?.key }
        var line = JobReport.Line(
            stage: task?.stage ?? "the rest", job: submission.job(of: index), state: .unknown, detail: "",
            attempt: task?.attempt ?? 1,
            checkpoints: try key.map(checkpointCount) ?? 0)
        if let key, case .found = try lookup(key) {
            line.state = .done
        } else if let error = try end(of: submission.token, index)?.error {
            (line.state, line.detail) = (.failed, error)
        } else {
            switch known?.state {
            case .running: line.state = .running
            case .waiting(let reason): (line.state, line.detail) = (.waiting, reason)
            case .ended(.completed) where task == nil: line.state = .done
            case .ended(let cause): (line.state, line.detail) = (.lost, cause.description)
            case nil: line.detail = known == nil ? "Slurm does not list it" : "in a state that Slurm does not explain"
            }
            if submission.cancelled != nil, line.state != .running { line.state = .cancelled }
        }
        return line
    }

    /// Cancels all jobs that were submitted from this store; a run that waits for them ends.
    ///
    /// - Returns: how many stages' jobs were cancelled.
    /// - Throws: `SlurmError.unclear` where Slurm does not answer; then the jobs' workers do nothing once they begin.
    package func cancelJobs(commands folder: String? = nil) throws -> Int {
        if try submissions().isEmpty { return 0 }
        // Under the lock of the queue, whose own notes would otherwise overwrite this one.
        return try waitingForQueue { try cancelLocked(SlurmCommands(store: self, folder: folder)) }
    }

    private func cancelLocked(_ commands: SlurmCommands) throws -> Int {
        var count = 0
        var tokens: Set<String> = []
        for var submission in try submissions() where submission.cancelled == nil {
            submission.cancelled = files.timeOfDay
            try save(submission)
            tokens.insert(submission.token)
            count += submission.tasks.count { !$0.isSettled }
        }
        if tokens.isEmpty { return 0 }
        guard let states = try commands.squeue() else { throw SlurmError.unclear("squeue fails") }
        let jobs = Set(states.filter { tokens.contains($0.key.token) }.map(\.value.job)).sorted()
        guard try commands.scancel(jobs) else { throw SlurmError.unclear("scancel fails") }
        return count
    }
}
