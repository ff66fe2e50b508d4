import Pipeline

/// An array of jobs that a run would submit.
package struct PlannedJobs: Hashable, Sendable {
    /// What its stages' names begin with.
    package var group: String
    /// The names of the stages, a job each.
    package var stages: [String]
    /// What each job asks for.
    package var resources: JobResources
    /// The call that would submit them.
    package var words: [String]

    /// Processors times hours until the last of the time limits.
    package var coreHours: Double { Double(stages.count * resources.cores * resources.minutes) / 60 }
}

extension Plan {
    /// The jobs that a run of this plan would submit, were all of them to begin at once.
    package func jobs(_ options: JobOptions) -> [PlannedJobs] {
        let stages = steps.filter { !$0.action.isReuse && options.takes($0.stage) }.map(\.stage)
        let arrays = JobArray.split(
            stages.map { (JobArray($0.name, kind: $0.kind, memory: options.memory(of: $0)), $0.name, $0.name) },
            largest: options.scheduler.largestArray)
        return arrays.map { array, stages in
            let submission = Submission(
                token: "TOKEN", scheduler: options.scheduler.name, job: nil,
                tasks: stages.map { Submission.Task(ticket: Digest(words: .zero), stage: $0, attempt: 1, checkpoints: 0) },
                memory: array.memory, created: 0)
            let request = options.request(
                submission, kind: array.kind, script: "TOKEN.sh", output: "TOKEN-\(options.scheduler.index.path)")
            return PlannedJobs(
                group: array.group, stages: stages, resources: options.kinds[array.kind]!,
                words: options.scheduler.call(request).map(quoted))
        }
    }
}
