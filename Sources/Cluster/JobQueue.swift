import Pipeline
import Platform
import Synchronization

/// Runs stages as jobs of a cluster: submits, watches, adopts what an earlier process submitted, and tries again.
///
/// All that matters is in the store, under a lock: what was submitted, what came of it. What this object remembers beside
/// that only saves questions; so a process may end at any moment, and several may work on one store.
package final class JobQueue: Place {
    /// A stage that the run waits for.
    struct Wish: Sendable {
        let ticket: Ticket
        let key: Digest
        let memory: Int
        let recorder: any Recorder
        let reply: @Sendable (StageOutcome) -> Void
        /// Whether it was looked at; what had failed or was cancelled before does not concern it.
        var isKnown = false
        var isAnnounced = false
        var hasBegun = false
        /// How often in a row its submission was answered in words that nobody knows.
        var unknowns = 0
    }

    /// What is not to be concluded from at once.
    enum Doubt: Hashable {
        /// The scheduler does not list a job.
        case missing(JobName)
        /// It says that a job is complete, whose result is not there.
        case inVain(JobName)
    }

    struct State: Sendable {
        var wishes: [Digest: Wish] = [:]
        var isWatched = false
        /// When the scheduler is asked next.
        var nextQuery = 0.0
        /// What is in doubt, since when, and how often in a row it was.
        var doubts: [Doubt: (since: Double, count: Int)] = [:]
        /// How often in a row the scheduler answered in words that nobody knows.
        var unknowns = 0
        /// What the user was told of it last.
        var notice = ""
    }

    let options: JobOptions
    let store: Store
    let state = Mutex(State())
    private let isStopping = Atomic<Bool>(false)
    private let bell: Wakeup
    private let gone: Wakeup

    /// A queue on a store, which is shared from now on.
    package init(_ options: JobOptions, store: Store) throws {
        (self.options, self.store) = (options, store)
        (bell, gone) = (try Wakeup(), try Wakeup())
        try store.share()
    }

    var scheduler: any Scheduler { options.scheduler }
    var goesOn: Bool { !isStopping.load(ordering: .relaxed) }

    /// Whether a stage is worth a job.
    package func takes(_ stage: Stage) -> Bool { options.takes(stage) }

    /// Asks for a stage; of two with one key the second has to wait for the first.
    package func begin(
        _ stage: ReadyStage, others: Int, reply: @escaping @Sendable (StageOutcome) -> Void
    ) throws -> Admission {
        let key = stage.key
        if state.withLock({ $0.wishes[key] != nil }) { return .noRoom }
        if stage.isForced { try forget(key) }
        if case .found(let files) = try store.lookup(key), try store.holds(files) {
            reply(.reused(files))
            return .begun
        }
        let wish = Wish(
            ticket: Ticket(stage), key: key, memory: options.memory(of: stage.stage), recorder: stage.recorder, reply: reply)
        try state.withLock { state in
            if !state.isWatched { try startThread { self.watch() } }
            state.isWatched = true
            state.wishes[key] = wish
        }
        bell.ring()
        return .begun
    }

    /// Waits no longer for jobs, which go on.
    package func interrupt() {
        let left = state.withLock { state in
            defer { state.wishes = [:] }
            return state.wishes.values.sorted { $0.ticket.stage < $1.ticket.stage }
        }
        let count = left.count { $0.isAnnounced }
        if count > 0 {
            left[0].recorder.record(
                .notice(
                    (count == 1 ? "1 job goes on" : "\(count) jobs go on")
                        + ": the next run adopts what goes on, `samedge status` shows it, `samedge cancel` ends it"))
        }
        for wish in left { wish.reply(.stopped) }
    }

    /// Ends the watching, and returns when it has; the jobs go on.
    package func stop() {
        isStopping.store(true, ordering: .relaxed)
        bell.ring()
        if state.withLock({ $0.isWatched }) { gone.wait(seconds: nil) }
    }

    private func watch() {
        while goesOn {
            do { try step() } catch let error as ClusterError { endAll(error) } catch {
                notice("the jobs cannot be looked after: \(error)")
            }
            // Results are looked for more often than the scheduler is asked: that costs a look at a file each.
            let isIdle = state.withLock { $0.wishes.isEmpty }
            bell.wait(seconds: isIdle ? nil : min(1, options.poll))
            // Wishes come in flocks; one array is better than many jobs.
            Clock.pause(seconds: 0.02)
        }
        gone.ring()
    }

    // MARK: - Telling

    func end(_ key: Digest, _ outcome: StageOutcome) {
        state.withLock { $0.wishes.removeValue(forKey: key) }?.reply(outcome)
    }

    private func endAll(_ error: ClusterError) {
        for key in state.withLock({ $0.wishes.keys.sorted() }) { end(key, .failed(error, tail: [])) }
    }

    /// Tells the user something about the cluster, once.
    func notice(_ text: String) {
        let recorder = state.withLock { state -> (any Recorder)? in
            if state.notice == text { return nil }
            state.notice = text
            return state.wishes.values.first?.recorder
        }
        recorder?.record(.notice(text))
    }

    /// Tells the user once of a wish that a job is to make it, or makes it.
    func announce(_ key: Digest, job: String, hasBegun: Bool = false) {
        let flag: any WritableKeyPath<Wish, Bool> & Sendable = hasBegun ? \.hasBegun : \.isAnnounced
        let wish = state.withLock { state -> Wish? in
            guard let wish = state.wishes[key], !wish[keyPath: flag] else { return nil }
            state.wishes[key]![keyPath: flag] = true
            return wish
        }
        guard let wish else { return }
        wish.recorder.record(
            hasBegun
                ? .started(stage: wish.ticket.stage, because: "job \(job) runs", seconds: nil)
                : .submitted(stage: wish.ticket.stage, job: job))
    }
}
