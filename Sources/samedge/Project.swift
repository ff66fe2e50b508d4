import Pipeline

/// What the command works on: profiles, stages, how they run.
struct Project: Sendable {
    var name: String
    /// The profiles with a line about each; the first is the default.
    var profiles: [(name: String, help: String)]
    /// The names of the user's own sweeps that a store keeps.
    var sweeps: @Sendable (_ store: String) throws -> [String] = { _ in [] }
    /// The stages under some settings.
    var stages: @Sendable (Settings, Store, Errand) throws -> [Stage]
    /// The kinds of the stages.
    var kinds: @Sendable (Settings) throws -> [any StageKind]
    /// The digest of a module's code.
    var codeDigest: @Sendable (String) -> String
    /// The kinds of stages that are worth a job, and what one takes under a profile.
    var jobs: @Sendable (_ profile: String) -> [String: JobResources] = { _ in [:] }
    /// Verbs of the project's own beside those of every pipeline.
    var verbs: [Verb] = []

    /// What `--profile` may be: the profiles, and the sweeps of a store.
    func names(in store: String) throws -> [String] { profiles.map(\.name) + (try sweeps(store)) }
}

/// What a call is about to do with the stages that it asks for.
struct Errand: Sendable {
    /// What a run is told with and stopped by.
    struct Running: Sendable {
        var recorder: any Recorder
        var cancellation: Cancellation
    }

    /// The targets' words; none for everything.
    var targets: [String] = []
    /// Where stages are going to be run; `nil` where nothing may be, as in a plan.
    var running: Running?
}
