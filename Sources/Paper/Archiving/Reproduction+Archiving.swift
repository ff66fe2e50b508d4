import Pipeline

extension Reproduction {
    /// Whether an archive of results holds a stage's output of some path: neither data, which have terms of their own and are to be
    /// had from elsewhere, nor snapshots, which are large and which training makes again.
    package static func archives(_ stage: Stage, _ path: String) -> Bool {
        let data = [FetchKind.kindName, ExtractStage.kind, PrepareStage.kind, StandInStage.kind, OwnDataStage.kind]
        return !data.contains(stage.kind) && !path.hasSuffix(".safetensors")
    }
}
