import Formats
import Platform

extension Pipeline {
    /// What a second run of a stage came to.
    package enum Verification: Hashable, Sendable {
        /// The same bytes.
        case same
        /// Files that differ, are missing, or are new; the first one first.
        case different([FileDifference])
        /// It has no result to compare with.
        case noResult
        /// An archive left out what it reads; the stages that make that again.
        case noInputs(of: [String])
    }

    /// Runs a stage once more, beside the store, and compares every byte with the result that is kept.
    ///
    /// While `gc` is at work, it waits.
    ///
    /// - Throws: what the stage throws.
    package func verify(
        _ stage: Int, threads: Int = processorCount, device: String? = nil, recorder: any Recorder = FunctionRecorder(),
        cancellation: Cancellation = Cancellation()
    ) throws -> Verification {
        let inUse = try store.waitForUse(cancellation)
        let result = Result { try verifyLocked(stage, threads, device, recorder, cancellation) }
        inUse.release()
        return try result.get()
    }

    private func verifyLocked(
        _ stage: Int, _ threads: Int, _ device: String?, _ recorder: any Recorder, _ cancellation: Cancellation
    ) throws -> Verification {
        // Many stages are too short to ask.
        if cancellation.isCancelled { throw Cancelled() }
        guard let results = try results(behind: stage) else { return .noResult }
        let lacking = try planner().lacking(for: stage, outputs: results)
        if !lacking.isEmpty { return .noInputs(of: lacking.map { graph.stages[$0].name }) }
        let value = graph.stages[stage]
        let work = try store.temporaryPath()
        defer {
            // Left over, it goes with the next `gc`; the comparison is what counts.
            do { try store.files.removeTree(work) } catch {}
        }
        try store.files.makeFolder(work + "/output")
        try store.files.makeFolder(work + "/checkpoints")
        let run = StageRun(
            name: value.name, parameters: value.parameters, inputs: try inputs(of: stage, among: results),
            output: work + "/output", checkpoints: work + "/checkpoints", threads: ThreadShare(threads), device: device,
            files: store.files,
            cancellation: cancellation,
            report: { recorder.record($0) }, logFile: try LogFile(work + "/log", files: store.files),
            storedFile: { [store] in store.soundObject($0) }, noteDevice: { _ in })
        recorder.record(.started(stage: value.name, because: "to compare", seconds: try planner().estimate(of: stage).seconds))
        try kinds[value.kind]!.run(run)
        return try compare(work + "/output", with: results[stage]!)
    }

    private func compare(_ folder: String, with kept: [StoredFile]) throws -> Verification {
        var expected = Dictionary(uniqueKeysWithValues: kept.map { ($0.path, $0) })
        var different: [FileDifference] = []
        for path in try store.files.files(below: folder) {
            guard let old = expected.removeValue(forKey: path) else {
                different.append(FileDifference(path: path, place: .new))
                continue
            }
            if try store.files.digest(of: folder + "/" + path)?.digest == old.digest { continue }
            if try !store.holds([old]) {
                different.append(FileDifference(path: path, place: .unknown))
                continue
            }
            let bytes = try (store.files.read(store.path(of: old)) ?? [], store.files.read(folder + "/" + path) ?? [])
            if let difference = FileDifference(path, from: bytes.0, to: bytes.1) { different.append(difference) }
        }
        different += expected.keys.map { FileDifference(path: $0, place: .missing) }
        return different.isEmpty ? .same : .different(different.sorted { $0.path.precedesByBytes($1.path) })
    }
}
