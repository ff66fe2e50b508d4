import Pipeline

/// What the command works on: profiles, stages, how they run.
struct Project: Sendable {
    var name: String
    /// The profiles with a line about each; the first is the default.
    var profiles: [(name: String, help: String)]
    /// The stages under some settings.
    var stages: @Sendable (Settings) throws -> [Stage]
    /// The kinds of the stages.
    var kinds: @Sendable (Settings) throws -> [any StageKind]
    /// The digest of a module's code.
    var codeDigest: @Sendable (String) -> String
    /// Verbs of the project's own beside those of every pipeline.
    var verbs: [Verb] = []
}
