import Platform
import Synchronization

/// One attempt at a stage, on a thread of its own: lock, look again, run, check, publish.
package struct StageAttempt: Sendable {
    private let ready: ReadyStage
    private let threads: ThreadShare
    private let store: Store
    private let cancellation: Cancellation

    /// An attempt that may use some threads.
    package init(_ ready: ReadyStage, threads: ThreadShare, store: Store, cancellation: Cancellation) {
        (self.ready, self.threads, self.store, self.cancellation) = (ready, threads, store, cancellation)
    }

    private var key: Digest { ready.key }

    /// The device that the stage says that it runs on.
    private final class DeviceNote: Sendable {
        let name = Mutex<String?>(nil)
    }

    /// Makes the stage, unless another has made it or is making it; says that it begins when it is certain that it does.
    package func perform() -> StageOutcome {
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

    private func performLocked(_ lease: Lease?) throws -> StageOutcome {
        if !ready.isForced, case .found(let files) = try store.lookup(key), try store.holds(files) { return .reused(files) }
        let (stage, recorder) = (ready.stage, ready.recorder)
        recorder.record(.started(stage: stage.name, because: ready.reason, seconds: ready.seconds))
        let attempt = try store.beginAttempt(key, afresh: ready.isForced, under: lease)
        let log = try LogFile(store.logPath(key), files: store.files)
        let device = DeviceNote()
        let run = StageRun(
            name: stage.name, parameters: stage.parameters, inputs: inputFiles, output: attempt.output,
            checkpoints: attempt.checkpoints, threads: threads, device: ready.device, files: store.files,
            cancellation: cancellation, report: { recorder.record($0) }, logFile: log,
            storedFile: { [store] in store.soundObject($0) }, noteDevice: { name in device.name.withLock { $0 = name } })
        let start = Clock.seconds
        do {
            try ready.kind.run(run)
            let files = try store.publish(
                ready.record, from: attempt.output, seconds: Clock.seconds - start, cost: stage.resources.cost,
                device: device.name.withLock { $0 },
                confirm: {
                    try confirmInputs()
                    try lease?.confirm()
                })
            if let program = store.program { log.append("made by \(program)") }
            return .ran(files)
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
        for input in ready.inputs {
            found[input.label] = InputFiles(origin: input.origin, files: input.files, store: store)
        }
        return found
    }

    /// Throws where an input has other bytes than those in the key, or had for a while: a file of the user's that was written
    /// anew with the same bytes may have been read between.
    private func confirmInputs() throws {
        for file in ready.inputs.flatMap(\.files) {
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
