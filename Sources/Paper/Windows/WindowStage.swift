import Curvature
import Formats
import Kernels
import Networks
import Pipeline
import Training

/// Measures a run at each of some consecutive steps: `window.tsv`, with the columns of the measurements and `overlap`.
///
/// The steps are taken again from the last snapshot before them, with the same bytes as in the training. An eigenvector is known but
/// for its sign, and `gradient_along` with it; here each is turned to the side of the one a step before. `overlap` is |⟨v₁, v₁ before⟩|:
/// near 1 where both are the same direction; where another eigenvalue has become the largest, the sign means nothing.
struct WindowStage: TypedStage {
    static let kind = "window"
    static let modules = [
        "Platform/Threads", "Formats", "Kernels", "Networks", "Curvature", "Training/Loop", "Training/Snapshots",
        "Training/Optimisers", "Datasets/Batches", "Datasets/Errors", "Paper/Common", "Paper/Learning", "Paper/Measuring",
        "Paper/Windows",
    ]

    var network: Architecture
    var optimiser: AnyOptimiser
    var learningRate: Double
    /// Decides the batches.
    var seed: Int
    /// Examples of a step; `nil` for all.
    var batchSize: Int?
    var estimator: Estimator
    var first: Int
    var last: Int

    func run(_ run: StageRun) throws {
        let data = try TrainingData(
            run.input("data")["train.safetensors"], architecture: network, batchSize: batchSize, seed: UInt64(seed))
        let device = try run.openDevice(), probe = Probe(data.network, on: device), layout = data.network.layout
        let columns = MeasureStage.columns + MeasureStage.leadingColumns(estimator.count)
        var table = Table(columns: columns + ["overlap"])
        let snapshots = run.input("training").paths.compactMap { path, file in
            Snapshot.step(inPath: path).map { (step: $0, file: file) }
        }
        guard let start = snapshots.filter({ $0.step <= first }).max(by: { $0.step < $1.step }) else {
            throw WindowError.noSnapshot(before: first)
        }
        let stepper = Stepper(
            data.network, optimiser.value, learningRate: learningRate,
            from: device.copy(of: try Snapshot.parameters(in: Safetensors(contentsOf: start.file), layout: layout)),
            device: device, batch: data.batch(at: start.step))
        let objective = Objective(data.network, on: data.batch(at: start.step), device: device)
        let checkpoints = try StageCheckpoints(run: run)
        var before: Vector?, sign = 1.0
        let along = columns.firstIndex(of: "gradient_along") ?? 0
        for step in start.step...last {
            let batch = data.batch(at: step)
            if step >= first {
                objective.batch = batch
                guard let (found, vector) = try check(step, objective, at: stepper.parameters, checkpoints, run, device, probe)
                else {
                    run.log("step \(step): the loss or a gradient is not finite; the window ends here")
                    break
                }
                var row = found
                let overlap = before.map { Sums.dot($0, vector, device: device) } ?? .nan
                if overlap < 0 { sign = -sign }
                row[along] *= sign
                table.append(row + [overlap.magnitude])
                before = vector
            }
            let (loss, norm) = stepper.gradient(on: batch)
            try run.check(device)
            guard step < last, loss.isFinite, norm.isFinite else { break }
            try stepper.advance(checkCancellation: { try run.check(device) })
        }
        try run.write(table.text.utf8, to: "window.tsv")
    }

    /// The row of a step and the principal eigenvector, from an earlier attempt or measured; `nil` where nothing is finite.
    private func check(
        _ step: Int, _ objective: Objective, at point: Vector, _ checkpoints: StageCheckpoints, _ run: StageRun, _ device: Device,
        _ probe: Probe?
    ) throws -> (row: [Double], vector: Vector)? {
        let path = "vectors/\(step).safetensors",
            count = MeasureStage.columns.count + (estimator.count == 1 ? 0 : 2 * estimator.count)
        if let row = try MeasureStage.finished(step, in: checkpoints, columns: count), let bytes = try checkpoints.read(path) {
            let kept = try Safetensors(reading: bytes).tensor("v"), vector = device.vector(count: point.count)
            try kept.withFloats { vector.replace(from: 0, with: $0) }
            return (row, vector)
        }
        let found = Measurement.measure(
            objective, at: point, ascent: optimiser.value.ascent, estimator: estimator, step: step, device: device)
        try run.check(device)
        try probe?.check(objective.batch, at: point)
        guard let measured = found else { return nil }
        let vector = measured.spectrum.principalVector
        let row =
            MeasureStage.row(measured, step: step, of: optimiser.value, learningRate: learningRate)
            + MeasureStage.leading(measured.spectrum.leading, count: estimator.count)
        // The vector first: a row without it would be of no use.
        let file = Safetensors([Safetensors.Tensor(name: "v", shape: [vector.count], values: vector.elements)])
        let bytes = file.bytes()
        try run.check(device)
        try checkpoints.write(bytes, to: path)
        try MeasureStage.keep(row, step: step, in: checkpoints)
        run.progress(
            step: step - first + 1, of: last - first + 1,
            detail: MeasureStage.progress(measured, of: optimiser.value, learningRate: learningRate) + device.place)
        return (row, vector)
    }
}

/// Why a window cannot be measured.
enum WindowError: Error, CustomStringConvertible {
    case noSnapshot(before: Int)

    var description: String {
        switch self {
        case .noSnapshot(let step):
            "there is no snapshot at or before step \(step), from which the window could be stepped to; train again"
        }
    }
}
