import Platform

extension Pipeline {
    /// How a worker ended.
    package enum WorkerOutcome: Hashable, Sendable {
        case ran
        /// The result was there already.
        case reused
        case stopped
        case failed(String)
    }

    /// Makes the stage of a ticket, as a job does: without a graph, without a plan.
    ///
    /// - Parameters:
    ///   - id: the stage's key, or the ticket's digest.
    ///   - job: the token and index of the submission, if it is one's; a worker whose submission is gone does nothing.
    ///   - place: where it runs, for the stage's log.
    package static func work(
        on id: Digest, job: (token: String, index: Int)?, place: String, kinds: [any StageKind], codeDigest: (String) -> String,
        store: Store, threads: Int, recorder: any Recorder, cancellation: Cancellation
    ) throws -> WorkerOutcome {
        let inUse = try store.waitForUse(cancellation)
        let result = Result {
            try workInUse(id, job, place, kinds, codeDigest, store, threads, recorder, cancellation)
        }
        inUse.release()
        return try result.get()
    }

    private static func workInUse(
        _ id: Digest, _ job: (token: String, index: Int)?, _ place: String, _ kinds: [any StageKind],
        _ codeDigest: (String) -> String, _ store: Store, _ threads: Int, _ recorder: any Recorder, _ cancellation: Cancellation
    ) throws -> WorkerOutcome {
        if let job {
            guard let submission = try store.submission(job.token), submission.cancelled == nil,
                submission.tasks.indices.contains(job.index), submission.tasks[job.index].ticket == id,
                !submission.tasks[job.index].isSettled
            else { throw SlurmError.noTicket(id.hex) }
        }
        func fail(_ error: any Error, tail: [String] = []) throws -> WorkerOutcome {
            if let job { try store.save(WorkerEnd(error: "\(error)", tail: tail), of: job.token, job.index) }
            return .failed("\(error)")
        }
        guard let unresolved = try store.ticket(id) else { return try fail(SlurmError.noTicket(id.hex)) }
        guard let ticket = try unresolved.resolved(in: store), let record = ticket.record else {
            return try fail(SlurmError.noInput(unresolved.stage))
        }
        let others = ticket.code.filter { codeDigest($0.key) != $0.value }.keys.sorted()
        if !others.isEmpty { return try fail(SlurmError.otherCode(others)) }
        guard let kind = kinds.first(where: { $0.name == ticket.kind }) else { return try fail(SlurmError.noTicket(id.hex)) }
        let key = record.key
        let attempt = StageAttempt(
            stage: Stage(
                ticket.stage, kind: ticket.kind, parameters: ticket.parameters, resources: Stage.Resources(cost: ticket.cost)),
            kind: kind, record: record, key: key, isForced: false, inputs: ticket.resolvedInputs, threads: threads,
            store: store, cancellation: cancellation, report: { recorder.record($0) },
            begins: {
                recorder.record(.started(stage: ticket.stage, because: place, seconds: nil))
                // For people alone.
                do { try LogFile(store.logPath(key), files: store.files).append("\(place) begins") } catch {}
            })
        while true {
            switch attempt.perform() {
            case .ran(let record):
                let bytes = record.outputs.reduce(0) { $0 + $1.size }
                recorder.record(
                    .finished(stage: ticket.stage, seconds: record.seconds, files: record.outputs.count, bytes: bytes))
                return .ran
            case .reused: return .reused
            case .failed(let error, let tail): return try fail(error, tail: tail)
            case .stopped:
                if let job { try store.save(WorkerEnd(error: nil, tail: []), of: job.token, job.index) }
                return .stopped
            case .busy:
                // Another makes it; should that one end without a result, this one goes on.
                if cancellation.isCancelled { return .stopped }
                Clock.pause(seconds: 0.5)
            }
        }
    }
}

extension Ticket {
    /// The files of every input, as an attempt reads them; the ticket is resolved.
    fileprivate var resolvedInputs: [(label: String, origin: String, files: [Planner.ResolvedFile])] {
        inputs.map { input in
            guard case .files(let files) = input.source else { preconditionFailure("the ticket of \(stage) is not resolved") }
            return (
                input.label, input.origin,
                files.map { Planner.ResolvedFile(name: $0.path, digest: $0.digest, place: .store($0)) }
            )
        }
    }
}
