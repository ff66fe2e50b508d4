/// Where stages run: this machine, or one that they are sent to. It serves one run.
package protocol Place: Sendable {
    /// Whether a stage may run here.
    func takes(_ stage: Stage) -> Bool

    /// Begins a stage, if there is room for it; then `reply` is called once, from any thread.
    ///
    /// - Parameter others: how many stages besides it could begin here now.
    /// - Throws: what keeps the stage from beginning at all; `reply` is not called then.
    func begin(_ stage: ReadyStage, others: Int, reply: @escaping @Sendable (StageOutcome) -> Void) throws -> Admission

    /// Shares what there is out anew among the stages that run, when all have begun that could.
    func shareOut()

    /// Answers for what goes on without the run, which has been asked to stop; what ends by itself is waited for.
    func interrupt()

    /// Ends what was set up for the run; called once, when it waits for nothing any more.
    func stop()
}

extension Place {
    /// Does nothing: what a stage got at its beginning is its own.
    package func shareOut() {}
    /// Does nothing: stages that see the run's cancellation end by themselves.
    package func interrupt() {}
    /// Does nothing: there is nothing to end.
    package func stop() {}
}

/// What a place answers to a stage that is to begin.
package enum Admission: Hashable, Sendable {
    case begun
    /// There is no room for this stage before another one ends.
    case noRoom
    /// There is no room for any; there may be at any moment.
    case askAgain
}

/// A stage that is to run: all that was decided about it.
package struct ReadyStage: Sendable {
    /// What a stage reads under one label, and the stage or file behind it.
    package struct Input: Sendable {
        /// The label, and what the files come from.
        package var label, origin: String
        /// The files.
        package var files: [Planner.ResolvedFile]

        /// The files under a label.
        package init(label: String, origin: String, files: [Planner.ResolvedFile]) {
            (self.label, self.origin, self.files) = (label, origin, files)
        }
    }

    /// The stage.
    package let stage: Stage
    /// How it runs.
    package let kind: any StageKind
    /// What decides its result.
    package let record: KeyRecord
    /// The digest of that.
    package let key: Digest
    /// What it reads.
    package let inputs: [Input]
    /// Why it runs, for people.
    package let reason: String
    /// Whether it runs although its result is there.
    package let isForced: Bool
    /// Where its kernels run, in words that it understands; `nil` leaves it to the stage.
    package let device: String?
    /// Seconds that it may take, where that can be said.
    package let seconds: Double?
    /// What is told about it.
    package let recorder: any Recorder

    /// A stage that is to run.
    package init(
        _ stage: Stage, kind: any StageKind, record: KeyRecord, key: Digest, inputs: [Input], reason: String,
        isForced: Bool = false, device: String? = nil, seconds: Double? = nil, recorder: any Recorder
    ) {
        (self.stage, self.kind, self.record, self.key, self.inputs) = (stage, kind, record, key, inputs)
        (self.reason, self.isForced, self.device) = (reason, isForced, device)
        (self.seconds, self.recorder) = (seconds, recorder)
    }
}

/// How an attempt at a stage ended.
package enum StageOutcome: Sendable {
    case ran(StoredRecord)
    /// Another process has made it meanwhile.
    case reused([StoredFile])
    /// Another process is making it.
    case busy
    case stopped
    case failed(any Error, tail: [String])
}

/// What a stage of some kind asks for where it is sent to run.
package struct JobResources: Hashable, Sendable {
    /// The time limit.
    package var minutes: Int
    /// Megabytes; `nil` for what the stage says that it needs.
    package var memory: Int?
    /// Processors.
    package var cores: Int

    /// What a stage asks for.
    package init(minutes: Int, memory: Int? = nil, cores: Int) {
        (self.minutes, self.memory, self.cores) = (minutes, memory, cores)
    }
}
