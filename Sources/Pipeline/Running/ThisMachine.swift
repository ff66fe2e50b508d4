import Platform
import Synchronization

/// Runs stages on threads of this process, as far as jobs, memory and make's tokens go.
final class ThisMachine: Place {
    private struct State {
        var running = 0
        var memory = 0
    }

    private let options: RunOptions
    private let store: Store
    private let cancellation: Cancellation
    private let jobServer: JobServer?
    private let state = Mutex(State())

    init(_ options: RunOptions, _ store: Store, _ cancellation: Cancellation, _ jobServer: JobServer?) {
        (self.options, self.store, self.cancellation, self.jobServer) = (options, store, cancellation, jobServer)
    }

    func takes(_ stage: Stage) -> Bool { true }

    func begin(_ stage: ReadyStage, others: Int, reply: @escaping @Sendable (StageOutcome) -> Void) throws -> Admission {
        let needs = stage.stage.resources
        let running = state.withLock { state -> Int? in
            guard state.running < options.jobs, state.running == 0 || state.memory + needs.memory <= options.memory else {
                return nil
            }
            state.running += 1
            state.memory += needs.memory
            return state.running
        }
        guard let running else { return .noRoom }
        let share = options.threads ?? max(1, processorCount / min(options.jobs, running + others))
        var threads = min(share, max(1, needs.threads))
        if let jobServer { threads = jobServer.take(upTo: threads) }
        let taken = threads
        let release: @Sendable () -> Void = { [self] in
            jobServer?.give(back: taken)
            state.withLock { state in
                state.running -= 1
                state.memory -= needs.memory
            }
        }
        if threads == 0 {
            release()
            return .askAgain
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
}
