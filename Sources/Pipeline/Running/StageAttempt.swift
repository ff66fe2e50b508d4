import Platform

/// One attempt at a stage, on a thread of its own: lock, look again, run, check, publish.
struct StageAttempt: Sendable {
    /// How it ended.
    enum Outcome: Sendable {
        case ran(StoredRecord)
        /// Another process has made it meanwhile.
        case reused([StoredFile])
        /// Another process is making it.
        case busy
        case stopped
        case failed(any Error, tail: [String])
    }

    let stage: Stage
    let kind: any StageKind
    let record: KeyRecord
    let key: Digest
    let isForced: Bool
    let inputs: [(label: String, origin: String, files: [Planner.ResolvedFile])]
    let threads: Int
    let store: Store
    let cancellation: Cancellation
    let report: @Sendable (Event) -> Void
    /// Called under the lock, when it is certain that the stage runs here.
    let begins: @Sendable () -> Void

    func perform() -> Outcome {
        do {
            guard let lock = try store.lock(key) else { return .busy }
            let lease = lock.lease
            let outcome = Result { try performLocked(lease) }
            lock.release()
            return try outcome.get()
        } catch is LeaseLost {
            return .busy
        } catch {
            return .failed(error, tail: [])
        }
    }

    private func performLocked(_ lease: Lease?) throws -> Outcome {
        if !isForced, case .found(let files) = try store.lookup(key) { return .reused(files) }
        begins()
        let attempt = try store.beginAttempt(key, afresh: isForced, under: lease)
        let log = try LogFile(store.logPath(key), files: store.files)
        let run = StageRun(
            name: stage.name, parameters: stage.parameters, inputs: inputFiles, output: attempt.output,
            checkpoints: attempt.checkpoints, threads: threads, files: store.files, cancellation: cancellation,
            report: report, logFile: log, storedFile: { [store] in store.soundObject($0) })
        let start = Clock.seconds
        do {
            try kind.run(run)
            return .ran(
                try store.publish(
                    record, from: attempt.output, seconds: Clock.seconds - start, cost: stage.resources.cost,
                    confirm: {
                        try confirmInputs()
                        try lease?.confirm()
                    }))
        } catch is Cancelled {
            try lease?.confirm()
            try store.endFailedAttempt(key)
            return .stopped
        } catch {
            // Whoever took the stage over may have cleared this attempt's folder; and its own is not to be touched.
            try lease?.confirm()
            // The stage's error is the one to tell; its folder is cleared at the next attempt in any case.
            do { try store.endFailedAttempt(key) } catch {}
            return .failed(error, tail: log.tail)
        }
    }

    private var inputFiles: [String: InputFiles] {
        var found: [String: InputFiles] = [:]
        for input in inputs {
            found[input.label] = InputFiles(origin: input.origin, files: input.files, store: store)
        }
        return found
    }

    /// Throws where an input has other bytes than those in the key, or had for a while: a file of the user's that was written
    /// anew with the same bytes may have been read between.
    private func confirmInputs() throws {
        for file in inputs.flatMap(\.files) {
            let isSame =
                switch file.place {
                case .store(let stored): try store.damage(of: stored) == nil
                case .user(let path, let stamp):
                    try store.digest(ofUserFile: path).map { $0.digest == file.digest && $0.stamp == stamp } ?? false
                }
            if !isSame { throw PipelineError.inputChanged(file.path(in: store)) }
        }
    }
}
