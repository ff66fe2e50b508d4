import Pipeline

/// How stages become jobs; nothing here changes a result.
package struct JobOptions: Sendable {
    /// Who takes the jobs.
    package let scheduler: any Scheduler
    /// The kinds of stages that are worth a job, and what it asks for; the others run where the command runs.
    package var kinds: [String: JobResources]
    /// How many attempts at a stage in a row may leave no further checkpoint before it counts as failed.
    package var attempts = 3
    /// Seconds between two questions to the scheduler.
    package var poll = 30.0
    /// The program that the jobs run: this one, by a path that holds on all nodes.
    package var program: String
    /// Where the jobs run it: the project's folder.
    package var folder: String
    /// Where the jobs' kernels run, in words that the stages understand; `nil` leaves it to them.
    package var device: String?
    /// Variables of the environment that the jobs must not heed, since what they said is in their calls.
    package var unheeded: [String] = []
    /// Seconds that a result may take to show after the scheduler has said that its job is complete.
    package var patience = 60.0
    /// Seconds that a job may take to show after a submission whose reply was lost.
    package var grace = 5.0
    /// Whether somebody looks after the jobs once they are submitted.
    var isWatched = true

    /// How stages become jobs.
    package init(_ scheduler: any Scheduler, kinds: [String: JobResources], program: String, folder: String) {
        (self.scheduler, self.kinds, self.program, self.folder) = (scheduler, kinds, program, folder)
    }

    /// Whether a stage is worth a job. One that reads files of the user's is not, since only this machine is sure to see them.
    package func takes(_ stage: Stage) -> Bool {
        kinds[stage.kind] != nil && !stage.inputs.contains { if case .file = $0.source { true } else { false } }
    }

    /// Megabytes that a stage is given.
    func memory(of stage: Stage) -> Int { kinds[stage.kind]?.memory ?? max(512, stage.resources.memory >> 20) }

    /// What is asked of the scheduler for a submission of stages of a kind, `nil` for the small job that ends a detached run.
    func request(
        _ submission: Submission, kind: String?, script: String, output: String, dependency: JobRequest.Dependency = .nothing
    ) -> JobRequest {
        let resources = kind.flatMap { kinds[$0] } ?? JobResources(minutes: 60, cores: 1)
        return JobRequest(
            name: JobName.prefix + submission.token, count: submission.tasks.isEmpty ? nil : submission.tasks.count,
            minutes: resources.minutes, megabytes: submission.memory, cores: resources.cores, gpus: kind == nil ? 0 : gpus,
            folder: folder, script: script,
            output: output, excluded: submission.excluded, dependency: dependency, isWatched: isWatched)
    }

    /// The GPUs that a stage's job asks for: one where a device was named that is no choice of the stage's own.
    private var gpus: Int { RunOptions.isNamed(device) ? 1 : 0 }

    /// What the jobs of a submission run.
    func script(_ submission: Submission, cores: Int, store: String) -> String {
        """
        # Worker I of the array makes the I-th of these.
        set -- \(submission.tasks.map(\.ticket.hex).joined(separator: " "))
        shift "\(scheduler.index.shell)"
        exec \(quoted(program)) worker "$1" --job \(submission.token) --index "\(scheduler.index.shell)" --threads \(cores) \
        \(device.map { "--device \(quoted($0)) " } ?? "")--place "\(scheduler.place)" --store \(quoted(store))

        """
    }

    /// What comes before all that jobs run.
    var preamble: String { "#!/bin/sh\n" + (unheeded.isEmpty ? "" : "unset \(unheeded.joined(separator: " "))\n") }
}

/// A word as a shell reads it back.
package func quoted(_ word: String) -> String {
    let plain = word.utf8.allSatisfy {
        ($0 >= 0x30 && $0 <= 0x39) || ($0 | 0x20 >= 0x61 && $0 | 0x20 <= 0x7a) || "-_./=:,%@+".utf8.contains($0)
    }
    return plain && !word.isEmpty
        ? word : "'" + word.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''") + "'"
}
