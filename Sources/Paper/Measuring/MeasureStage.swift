import Curvature
import Formats
import Kernels
import Networks
import Pipeline
import Training

/// Measures sharpness, edges and alignments at every snapshot of a training: `measurements.tsv`.
///
/// A measurement depends on its snapshot and batch alone; finished ones are kept as checkpoints, a file each.
struct MeasureStage: TypedStage {
    static let kind = "measure"
    static let modules = [
        "Platform/Threads", "Formats", "Kernels", "Networks", "Curvature", "Training/Snapshots", "Training/Optimisers",
        "Datasets/Batches", "Datasets/Errors", "Paper/Common", "Paper/Learning", "Paper/Measuring",
    ]

    var network: Architecture
    var optimiser: AnyOptimiser
    var learningRate: Double
    /// Decides the batches.
    var seed: Int
    /// Examples of a step; `nil` for all.
    var batchSize: Int?
    var estimator: Estimator
    var extras: MeasuringExtras
    /// The steps of the snapshots that are measured; `nil` for all.
    var chosen: [Int]?

    static let columns = [
        "step", "loss", "gradient_norm", "sam_gradient_norm", "hessian_norm", "lambda_max", "residual_max", "lambda_min",
        "residual_min", "lambda_next", "products", "sam_edge", "gd_edge", "stability_index", "alignment", "sam_alignment", "span",
        "alignment_span", "sam_alignment_span", "gradient_along",
    ]

    func run(_ run: StageRun) throws {
        let data = try TrainingData(
            run.input("data")["train.safetensors"], architecture: network, batchSize: batchSize, seed: UInt64(seed))
        let device = try run.openDevice(), probe = Probe(data.network, on: device)
        let beyond = try ExtraMeasurement(
            extras, data: data,
            test: extras.test ? TrainingData(run.input("data")["test.safetensors"], architecture: network) : nil,
            device: device)
        let snapshots = run.input("training")
            .paths.compactMap { path, file in Snapshot.step(inPath: path).map { (step: $0, file: file) } }
            .filter { chosen?.contains($0.step) ?? true }.sorted { $0.step < $1.step }
        var table = Table(columns: Self.columns + extras.columns + Self.leadingColumns(estimator.count))
        let checkpoints = try StageCheckpoints(run: run)
        var objective: Objective?
        for (index, snapshot) in snapshots.enumerated() {
            let vectorPath = "eigenvectors" + Snapshot.path(step: snapshot.step).dropFirst("snapshots".count)
            if let row = try Self.finished(snapshot.step, in: checkpoints, columns: table.columns.count) {
                table.append(row)
                if extras.vectors { try run.keepCheckpoint(vectorPath) }
                continue
            }
            let batch = data.batch(at: snapshot.step)
            let current = objective ?? Objective(data.network, on: batch, device: device)
            objective = current
            current.batch = batch
            let layout = data.network.layout
            let point = device.copy(of: try Snapshot.parameters(in: Safetensors(contentsOf: snapshot.file), layout: layout))
            let found = Measurement.measure(
                current, at: point, ascent: optimiser.value.ascent, estimator: estimator, step: snapshot.step, device: device)
            try run.check(device)
            try probe?.check(batch, at: point)
            guard let measured = found else {
                run.log("step \(snapshot.step): the loss or a gradient is not finite; the measurements end here")
                break
            }
            let row =
                Self.row(measured, step: snapshot.step, of: optimiser.value, learningRate: learningRate)
                + beyond.row(current, at: point, measured, step: snapshot.step)
                + Self.leading(measured.spectrum.leading, count: estimator.count)
            let vectors = extras.vectors ? beyond.vectors(current, at: point, measured).bytes() : nil
            // Before anything is kept: what comes after a wish to stop is worth nothing.
            try run.check(device)
            if let vectors {
                try checkpoints.write(vectors, to: vectorPath)
                try run.keepCheckpoint(vectorPath)
            }
            try Self.keep(row, step: snapshot.step, in: checkpoints)
            table.append(row)
            run.progress(
                step: index + 1, of: snapshots.count,
                detail: Self.progress(measured, of: optimiser.value, learningRate: learningRate) + device.place)
            try run.check(device)
        }
        try run.write(table.text.utf8, to: "measurements.tsv")
    }

    /// What a line of progress says of a check.
    static func progress(_ m: Measurement, of optimiser: any Optimiser, learningRate: Double) -> String {
        let edge = optimiser.edge(learningRate: learningRate, gradientNorm: m.gradientNorm)
        return "‖H‖ \(significant(m.spectrum.norm)), edge \(significant(edge))"
    }

    /// The numbers under `columns`.
    static func row(_ m: Measurement, step: Int, of optimiser: any Optimiser, learningRate: Double) -> [Double] {
        let s = m.spectrum
        let edge = optimiser.edge(learningRate: learningRate, gradientNorm: m.gradientNorm)
        let index = optimiser.stabilityIndex(sharpness: s.norm, learningRate: learningRate, gradientNorm: m.gradientNorm)
        return [
            Double(step), m.loss, m.gradientNorm, m.samGradientNorm, s.norm, s.largest.value, s.largest.residual,
            s.smallest.value,
            s.smallest.residual, s.next, Double(m.products), edge,
            GradientDescent.edge(learningRate: learningRate), index, m.alignment, m.samAlignment, Double(s.span.count),
            m.spanAlignment, m.samSpanAlignment, m.gradientAlong,
        ]
    }

    /// The columns of several eigenvalues; none where one alone is wanted.
    static func leadingColumns(_ count: Int) -> [String] {
        count == 1 ? [] : (1...count).map { "lambda_\($0)" } + (1...count).map { "residual_\($0)" }
    }

    /// What is found in a Hessian that is nothing but rounding may be fewer values than were asked for.
    static func leading(_ eigenvalues: [Eigenvalue], count: Int) -> [Double] {
        let missing = [Double](repeating: .nan, count: count - eigenvalues.count)
        return count == 1 ? [] : eigenvalues.map(\.value) + missing + eigenvalues.map(\.residual) + missing
    }

    // MARK: - Checkpoints

    private static func name(_ step: Int) -> String { "checks/\(step).tsv" }

    /// Writes a finished row with its digest.
    static func keep(_ row: [Double], step: Int, in store: StageCheckpoints) throws {
        let line = Table.line(row)
        try store.write(Array((line + SHA256.hex(of: line.utf8) + "\n").utf8), to: name(step))
    }

    /// The row of a step that an earlier attempt finished; `nil` where there is none or it is damaged.
    static func finished(_ step: Int, in store: StageCheckpoints, columns: Int) throws -> [Double]? {
        guard let bytes = try store.read(name(step)) else { return nil }
        let lines = String(decoding: bytes, as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false)
        guard lines.count == 3, SHA256.hex(of: (lines[0] + "\n").utf8) == lines[1] else { return nil }
        let row = lines[0].split(separator: "\t").map { Double($0) ?? .nan }
        return row.count == columns ? row : nil
    }
}

extension Estimator {
    /// How many eigenvalues are told.
    package var count: Int {
        switch self {
        case .exact(let lanczos): lanczos.shown
        case .official(let iteration): iteration.count
        }
    }
}

extension Estimator: Codable {
    private enum CodingKeys: CodingKey { case method, count, shown, tolerance, missProbability, maximumProducts, maximumRounds }

    /// Writes the method's name under `method`, and its settings.
    package func encode(to encoder: any Encoder) throws {
        var members = encoder.container(keyedBy: CodingKeys.self)
        switch self {
        case .exact(let lanczos):
            try members.encode(lanczos.count, forKey: .count)
            try members.encode(lanczos.shown, forKey: .shown)
            try members.encode("exact", forKey: .method)
            try members.encode(lanczos.tolerance, forKey: .tolerance)
            try members.encode(lanczos.missProbability, forKey: .missProbability)
            try members.encode(lanczos.maximumProducts, forKey: .maximumProducts)
        case .official(let iteration):
            try members.encode(iteration.count, forKey: .count)
            try members.encode("official", forKey: .method)
            try members.encode(iteration.maximumRounds, forKey: .maximumRounds)
        }
    }

    /// Reads what `encode` wrote.
    package init(from decoder: any Decoder) throws {
        let members = try decoder.container(keyedBy: CodingKeys.self)
        let count = try members.decode(Int.self, forKey: .count)
        switch try members.decode(String.self, forKey: .method) {
        case "exact":
            self = .exact(
                Lanczos(
                    count: count, shown: try members.decode(Int.self, forKey: .shown),
                    tolerance: try members.decode(Double.self, forKey: .tolerance),
                    missProbability: try members.decode(Double.self, forKey: .missProbability),
                    maximumProducts: try members.decode(Int.self, forKey: .maximumProducts)))
        case "official":
            self = .official(
                OfficialPowerIteration(count: count, maximumRounds: try members.decode(Int.self, forKey: .maximumRounds)))
        case let other: throw RecordError.unknown(value: other, of: "method", among: ["exact", "official"])
        }
    }
}
