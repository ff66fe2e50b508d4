import Platform
import Synchronization

/// Runs stages in parallel, each after its upstream; all its state belongs to the thread that calls `run`.
struct Executor {
    enum State { case pending, deferred(until: Double), running, done, failed, skipped }

    /// A stage that is to run, and what for.
    struct Work {
        var record: KeyRecord
        var key: Digest
        var reason: Plan.Reason
    }

    let pipeline: Pipeline
    let planner: Planner
    let options: RunOptions
    let recorder: any Recorder
    let cancellation: Cancellation
    let jobServer: JobServer?
    /// Where stages go that are worth a job; `nil` to run all here.
    let slurm: SlurmQueue?
    let members: [Int]
    let bell: Wakeup
    let mailbox = Mailbox()

    var states: [Int: State] = [:]
    var work: [Int: Work] = [:]
    var outputs: [Int: [StoredFile]] = [:]
    /// Seconds that a stage may take, where that can be said.
    var estimates: [Int: Double] = [:]
    /// Seconds of the longest way from a stage's beginning to the end; what begins first.
    var urgency: [Int: Double] = [:]
    var missing: [Int: Int] = [:]
    var ready: [Int] = []
    var running: Set<Int> = []
    /// The stages that are jobs.
    var away: Set<Int> = []
    var memory = 0
    /// How many of make's tokens each running stage takes up.
    var tokens: [Int: Int] = [:]
    /// Whether a stage waits for one of make's tokens.
    var isShortOfTokens = false
    var doneCount = 0
    /// The stages for which another process has been waited.
    var announced: Set<Int> = []
    var summary = RunSummary()

    /// Where threads leave what became of their stages.
    final class Mailbox: Sendable {
        private let letters = Mutex<[(Int, StageAttempt.Outcome)]>([])
        func post(_ stage: Int, _ outcome: StageAttempt.Outcome) { letters.withLock { $0.append((stage, outcome)) } }
        func takeAll() -> [(Int, StageAttempt.Outcome)] {
            letters.withLock { letters in
                defer { letters = [] }
                return letters
            }
        }
    }

    init(
        pipeline: Pipeline, targets: [Int], forced: Set<Int>, options: RunOptions, recorder: any Recorder,
        cancellation: Cancellation, jobServer: JobServer?, slurm: SlurmQueue?
    ) throws {
        (self.pipeline, self.options, self.recorder, self.cancellation) = (pipeline, options, recorder, cancellation)
        (self.jobServer, self.slurm) = (jobServer, slurm)
        planner = pipeline.planner(forced: forced)
        members = pipeline.graph.closure(of: targets)
        bell = try Wakeup()
        cancellation.wakes(bell)
    }

    var graph: Graph { pipeline.graph }
    var store: Store { pipeline.store }
    func name(_ stage: Int) -> String { graph.stages[stage].name }
}

// MARK: - The loop

extension Executor {
    /// Runs all members, and returns when none is running and none can begin.
    mutating func run() throws -> RunSummary {
        let inUse = try store.waitForUse(cancellation)
        let result = Result { try runAll() }
        slurm?.stop()
        inUse.release()
        return try result.get()
    }

    private mutating func runAll() throws -> RunSummary {
        let start = Clock.seconds
        try prepare()
        while true {
            for (stage, outcome) in mailbox.takeAll() { settle(stage, outcome) }
            if cancellation.isCancelled, !summary.wasInterrupted {
                summary.wasInterrupted = true
                recorder.record(.interrupted)
                leaveJobs()
            }
            beginWhatFits()
            let deferred = deferredUntil
            if running.isEmpty, away.isEmpty, deferred == nil || !mayBegin { break }
            let pause = mayBegin ? deferred.map { max(0.001, $0 - Clock.seconds) } ?? 0.5 : 0.5
            bell.wait(seconds: min(pause, isShortOfTokens ? 0.02 : 0.5))
            recorder.tick()
        }
        for stage in members {
            switch states[stage]! {
            case .pending, .deferred:
                summary.skipped.append(name(stage))
            case .running, .done, .failed, .skipped: break
            }
        }
        summary.seconds = Clock.seconds - start
        recorder.record(.ended(summary))
        return summary
    }

    private mutating func prepare() throws {
        let isMember = Set(members)
        for stage in members {
            states[stage] = .pending
            missing[stage] = graph.upstream[stage].count
        }
        for stage in members.reversed() {
            let after = graph.downstream[stage].filter(isMember.contains).map { urgency[$0] ?? 0 }.max() ?? 0
            estimates[stage] = try planner.seconds(of: stage)
            urgency[stage] = after + (estimates[stage] ?? 1e-3)
        }
        judge(members.reversed().filter { missing[$0] == 0 })
        let waiting = members.count { if case .pending = states[$0]! { true } else { false } }
        recorder.record(.planned(run: ready.count, reuse: doneCount, wait: waiting, seconds: workLeft))
        reportOverall()
    }

    /// Whether a further stage may begin at all.
    private var mayBegin: Bool {
        !cancellation.isCancelled && (options.keepGoing || summary.failures.isEmpty)
    }

    private var deferredUntil: Double? {
        ready.compactMap { if case .deferred(let until) = states[$0]! { until } else { nil } }.min()
    }

    // MARK: - Judging

    /// Decides what becomes of a stage whose upstream is done, and of those after it that follow at once.
    private mutating func judge(_ first: [Int]) {
        var open = first
        while let stage = open.popLast() {
            do {
                switch try planner.verdict(on: stage, outputs: outputs) {
                case .reuse(let key, let files):
                    try noteReuse(stage, key)
                    open += try finish(stage, files)
                case .impossible(let error):
                    throw error
                case .run(let record, let key, let reason):
                    if case .damaged(let path, let damage) = reason {
                        recorder.record(.damaged(path: path, damage: damage.description))
                    }
                    work[stage] = Work(record: record, key: key, reason: reason)
                    ready.append(stage)
                }
            } catch { fail(stage, error, tail: []) }
        }
    }

    private mutating func noteReuse(_ stage: Int, _ key: Digest) throws {
        summary.reused.append(name(stage))
        recorder.record(.reused(stage: name(stage)))
        store.noteUse(of: key)
        let last = try store.lastRun(scope: pipeline.scope, stage: name(stage))
        if last?.key != key, let record = try store.record(key) {
            try store.setLastRecord(scope: pipeline.scope, stage: name(stage), record)
        }
    }

    /// Marks a stage as done; gives the stages that can be judged now.
    private mutating func finish(_ stage: Int, _ files: [StoredFile]) throws -> [Int] {
        try materialise(stage, files)
        outputs[stage] = files
        states[stage] = .done
        doneCount += 1
        var open: [Int] = []
        for next in graph.downstream[stage] {
            guard let count = missing[next] else { continue }
            missing[next] = count - 1
            if count == 1 { open.append(next) }
        }
        return open
    }

    private mutating func fail(_ stage: Int, _ error: any Error, tail: [String]) {
        states[stage] = .failed
        let message = "\(error)"
        summary.failures.append(
            RunSummary.Failure(stage: name(stage), message: message, tail: tail, fetching: error as? FetchError))
        recorder.record(.failed(stage: name(stage), error: message, tail: tail))
        skip(after: stage)
    }

    private mutating func skip(after stage: Int) {
        for dependent in graph.dependents(of: [stage]) where dependent != stage {
            guard case .pending? = states[dependent] else { continue }
            states[dependent] = .skipped
            summary.skipped.append(name(dependent))
            recorder.record(.skipped(stage: name(dependent), because: name(stage)))
        }
    }

    // MARK: - Beginning and ending

    /// Begins ready stages, the most urgent first, as far as jobs and memory allow.
    private mutating func beginWhatFits() {
        isShortOfTokens = false
        guard mayBegin else { return }
        let now = Clock.seconds
        ready.sort { (urgency[$1]!, $0) < (urgency[$0]!, $1) }
        var later: [Int] = []
        for (position, stage) in ready.enumerated() {
            let need = graph.stages[stage].resources.memory
            let isFree: Bool
            if case .deferred(let until) = states[stage]! { isFree = until <= now } else { isFree = true }
            if let slurm, slurm.options.takes(graph.stages[stage]) {
                do { try submit(stage, to: slurm) } catch { ended(stage, error) }
                continue
            }
            if isFree, !isShortOfTokens, running.count < options.jobs, running.isEmpty || memory + need <= options.memory {
                do {
                    if try begin(stage, waiting: ready.count - position - 1) { continue }
                    isShortOfTokens = true
                } catch {
                    ended(stage, error)
                    continue
                }
            }
            later.append(stage)
        }
        ready = later
    }

    /// Begins a stage; `false` where make has no token for it now.
    private mutating func begin(_ stage: Int, waiting: Int) throws -> Bool {
        let value = graph.stages[stage]
        let work = work[stage]!
        let share = options.threads ?? max(1, processorCount / min(options.jobs, running.count + waiting + 1))
        var threads = min(share, max(1, value.resources.threads))
        if let jobServer {
            threads = jobServer.take(upTo: threads)
            if threads == 0 { return false }
            tokens[stage] = threads
        }
        let (recorder, mailbox, bell) = (recorder, mailbox, bell)
        let seconds = estimates[stage]
        let attempt = StageAttempt(
            stage: value, kind: pipeline.kinds[value.kind]!, record: work.record, key: work.key,
            isForced: planner.forced.contains(stage),
            inputs: try value.inputs.map { ($0.label, $0.originText, try planner.resolve($0, outputs: outputs)) },
            threads: threads, store: store, cancellation: cancellation,
            report: { recorder.record($0) },
            begins: { recorder.record(.started(stage: value.name, because: "\(work.reason)", seconds: seconds)) })
        states[stage] = .running
        running.insert(stage)
        memory += value.resources.memory
        try startThread {
            mailbox.post(stage, attempt.perform())
            bell.ring()
        }
        return true
    }

    /// Leaves a stage to Slurm.
    private mutating func submit(_ stage: Int, to slurm: SlurmQueue) throws {
        let (value, key) = (graph.stages[stage], work[stage]!.key)
        if planner.forced.contains(stage) { try slurm.forget(key) }
        let ticket = try planner.ticket(for: stage, outputs: outputs)
        let (mailbox, bell) = (mailbox, bell)
        states[stage] = .running
        away.insert(stage)
        try slurm.want(
            SlurmQueue.Wish(ticket: ticket, key: key, memory: slurm.options.memory(of: value), recorder: recorder) {
                mailbox.post(stage, $0)
                bell.ring()
            })
    }

    /// Waits no longer for jobs, which go on.
    private mutating func leaveJobs() {
        if away.isEmpty { return }
        recorder.record(
            .notice("\(away.count) jobs go on: the next run adopts them, `samedge status` shows them, `samedge cancel` ends them")
        )
        for stage in away.sorted() { settle(stage, .stopped) }
    }

    /// Gives back what a stage took up.
    private mutating func release(_ stage: Int) {
        away.remove(stage)
        if running.remove(stage) != nil { memory -= graph.stages[stage].resources.memory }
        if let count = tokens.removeValue(forKey: stage) { jobServer?.give(back: count) }
    }

    /// Marks a stage that could not be begun as failed.
    private mutating func ended(_ stage: Int, _ error: any Error) {
        release(stage)
        fail(stage, error, tail: [])
    }

    private mutating func settle(_ stage: Int, _ outcome: StageAttempt.Outcome) {
        // A job that was left may still send word.
        guard case .running = states[stage]! else { return }
        release(stage)
        do {
            switch outcome {
            case .busy:
                if announced.insert(stage).inserted { recorder.record(.waiting(stage: name(stage))) }
                states[stage] = .deferred(until: Clock.seconds + 0.05)
                ready.append(stage)
            case .reused(let files):
                try noteReuse(stage, work[stage]!.key)
                judge(try finish(stage, files))
            case .ran(let record):
                summary.ran.append(name(stage))
                let bytes = record.outputs.reduce(0) { $0 + $1.size }
                recorder.record(.finished(stage: name(stage), seconds: record.seconds, files: record.outputs.count, bytes: bytes))
                try store.setLastRecord(scope: pipeline.scope, stage: name(stage), record)
                judge(try finish(stage, record.outputs))
            case .stopped:
                states[stage] = .failed
                summary.stopped.append(name(stage))
                recorder.record(.stopped(stage: name(stage)))
                skip(after: stage)
            case .failed(let error, let tail):
                fail(stage, error, tail: tail)
            }
        } catch { fail(stage, error, tail: []) }
        reportOverall()
    }

    private func reportOverall() {
        let longest = (Array(running) + ready).map { urgency[$0]! }.max() ?? 0
        recorder.record(
            .overall(done: doneCount, count: members.count, seconds: workLeft.map { max(longest, $0 / Double(options.jobs)) }))
    }

    /// Seconds of work, one stage after another, in the stages not yet done; `nil` while one of them is unknown.
    private var workLeft: Double? {
        var sum = 0.0
        for stage in members {
            switch states[stage]! {
            case .done, .failed, .skipped: continue
            case .pending, .deferred, .running:
                guard let seconds = estimates[stage] else { return nil }
                sum += seconds
            }
        }
        return sum
    }
}

extension Stage.Input {
    /// What the input comes from, for messages.
    var originText: String {
        switch source {
        case .stage(let name, _): name
        case .file(let path): path
        }
    }
}
