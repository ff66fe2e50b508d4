import Cluster
import Pipeline

extension Call {
    /// How stages become jobs.
    ///
    /// - Throws: `UsageError` where the call names no cluster.
    func queue() throws -> JobOptions {
        guard let jobs = settings.jobs else {
            throw UsageError.unfitting(
                "--detach without a queue to leave jobs to", fitting: SchedulerChoice.all.map { "--executor \($0.word) --detach" }
            )
        }
        return jobs
    }

    /// Leaves all jobs of a run to a cluster and returns; without anything that is worth a job, runs what there is to run.
    func detach(_ targets: [String]) throws -> ExitCode {
        let jobs = try queue()
        if settings.run.force { throw UsageError.unfitting("--force with --detach", fitting: ["--force alone"]) }
        if let mirror = settings.mirrors.first(where: { withoutPasswords($0.word) != $0.word }) {
            throw UsageError.secretInJob(withoutPasswords(mirror.word))
        }
        let running = Errand.Running(recorder: recorder, cancellation: Cancellation())
        try Interrupts.cancel(running.cancellation)
        let (from, until) = (arguments.all("--from"), arguments.all("--until"))
        let pipeline = try pipeline(for: Errand(targets: targets.isEmpty ? until : targets, running: running))
        let departure = try pipeline.detach(
            targets, from: from, until: until, options: settings.run, jobs: jobs, rest: rest(targets),
            recorder: running.recorder, cancellation: running.cancellation)
        guard let last = departure.last else { return .failed }
        streams.out(
            "\(departure.stages.count) stages are jobs; job \(last) runs the rest when all have ended well\n"
                + "`samedge status` shows them, `samedge cancel` ends them\n")
        return .done
    }

    /// The call that runs what is left when all jobs have ended well: with what this one's settings came to, wherever they were
    /// from, and with all its other options.
    private func rest(_ targets: [String]) -> [String] {
        let settled = [
            "--profile": [settings.profile],
            "--store": [settings.store], "--mirror": settings.mirrors.map(\.word),
            // What is left are figures and tables, and the job that makes them has asked for no device.
            "--device": settings.run.device == nil ? [] : ["cpu"],
        ]
        let options = arguments.words(of: Option.common + Option.running + Option.between, settled: settled)
        return ["run", "--executor=local"] + options + ["--"] + targets
    }
}
