import Formats
import Pipeline
import Platform
import Training

/// A stage's checkpoint folder as a training's.
struct StageCheckpoints: CheckpointStore {
    let run: StageRun
    private let names: Set<String>

    init(run: StageRun) throws {
        self.run = run
        names = Set(try run.checkpointPaths())
    }

    func read(_ name: String) throws -> [UInt8]? {
        guard names.contains(name) else { return nil }
        return try FileSystem().contents(of: run.checkpoints + "/" + name)
    }

    func write(_ bytes: [UInt8], to name: String) throws { try run.writeCheckpoint(bytes, to: name) }
}
