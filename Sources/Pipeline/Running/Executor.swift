import Platform
import Synchronization

/// Runs stages at places, each after its upstream; all its state belongs to the thread that calls `run`.
struct Executor {
    /// A stage of the run, and how far it is.
    struct Node {
        enum State {
            /// What it reads is not there yet.
            case waiting
            /// It may begin, from a moment on.
            case ready(ReadyStage, from: Double)
            case running(ReadyStage)
            case done
            /// It failed, was stopped, or cannot begin any more.
            case givenUp
        }

        var state = State.waiting
        /// How many of its upstream are not done.
        var missing: Int
        /// Seconds that it may take, where that can be said.
        var seconds: Double?
        /// Whether it is to run on the device that was measured, where one was.
        var isOnDevice: Bool
        /// How much work it is, in a unit of the run's own: seconds, or what the stages declare where the seconds of one are unknown.
        var work = 0.0
        /// Seconds of the longest way from its beginning to the end, as far as they are known.
        var way = 0.0
        /// Whether the user was told that another process makes it.
        var isAnnounced = false
    }

    let pipeline: Pipeline
    let planner: Planner
    let options: RunOptions
    let recorder: any Recorder
    let cancellation: Cancellation
    /// Each stage runs at the first one that takes it.
    let places: [any Place]
    /// The stages, each after those that it depends on.
    let members: [Int]
    /// Those of them that were asked for.
    private let targets: [Int]
    let bell: Wakeup
    let mailbox = Mailbox()

    var nodes: [Int: Node] = [:]
    /// The stages that have yet to begin, in the order in which they do where there is room for one alone.
    var order: [Int] = []
    /// Since when `beginWhatFits` keeps room.
    var keepsRoomSince: Double?
    private var outputs: [Int: [StoredFile]] = [:]
    /// Why stages run that are done but for files that an archive has left out.
    private var wanted: [Int: Plan.Reason] = [:]
    /// The stages that wait for such files, by the stage that makes them.
    private var awaiting: [Int: [Int]] = [:]
    /// The keys of the results that the run has come to, by the names of stages.
    private(set) var keys: [String: Digest] = [:]
    var summary = RunSummary()

    /// Where places leave what became of their stages.
    final class Mailbox: Sendable {
        private let letters = Mutex<[(Int, StageOutcome)]>([])
        func post(_ stage: Int, _ outcome: StageOutcome) { letters.withLock { $0.append((stage, outcome)) } }
        func takeAll() -> [(Int, StageOutcome)] {
            letters.withLock { letters in
                defer { letters = [] }
                return letters
            }
        }
    }

    init(
        pipeline: Pipeline, targets: [Int], forced: Set<Int>, options: RunOptions, recorder: any Recorder,
        cancellation: Cancellation, places: [any Place]
    ) throws {
        (self.pipeline, self.options, self.recorder, self.cancellation) = (pipeline, options, recorder, cancellation)
        (self.places, self.targets) = (places, targets)
        planner = pipeline.planner(forced: forced, device: options.measuredDevice)
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
        for place in places { place.stop() }
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
                for place in places { place.interrupt() }
            }
            let pause = beginWhatFits()
            for place in places { place.shareOut() }
            if !nodes.values.contains(where: { $0.isRunning || ($0.isReady && mayBegin) }) { break }
            bell.wait(seconds: pause)
            recorder.tick()
        }
        for stage in members where nodes[stage]!.isOpen { summary.skipped.append(name(stage)) }
        summary.seconds = Clock.seconds - start
        recorder.record(.ended(summary))
        return summary
    }

    private mutating func prepare() throws {
        for stage in members {
            let (seconds, isOnDevice) = try planner.estimate(of: stage)
            nodes[stage] = Node(missing: graph.upstream[stage].count, seconds: seconds, isOnDevice: isOnDevice)
        }
        for stage in members.reversed() {
            let after = graph.downstream[stage].compactMap { nodes[$0]?.way }.max() ?? 0
            nodes[stage]!.way = after + (nodes[stage]!.seconds ?? 0)
        }
        if options.wantsFiles { for target in targets { wanted[target] = .filesWanted(by: nil) } }
        judge(members.reversed().filter { nodes[$0]!.missing == 0 })
        let open = members.filter { nodes[$0]!.isOpen }, isTimed = open.allSatisfy { nodes[$0]!.seconds != nil }
        for stage in open { nodes[stage]!.work = isTimed ? nodes[stage]!.seconds! : graph.stages[stage].resources.cost }
        order = orderOfBeginning()
        let ready = nodes.values.count(where: \.isReady)
        let waiting = nodes.values.count { if case .waiting = $0.state { true } else { false } }
        let done = nodes.values.count { if case .done = $0.state { true } else { false } }
        recorder.record(.planned(run: ready, reuse: done, wait: waiting, seconds: workLeft))
        reportOverall()
    }

    /// Whether a further stage may begin at all.
    var mayBegin: Bool {
        !cancellation.isCancelled && (options.keepGoing || summary.failures.isEmpty)
    }

    // MARK: - Judging

    /// Decides what becomes of a stage whose upstream is done, and of those after it that follow at once.
    private mutating func judge(_ first: [Int]) {
        var open = first
        while let stage = open.popLast() {
            guard case .waiting = nodes[stage]!.state else { continue }
            do {
                switch try planner.verdict(on: stage, outputs: outputs, wanted: wanted[stage]) {
                case .reuse(_, let key, let files): open += try finishReused(stage, key, files)
                case .impossible(let error): throw error
                case .run(let record, let key, let reason):
                    let sources = try planner.lacking(for: stage, outputs: outputs)
                    if !sources.isEmpty {
                        open += hold(stage, for: sources)
                        continue
                    }
                    if case .damaged(let path, let damage) = reason {
                        recorder.record(.damaged(path: path, damage: damage.description))
                    }
                    let value = graph.stages[stage]
                    let inputs = try value.inputs.map {
                        ReadyStage.Input(label: $0.label, origin: $0.originText, files: try planner.resolve($0, outputs: outputs))
                    }
                    let ready = ReadyStage(
                        value, kind: pipeline.kinds[value.kind]!, record: record, key: key, inputs: inputs, reason: "\(reason)",
                        isForced: planner.forced.contains(stage),
                        device: planner.device == nil || nodes[stage]!.isOnDevice ? options.device : nil,
                        seconds: nodes[stage]!.seconds, recorder: recorder)
                    nodes[stage]!.state = .ready(ready, from: 0)
                }
            } catch { giveUp(stage, error) }
        }
    }

    /// Lets a stage wait until others have made the files that archives have left out; gives those of them that can be judged now.
    private mutating func hold(_ stage: Int, for sources: [Int]) -> [Int] {
        nodes[stage]!.missing = sources.count
        var open: [Int] = []
        for source in sources {
            if awaiting[source] == nil {
                wanted[source] = .filesWanted(by: name(stage))
                (nodes[source]!.state, nodes[source]!.missing) = (.waiting, 0)
                let name = name(source)
                summary.reused.removeAll { $0 == name }
                open.append(source)
            }
            awaiting[source, default: []].append(stage)
        }
        return open
    }

    private mutating func finishReused(_ stage: Int, _ key: Digest, _ files: [StoredFile]) throws -> [Int] {
        store.noteUse(of: key)
        let last = try store.lastRun(scope: pipeline.scope, stage: name(stage))
        if last?.key != key, let record = try store.record(key) {
            try store.setLastRecord(scope: pipeline.scope, stage: name(stage), record)
        }
        try materialise(stage, files)
        summary.reused.append(name(stage))
        recorder.record(.reused(stage: name(stage)))
        return finish(stage, key, files)
    }

    /// Marks a stage as done; gives the stages that can be judged now.
    private mutating func finish(_ stage: Int, _ key: Digest, _ files: [StoredFile]) -> [Int] {
        (outputs[stage], keys[name(stage)]) = (files, key)
        nodes[stage]!.state = .done
        var open: [Int] = []
        for next in awaiting.removeValue(forKey: stage) ?? graph.downstream[stage] where nodes[next] != nil {
            nodes[next]!.missing -= 1
            if nodes[next]!.missing == 0 { open.append(next) }
        }
        return open
    }

    /// Marks a stage as failed, or as stopped where that is the error, and those after it as skipped.
    mutating func giveUp(_ stage: Int, _ error: any Error, tail: [String] = []) {
        nodes[stage]!.state = .givenUp
        if error is Cancelled {
            summary.stopped.append(name(stage))
            recorder.record(.stopped(stage: name(stage)))
        } else {
            let message = "\(error)"
            summary.failures.append(
                RunSummary.Failure(stage: name(stage), message: message, tail: tail, fetching: error as? FetchError))
            recorder.record(.failed(stage: name(stage), error: message, tail: tail))
        }
        for dependent in graph.dependents(of: [stage]) where dependent != stage && nodes[dependent]?.isOpen == true {
            nodes[dependent]!.state = .givenUp
            summary.skipped.append(name(dependent))
            recorder.record(.skipped(stage: name(dependent), because: name(stage)))
        }
    }

    // MARK: - Ending

    private mutating func settle(_ stage: Int, _ outcome: StageOutcome) {
        guard case .running(let ready) = nodes[stage]!.state else { preconditionFailure("\(name(stage)) ended twice") }
        do {
            switch outcome {
            case .busy:
                if !nodes[stage]!.isAnnounced { recorder.record(.waiting(stage: name(stage))) }
                nodes[stage]!.isAnnounced = true
                nodes[stage]!.state = .ready(ready, from: Clock.seconds + 0.05)
            // A place gives this also for what lacks files, where another has just brought it from an archive.
            case .reused(let files): judge(try finishReused(stage, ready.key, files))
            case .ran(let record):
                if let changed = record.outputs.first(where: { isOther($0, than: outputs[stage]) }) {
                    throw PipelineError.otherBytes(changed.path)
                }
                try store.setLastRecord(scope: pipeline.scope, stage: name(stage), record)
                try materialise(stage, record.outputs)
                summary.ran.append(name(stage))
                let bytes = record.outputs.reduce(0) { $0 + $1.size }
                recorder.record(.finished(stage: name(stage), seconds: record.seconds, files: record.outputs.count, bytes: bytes))
                judge(finish(stage, ready.key, record.outputs))
            case .stopped: throw Cancelled()
            case .failed(let error, let tail): giveUp(stage, error, tail: tail)
            }
        } catch { giveUp(stage, error) }
        reportOverall()
    }

    /// Whether a file that a stage has made anew differs from the one that the others have reckoned with.
    private func isOther(_ file: StoredFile, than known: [StoredFile]?) -> Bool {
        guard let known else { return false }
        return !known.contains { $0.path == file.path && $0.digest == file.digest }
    }

    private func reportOverall() {
        let longest = nodes.values.filter { $0.isReady || $0.isRunning }.map(\.way).max() ?? 0
        recorder.record(
            .overall(done: outputs.count, count: members.count, seconds: workLeft.map { max(longest, $0 / Double(options.jobs)) })
        )
    }

    /// Seconds of work, one stage after another, in the stages not yet done; `nil` while one of them is unknown.
    private var workLeft: Double? {
        var sum = 0.0
        for stage in members where nodes[stage]!.isOpen || nodes[stage]!.isRunning {
            guard let seconds = nodes[stage]!.seconds else { return nil }
            sum += seconds
        }
        return sum
    }
}

extension Executor.Node {
    var isReady: Bool { if case .ready = state { true } else { false } }
    var isRunning: Bool { if case .running = state { true } else { false } }
    /// Whether it has yet to begin.
    var isOpen: Bool {
        switch state {
        case .waiting, .ready: true
        case .running, .done, .givenUp: false
        }
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
