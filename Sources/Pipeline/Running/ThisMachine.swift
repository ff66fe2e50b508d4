import Platform
import Synchronization

/// Runs stages on threads of this process, as far as jobs, memory and make's tokens go.
final class ThisMachine: Place {
    private struct State {
        /// The threads of the stages that run, the one that began first first.
        var running: [ThreadShare] = []
        var memory = 0
    }

    private let options: RunOptions
    private let store: Store
    private let cancellation: Cancellation
    private let jobServer: JobServer?
    private let processors: Int
    private let state = Mutex(State())

    init(
        _ options: RunOptions, _ store: Store, _ cancellation: Cancellation, _ jobServer: JobServer?,
        processors: Int = processorCount
    ) {
        (self.options, self.store, self.cancellation, self.jobServer) = (options, store, cancellation, jobServer)
        self.processors = processors
    }

    func takes(_ stage: Stage) -> Bool { true }

    func begin(_ stage: ReadyStage, others: Int, reply: @escaping @Sendable (StageOutcome) -> Void) throws -> Admission {
        let needs = stage.stage.resources, most = max(1, needs.threads)
        let running = state.withLock { state -> Int? in
            guard state.running.count < options.jobs, state.running.isEmpty || state.memory + needs.memory <= options.memory
            else { return nil }
            return state.running.count + 1
        }
        guard let running else { return .noRoom }
        let count = min(options.threads ?? processors / min(options.jobs, running + others), most)
        let taken = jobServer?.take(upTo: max(1, count))
        if taken == 0 { return .askAgain }
        let threads = ThreadShare(taken ?? count, most: sharesOut ? min(most, processors) : nil)
        state.withLock { state in
            state.running.append(threads)
            state.memory += needs.memory
        }
        let release: @Sendable () -> Void = { [self] in
            if let taken { jobServer?.give(back: taken) }
            state.withLock { state in
                state.running.removeAll { $0 === threads }
                state.memory -= needs.memory
            }
        }
        let attempt = StageAttempt(stage, threads: threads, store: store, cancellation: cancellation)
        do {
            try startThread {
                let outcome = attempt.perform()
                release()
                reply(outcome)
            }
        } catch {
            release()
            throw error
        }
        return .begun
    }

    /// Whether processors are the stages' own to share: neither a number was asked for, nor has make counted them out.
    private var sharesOut: Bool { options.threads == nil && jobServer == nil }

    /// Gives each stage its part of the processors; those that are over go to the stages that began first.
    func shareOut() {
        guard sharesOut else { return }
        state.withLock { state in
            var left = processors, stages = state.running.count
            // What can use few comes first, so that the others get what it leaves.
            for threads in state.running.sorted(by: { $0.most < $1.most }) {
                threads.count = (left + stages - 1) / stages
                left = max(1, left - threads.count)
                stages -= 1
            }
        }
    }
}
