import Cluster
import Formats
import Paper
import Pipeline
import Platform

/// A verb of the command: its name, its help, its options, and what it does.
struct Verb: Sendable {
    var name: String
    /// The words it takes, for the help: `[TARGET…]`.
    var words: String
    /// One line.
    var help: String
    /// What one should know besides, for `samedge help VERB`.
    var details: String = ""
    var options: [Option]
    /// Whether its words are paths of files, and no targets.
    var takesFiles = false
    var perform: @Sendable (Call) throws -> ExitCode
}

/// How the command ends.
enum ExitCode: Int32, Hashable, Sendable {
    case done = 0
    /// A stage failed, or something that is not the call's fault.
    case failed = 1
    /// The call was wrong.
    case usage = 2
    /// A figure differs from its golden one.
    case differs = 3
    case interrupted = 130
}

/// Where the command writes.
struct Streams: Sendable {
    var out: @Sendable (String) -> Void
    var err: @Sendable (String) -> Void
    /// Whether `err` is a terminal with a person before it.
    var isLive: Bool

    /// Those of the process.
    static let process = {
        let isColoured = (out: Console.output.isColoured, err: Console.error.isColoured)
        return Streams(
            out: { StandardOutput.write(isColoured.out ? Colouring.text($0) : $0) },
            err: { Console.error.write(isColoured.err ? Colouring.text($0) : $0) }, isLive: Console.error.isTerminal)
    }()
}

/// One call of a verb.
struct Call: Sendable {
    var verb: String
    var arguments: Arguments
    var settings: Settings
    var project: Project
    var streams: Streams
    var environment: [String: String]
    /// Whether its runs have settings of their own, and each is remembered beside the others.
    var isOwn = false

    /// The pipeline of the project under the call's settings.
    func pipeline(for errand: Errand = Errand()) throws -> Pipeline {
        let store = try Store(settings.store, program: project.program)
        var pipeline = try Pipeline(
            stages: project.stages(settings, store, errand), kinds: project.kinds(settings), codeDigest: project.codeDigest,
            store: store, scope: settings.scope ?? settings.profile, root: settings.root)
        pipeline.isOwn = isOwn
        return pipeline
    }

    /// Runs targets, listening to interrupts; the pipeline they were run in, and what became of them.
    func run(_ targets: [String]) throws -> (pipeline: Pipeline, summary: RunSummary) {
        let options = try runOptions()
        let running = Errand.Running(recorder: recorder, cancellation: Cancellation())
        try Interrupts.cancel(running.cancellation)
        let (from, until) = (arguments.all("--from"), arguments.all("--until"))
        let pipeline = try pipeline(for: Errand(targets: targets.isEmpty ? until : targets, running: running))
        var (runs, targets) = (pipeline, targets)
        if let fault = try pipeline.publishingFault() {
            // Its results are in the store all the same; the words for what is copied out mean nothing without it.
            let stages = pipeline.graph.stages
            targets = try targets.isEmpty ? [] : pipeline.graph.targets(targets).map { stages[$0].name }
            runs = try pipeline.withoutPublications()
            running.recorder.record(
                .notice(
                    "\(fault); results stay in the store: `samedge export --output FOLDER` copies figures elsewhere, "
                        + "`samedge show STAGE` names all files"))
        }
        let summary = try runs.run(
            targets, from: from, until: until, options: options, recorder: running.recorder,
            cancellation: running.cancellation, jobServer: environment["MAKEFLAGS"].flatMap(JobServer.init),
            place: try settings.jobs.map { try JobQueue($0, store: pipeline.store) })
        if summary.isComplete { try noteMaking(of: runs) }
        return (pipeline, summary)
    }

    /// What a run came to, in a line: the report, and how many verdicts hold; `nil` where the run made no report.
    func closingLine(_ pipeline: Pipeline, _ summary: RunSummary) throws -> String? {
        guard summary.isComplete, (summary.ran + summary.reused).contains("report"),
            let page = pipeline.graph.stages.first(where: { $0.name == "report" })?.publishes.values.sorted().first,
            let file = try pipeline.outputs(of: "claims")?.first(where: { $0.path == "claims.tsv" })
        else { return nil }
        let verdicts = try Table(contentsOf: pipeline.store.path(of: file)).texts(named: "verdict")
        let counts = [("holds", "hold"), ("does not hold", "do not"), ("not tested", "not tested")].compactMap { verdict, word in
            let count = verdicts.count { $0 == verdict }
            return count == 0 ? nil : "\(count) \(word)"
        }
        return "\(page): of \(verdicts.count) verdicts \(counts.joined(separator: ", ")); `samedge claims` says why\n"
    }

    /// How stages are to run here, with what their device was measured to reach.
    ///
    /// - Throws: where they are to run on a device that is not there, or does not prove itself.
    func runOptions() throws -> RunOptions {
        var options = settings.run
        options.measuredDevice = try measuredDevice()
        // Likewise where the device was named: see `Settings`.
        if options.measuredDevice != nil, arguments.count("--jobs") == nil { options.jobs = min(2, options.jobs) }
        return options
    }

    /// The device that stages are to run on here, which has proved itself; `nil` for the processor.
    ///
    /// - Throws: where there is no such device, or it does not prove itself.
    func measuredDevice() throws -> MeasuredDevice? {
        guard settings.jobs == nil, let word = settings.run.device else { return nil }
        let records = DeviceRecords(store: settings.store, code: project.codeDigest("Kernels"))
        do { return try records.device(named: word, threads: settings.run.threads ?? processorCount) } catch {
            throw UsageError.unusable("\(error)")
        }
    }

    /// What events are told with.
    var recorder: any Recorder {
        let streams = streams
        if settings.isJSON { return JSONRecorder(write: streams.out) }
        if streams.isLive, !settings.isQuiet { return LiveRecorder() }
        return LineRecorder(isQuiet: settings.isQuiet, write: streams.err)
    }

    /// The only word of the call.
    func onlyWord(_ what: String) throws -> String {
        guard let word = arguments.words.first else { throw UsageError.missingWord(what, verb: verb) }
        if arguments.words.count > 1 { throw UsageError.tooManyWords(arguments.words[1], verb: verb) }
        return word
    }

    /// Throws where the call has words.
    func noWords() throws {
        if let word = arguments.words.first { throw UsageError.tooManyWords(word, verb: verb) }
    }
}
