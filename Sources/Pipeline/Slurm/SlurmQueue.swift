import Platform
import Synchronization

/// Makes stages as jobs of Slurm: submits, watches, adopts what an earlier process submitted, and tries again.
///
/// All that matters is in the store, under a lock: what was submitted, what came of it. What this object remembers beside
/// that only saves questions; so a process may end at any moment, and several may work on one store.
package final class SlurmQueue: Sendable {
    /// A stage that somebody waits for.
    struct Wish: Sendable {
        let ticket: Ticket
        let key: Digest
        let memory: Int
        let recorder: any Recorder
        let ended: @Sendable (StageAttempt.Outcome) -> Void
        /// Whether it was looked at; what had failed or was cancelled before does not concern it.
        var isKnown = false
        var isAnnounced = false
        var hasBegun = false
    }

    struct State: Sendable {
        var wishes: [Digest: Wish] = [:]
        /// When Slurm is asked next.
        var nextQuery = 0.0
        /// When a task was first found missing or without its result, and how often since.
        var doubts: [SlurmCommands.JobName: (since: Double, count: Int)] = [:]
        /// What the user was told of Slurm last.
        var notice = ""
    }

    /// How stages become jobs.
    package let options: SlurmOptions
    let store: Store
    let state = Mutex(State())
    private let isStopping = Atomic<Bool>(false)
    private let isRunning = Atomic<Bool>(false)
    private let bell: Wakeup
    private let gone: Wakeup

    /// A queue on a store, which is shared from now on.
    package init(_ options: SlurmOptions, store: Store) throws {
        (self.options, self.store) = (options, store)
        (bell, gone) = (try Wakeup(), try Wakeup())
        try store.share()
    }

    var commands: SlurmCommands {
        SlurmCommands(store: store, folder: options.commands, goesOn: { [self] in !isStopping.load(ordering: .relaxed) })
    }

    /// Asks for a stage; `ended` is called from another thread.
    func want(_ wish: Wish) throws {
        state.withLock { $0.wishes[wish.key] = wish }
        if !isRunning.exchange(true, ordering: .relaxed) { try startThread { self.watch() } }
        bell.ring()
    }

    /// Ends the watching, and returns when it has; the jobs go on.
    func stop() {
        isStopping.store(true, ordering: .relaxed)
        bell.ring()
        if isRunning.load(ordering: .relaxed) { gone.wait(seconds: nil) }
    }

    private func watch() {
        while !isStopping.load(ordering: .relaxed) {
            do { try step() } catch let error as SlurmError { endAll(error) } catch {
                notice("the jobs cannot be looked after: \(error)")
            }
            // Results are looked for more often than Slurm is asked: that costs a look at a file each.
            let isIdle = state.withLock { $0.wishes.isEmpty }
            bell.wait(seconds: isIdle ? nil : min(1, options.poll))
            // Wishes come in flocks; one array is better than many jobs.
            Clock.pause(seconds: 0.02)
        }
        gone.ring()
    }

    // MARK: - Telling

    func end(_ key: Digest, _ outcome: StageAttempt.Outcome) {
        state.withLock { $0.wishes.removeValue(forKey: key) }?.ended(outcome)
    }

    private func endAll(_ error: SlurmError) {
        for key in state.withLock({ $0.wishes.keys.sorted() }) { end(key, .failed(error, tail: [])) }
    }

    /// Tells the user something about Slurm, once.
    func notice(_ text: String) {
        let recorder = state.withLock { state -> (any Recorder)? in
            if state.notice == text { return nil }
            state.notice = text
            return state.wishes.values.first?.recorder
        }
        recorder?.record(.notice(text))
    }

    func announce(_ key: Digest, job: String) {
        let wish = state.withLock { state -> Wish? in
            guard let wish = state.wishes[key], !wish.isAnnounced else { return nil }
            state.wishes[key]?.isAnnounced = true
            return wish
        }
        if let wish { wish.recorder.record(.submitted(stage: wish.ticket.stage, job: job)) }
    }

    func announceBeginning(_ key: Digest, job: String) {
        let wish = state.withLock { state -> Wish? in
            guard let wish = state.wishes[key], !wish.hasBegun else { return nil }
            state.wishes[key]?.hasBegun = true
            return wish
        }
        if let wish { wish.recorder.record(.started(stage: wish.ticket.stage, because: "job \(job) runs", seconds: nil)) }
    }
}
