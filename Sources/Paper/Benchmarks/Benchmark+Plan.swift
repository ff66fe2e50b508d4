import Formats
import Pipeline
import Platform

extension Benchmark {
    /// What a call costs that finds every result there already: opening the store, planning, running nothing.
    static let plans: [Benchmark] = [100, 1000].map { count in
        Benchmark("plan/\(count)-stages") { _ in
            let folder = try TemporaryFolder()
            func run() throws {
                let summary = try Pipeline(
                    stages: stages(count), kinds: [SmallStage()], codeDigest: { _ in "" }, store: Store(folder.path + "/store"),
                    root: folder.path
                ).run()
                precondition(summary.isComplete, "\(count) stages that write a few bytes failed: \(summary.failures)")
            }
            try run()
            return run
        }
    }

    /// Stages of which each but the first eight reads two earlier ones.
    private static func stages(_ count: Int) -> [Stage] {
        (0..<count).map { index in
            let earlier = index < 8 ? [] : Set([index / 2, index - 1 - index % 7]).sorted()
            return Stage(
                "small/\(index)", kind: SmallStage().name, parameters: ["index": JSON(index)],
                inputs: earlier.map { .init("from\($0)", from: "small/\($0)") })
        }
    }

    /// Writes a few bytes.
    private struct SmallStage: StageKind {
        let name = "small"
        let modules: [String] = []

        func run(_ run: StageRun) throws { try run.write(run.parameters.text.utf8, to: "value.txt") }
    }
}
