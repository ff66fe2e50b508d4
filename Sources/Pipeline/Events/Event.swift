/// Something that happened in a run: a value that recorders turn into text or JSON.
package enum Event: Hashable, Sendable {
    /// The plan of a run: how many stages of each fate, and seconds it may take where that can be said.
    case planned(run: Int, reuse: Int, wait: Int, seconds: Double?)
    /// A stage begins, for this reason; it took about so many seconds before.
    case started(stage: String, because: String, seconds: Double?)
    /// A stage is a job of a cluster, by this number: new, or adopted from an earlier run.
    case submitted(stage: String, job: String)
    case progress(stage: String, step: Int, count: Int, detail: String)
    case log(stage: String, line: String)
    /// A stage ended well.
    case finished(stage: String, seconds: Double, files: Int, bytes: Int)
    /// A stage's result was there already.
    case reused(stage: String)
    /// Another process is making the same result.
    case waiting(stage: String)
    /// A stage failed; the last lines of its log.
    case failed(stage: String, error: String, tail: [String])
    /// A stage could not begin, since this one failed or was stopped.
    case skipped(stage: String, because: String)
    /// A stage stopped on request, and can go on later.
    case stopped(stage: String)
    /// An output was copied to the user.
    case published(path: String)
    /// Something damaged was found in the store; it is made anew.
    case damaged(path: String, damage: String)
    /// How far the whole is: stages ended, stages in all, and seconds left where that can be said.
    case overall(done: Int, count: Int, seconds: Double?)
    case interrupted
    /// Something that the user must know, whatever else is told.
    case notice(String)
    /// The end of a run.
    case ended(RunSummary)
}

/// Takes events in, from any thread.
package protocol Recorder: Sendable {
    func record(_ event: Event)
    /// Called about twice a second while stages run, for displays that move with time.
    func tick()
}

extension Recorder {
    /// Does nothing: most recorders show nothing that moves.
    package func tick() {}
}

/// A recorder that calls a function.
package struct FunctionRecorder: Recorder {
    private let body: @Sendable (Event) -> Void

    /// A recorder that calls `body` with every event, from any thread.
    package init(_ body: @escaping @Sendable (Event) -> Void = { _ in }) { self.body = body }

    /// Hands the event to the function.
    package func record(_ event: Event) { body(event) }
}
