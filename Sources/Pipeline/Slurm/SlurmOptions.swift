/// How stages become jobs; nothing here changes a result.
package struct SlurmOptions: Hashable, Sendable {
    /// What Slurm is asked for, for each stage of a kind.
    package struct Resources: Hashable, Sendable {
        /// The time limit.
        package var minutes: Int
        /// Megabytes; `nil` for what the stage says that it needs.
        package var memory: Int?
        /// Processors.
        package var cores: Int

        /// What Slurm is asked for.
        package init(minutes: Int, memory: Int? = nil, cores: Int) {
            (self.minutes, self.memory, self.cores) = (minutes, memory, cores)
        }
    }

    /// The kinds of stages that are worth a job; the others run where the command runs.
    package var kinds: [String: Resources]
    /// Options of `sbatch` that hold for all jobs, such as `--partition=large`.
    package var lines: [String] = []
    /// How many attempts at a stage in a row may leave no further checkpoint before it counts as failed.
    package var attempts = 3
    /// Seconds between two questions to Slurm.
    package var poll = 30.0
    /// The program that the jobs run: this one, by a path that holds on all nodes.
    package var program: String
    /// Where the jobs run it: the project's folder.
    package var folder: String
    /// The folder of Slurm's own programs; `nil` to look along the search path.
    package var commands: String?
    /// Seconds that a result may take to show after Slurm has said that its job is complete.
    package var patience = 60.0
    /// Seconds that a job may take to show after a submission whose reply was lost.
    package var grace = 5.0
    /// Whether nobody looks after the jobs once they are submitted.
    var isDetached = false

    /// How stages become jobs.
    package init(kinds: [String: Resources], program: String, folder: String) {
        (self.kinds, self.program, self.folder) = (kinds, program, folder)
    }

    /// Whether a stage is worth a job. One that reads files of the user's is not, since only this machine is sure to see them.
    package func takes(_ stage: Stage) -> Bool {
        kinds[stage.kind] != nil && !stage.inputs.contains { if case .file = $0.source { true } else { false } }
    }

    /// Megabytes that a stage is given.
    func memory(of stage: Stage) -> Int { kinds[stage.kind]?.memory ?? max(512, stage.resources.memory >> 20) }
}

// MARK: - What sbatch is called with

extension SlurmOptions {
    /// The call of `sbatch` for a submission of stages of a kind.
    ///
    /// - Parameter dependency: in Slurm's words, what must have ended well before.
    func sbatch(_ submission: Submission, kind: String?, script: String, output: String, dependency: String? = nil) -> [String] {
        // What ends a detached run is small.
        let resources = kind.flatMap { kinds[$0] } ?? Resources(minutes: 60, cores: 1)
        var words = ["--parsable", "--job-name=\(submission.name)", "--comment=\(submission.name)"]
        if !submission.tasks.isEmpty { words.append("--array=0-\(submission.tasks.count - 1)") }
        words += [
            "--nodes=1", "--ntasks=1", "--cpus-per-task=\(resources.cores)", "--mem=\(submission.memory)M",
            "--time=\(resources.minutes)", "--signal=B:TERM@\(Self.warning(minutes: resources.minutes))",
            "--chdir=\(folder)", "--output=\(output)", "--open-mode=append",
        ]
        // With nobody to look after them, jobs that a node or a preemption takes are begun again by Slurm.
        words.append(isDetached ? "--requeue" : "--no-requeue")
        if let dependency { words += ["--dependency=\(dependency)", "--kill-on-invalid-dep=yes"] }
        if !submission.excluded.isEmpty { words.append("--exclude=" + submission.excluded.joined(separator: ",")) }
        return words + lines + [script]
    }

    /// Seconds before the limit at which a worker is asked to stop: a tenth of the time, five minutes at most.
    static func warning(minutes: Int) -> Int { min(300, max(10, minutes * 6)) }

    /// What the jobs of a submission run.
    func script(_ submission: Submission, cores: Int, store: String) -> String {
        """
        #!/bin/sh
        # Worker I of the array makes the I-th of these.
        set -- \(submission.tasks.map(\.ticket.hex).joined(separator: " "))
        shift "$SLURM_ARRAY_TASK_ID"
        exec \(quoted(program)) worker "$1" --job \(submission.token) --index "$SLURM_ARRAY_TASK_ID" --threads \(cores) \
        --store \(quoted(store))

        """
    }
}

/// A word as a shell reads it back.
func quoted(_ word: String) -> String {
    let plain = word.utf8.allSatisfy {
        ($0 >= 0x30 && $0 <= 0x39) || ($0 | 0x20 >= 0x61 && $0 | 0x20 <= 0x7a) || "-_./=:,%@+".utf8.contains($0)
    }
    return plain && !word.isEmpty
        ? word : "'" + word.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''") + "'"
}
