import Platform

/// An array of jobs that a run would submit.
package struct PlannedJobs: Hashable, Sendable {
    /// What its stages' names begin with.
    package var group: String
    /// The names of the stages, a job each.
    package var stages: [String]
    /// What each job asks for.
    package var resources: SlurmOptions.Resources
    /// The words after `sbatch`.
    package var words: [String]

    /// Processors times hours until the last of the time limits.
    package var coreHours: Double { Double(stages.count * resources.cores * resources.minutes) / 60 }
}

extension Plan {
    /// The jobs that a run of this plan would submit, were all of them to begin at once.
    package func jobs(_ options: SlurmOptions) -> [PlannedJobs] {
        var groups: [String: [Stage]] = [:]
        var order: [String] = []
        for step in steps where !step.action.isReuse && options.takes(step.stage) {
            let group = parent(of: step.stage.name)
            if groups[group] == nil { order.append(group) }
            groups[group, default: []].append(step.stage)
        }
        return order.map { group in
            let stages = groups[group]!
            let submission = Submission(
                token: "TOKEN", job: nil,
                tasks: stages.map { Submission.Task(ticket: Digest(words: .zero), stage: $0.name, attempt: 1, checkpoints: 0) },
                memory: options.memory(of: stages[0]), created: 0)
            return PlannedJobs(
                group: group, stages: stages.map(\.name), resources: options.kinds[stages[0].kind]!,
                words: options.sbatch(submission, kind: stages[0].kind, script: "TOKEN.sh", output: "TOKEN-%a.out").map(quoted))
        }
    }
}
