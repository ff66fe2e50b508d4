import Pipeline

/// Takes examples of the user's own as `train.safetensors` and `test.safetensors`.
struct OwnDataStage: TypedStage {
    static let kind = "own-data"
    static let modules = ["Formats", "Paper/Common", "Paper/Examples"]

    /// Training examples: the first of the file.
    var examples: Int
    /// Those after them.
    var testExamples: Int
    /// Characters of an example of a text; `nil` for images.
    var sequenceLength: Int?

    func run(_ run: StageRun) throws {
        let labels = try run.inputs["labels"].map { try $0.only }
        let parts = try OwnData(run.input("examples").only, labels: labels)
            .parts(examples: examples, testExamples: testExamples, sequenceLength: sequenceLength)
        try parts.train.write(to: run.outputPath("train.safetensors"))
        try parts.test.write(to: run.outputPath("test.safetensors"))
    }
}
