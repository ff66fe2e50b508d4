/// How the stages of one kind are run: the behaviour to the values.
package protocol StageKind: Sendable {
    /// The name that stages refer to.
    var name: String { get }
    /// The modules whose code decides the result; their digests enter the key.
    var modules: [String] { get }
    /// Makes the outputs of one stage: a pure function of its parameters and inputs.
    ///
    /// Called on a thread of its own. It polls `run.checkCancellation()` and may leave files in `run.checkpoints` to go on
    /// from at the next attempt. It throws what it cannot cope with.
    func run(_ run: StageRun) throws
}
