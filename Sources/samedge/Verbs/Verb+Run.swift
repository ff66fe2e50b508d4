import Pipeline

extension Verb {
    /// Makes targets and all that they need.
    static let run = Verb(
        name: "run", words: "[TARGET…]", help: "make targets, or everything, from what is there already",
        details: """
            Runs each stage whose parameters, inputs or code changed, several at once. Interrupt once to stop after the
            step under way (the next run goes on from there), twice to stop at once. With --from and --until, the targets
            are the stages between: what depends on the one, as far as the other needs it. Add --force to run those again.
            Under `make -j`, every processor after the first is used by leave of make.

            With --executor slurm, training and measuring become jobs: what is killed goes on in another, and a run that was
            itself killed finds its jobs again. With --detach, all are submitted at once and the command returns.
            SAMEDGE_SLURM may hold the options for Slurm, quoted as in a shell, such as "--partition=large --account='my lab'".
            """,
        options: Option.common + Option.running + Option.between + Option.cluster + [Option.detach]
    ) { call in
        if call.arguments.has("--detach") { return try call.detach(call.arguments.words) }
        return try call.run(call.arguments.words).summary.exitCode
    }
}

extension Option {
    /// Leaves a run to a cluster's jobs.
    static let detach = Option("--detach", "submit all jobs and return; see `samedge status`")

    /// The options that choose stages by what lies before and after them.
    static let between: [Option] = [
        Option("--from", value: "STAGE", repeats: true, "only this stage and those that depend on it"),
        Option("--until", value: "STAGE", repeats: true, "only this stage and those that it needs"),
    ]
}

extension RunSummary {
    /// How a command ends whose work came to this.
    var exitCode: ExitCode { wasInterrupted ? .interrupted : isComplete ? .done : .failed }
}
