import Pipeline
import Platform

/// Makes the stage of a ticket, as a job does: without a graph, without a plan.
package struct Worker: Sendable {
    /// How a worker ended.
    package enum Outcome: Hashable, Sendable {
        case ran
        /// The result was there already.
        case reused
        case stopped
        case failed(String)
    }

    private let store: Store
    private let kinds: [any StageKind]
    private let codeDigest: @Sendable (String) -> String

    /// A worker on a store.
    ///
    /// - Parameters:
    ///   - kinds: how stages run.
    ///   - codeDigest: the digest of a module's code.
    package init(_ store: Store, kinds: [any StageKind], codeDigest: @escaping @Sendable (String) -> String) {
        (self.store, self.kinds, self.codeDigest) = (store, kinds, codeDigest)
    }

    /// Makes the stage of a ticket.
    ///
    /// - Parameters:
    ///   - id: the stage's key, or the ticket's digest.
    ///   - job: the submission's token and the place in it, if it is one's; a worker whose submission is gone does nothing.
    ///   - place: where it runs, for the stage's log.
    ///   - device: where its kernels run, in words that the stage understands.
    package func work(
        on id: Digest, job: JobName?, place: String, threads: Int, device: String? = nil, recorder: any Recorder,
        cancellation: Cancellation
    ) throws -> Outcome {
        let inUse = try store.waitForUse(cancellation)
        let result = Result { try workInUse(id, job, place, threads, device, recorder, cancellation) }
        inUse.release()
        return try result.get()
    }

    private func workInUse(
        _ id: Digest, _ job: JobName?, _ place: String, _ threads: Int, _ device: String?, _ recorder: any Recorder,
        _ cancellation: Cancellation
    ) throws -> Outcome {
        if let job {
            guard let submission = try store.submission(job.token), !submission.isCancelled,
                submission.tasks.indices.contains(job.index), submission.tasks[job.index].ticket == id,
                !submission.tasks[job.index].isSettled
            else { throw ClusterError.noTicket(id.hex) }
        }
        let ready: ReadyStage
        do { ready = try readyStage(id, place, device, recorder) } catch let error as ClusterError {
            return try fail(error, [], job)
        }
        let attempt = StageAttempt(ready, threads: ThreadShare(threads), store: store, cancellation: cancellation)
        while true {
            switch attempt.perform() {
            case .ran(let record):
                let bytes = record.outputs.reduce(0) { $0 + $1.size }
                recorder.record(
                    .finished(stage: ready.stage.name, seconds: record.seconds, files: record.outputs.count, bytes: bytes))
                return .ran
            case .reused: return .reused
            case .failed(let error, let tail): return try fail(error, tail, job)
            // Another makes it; should that one end without a result, this one goes on.
            case .busy where !cancellation.isCancelled: Clock.pause(seconds: 0.5)
            case .busy, .stopped:
                if let job { try store.save(WorkerEnd(error: nil, tail: []), of: job.token, job.index) }
                return .stopped
            }
        }
    }

    private func fail(_ error: any Error, _ tail: [String], _ job: JobName?) throws -> Outcome {
        if let job { try store.save(WorkerEnd(error: "\(error)", tail: tail), of: job.token, job.index) }
        return .failed("\(error)")
    }

    /// The stage of a ticket, by the code that submitted it.
    private func readyStage(_ id: Digest, _ place: String, _ device: String?, _ recorder: any Recorder) throws -> ReadyStage {
        guard let unresolved = try store.ticket(id) else { throw ClusterError.noTicket(id.hex) }
        guard let ticket = try unresolved.resolved(in: store), let record = ticket.record else {
            throw ClusterError.noInput(unresolved.stage)
        }
        guard let kind = kinds.first(where: { $0.name == ticket.kind }) else {
            throw ClusterError.noKind(ticket.kind, of: ticket.stage)
        }
        let others = ticket.code.filter { codeDigest($0.key) != $0.value }.keys.sorted()
        if !others.isEmpty { throw ClusterError.otherCode(others) }
        let inputs = ticket.inputs.map { input in
            guard case .files(let files) = input.source else {
                preconditionFailure("the ticket of \(ticket.stage) is not resolved")
            }
            return ReadyStage.Input(
                label: input.label, origin: input.origin, files: files.map { Planner.ResolvedFile($0) })
        }
        let (key, store) = (record.key, store)
        let told = FunctionRecorder { event in
            if case .started = event {
                // For people alone.
                do { try LogFile(store.logPath(key), files: store.files).append("\(place) begins") } catch {}
            }
            recorder.record(event)
        }
        return ReadyStage(
            Stage(ticket.stage, kind: ticket.kind, parameters: ticket.parameters, resources: Stage.Resources(cost: ticket.cost)),
            kind: kind, record: record, key: key, inputs: inputs, reason: place, device: device, recorder: told)
    }
}
