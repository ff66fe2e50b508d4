import Formats
import Training

/// The late ratios of the runs that differ in their seed alone.
struct SeededRatios: Sendable {
    var learningRate: Double
    var optimiser: AnyOptimiser
    /// The median of ‖H‖/edge over the late checks, by ascending seed; of the runs that did not diverge.
    var ratios: [Double]
    /// Where each of the runs has come to; those that say nothing are left out.
    var places: [Place]

    /// Whether the seed decides where the run comes to.
    var isDecidedBySeed: Bool { Set(places).count > 1 }
    /// The middle of the ratios; not a number for none.
    var median: Double { Statistics.median(ratios) }
}

/// What the second estimator says of ‖H‖ at a snapshot, beside the first.
struct EstimatorDifference: Sendable {
    var run: String
    var step: Int
    /// Second/first − 1.
    var difference: Double
}

extension ExperimentResult {
    /// The medians of ‖H‖/edge over the late checks of those runs that did not diverge and have such checks.
    ///
    /// - Throws: `TableError` where a column is missing.
    func lateRatios(of runs: [RunResult]) throws -> [Double] {
        try runs.filter { $0.divergedAt == nil }.map { try RunStatistics($0, of: self).edgeRatio.median }.filter(\.isFinite)
    }

    /// The late ratios of each step size and optimiser over the seeds.
    ///
    /// - Throws: `TableError` where a column is missing.
    func seededRatios() throws -> [SeededRatios] {
        try learningRates.flatMap { rate in
            try optimisers.compactMap { optimiser in
                let alike = runs.filter { $0.learningRate == rate && $0.optimiser == optimiser }.sorted { $0.seed < $1.seed }
                if alike.isEmpty { return nil }
                return SeededRatios(
                    learningRate: rate, optimiser: optimiser, ratios: try lateRatios(of: alike),
                    places: try alike.compactMap { try $0.place(in: self) })
            }
        }
    }

    /// How the two estimators differ at the snapshots that both have measured; empty where there is one alone.
    ///
    /// All runs of a seed begin at the same point, which counts once.
    /// - Throws: `TableError` where a column is missing.
    func estimatorDifferences() throws -> [EstimatorDifference] {
        var begun: Set<Int> = []
        return try runs.flatMap { run -> [EstimatorDifference] in
            guard let second = try run.comparison else { return [] }
            let isFirst = begun.insert(run.seed).inserted
            let steps = try run.measured("step"), norms = try run.measured("hessian_norm")
            let others = try second.column(named: "hessian_norm")
            return try second.column(named: "step").enumerated().compactMap { row, step in
                guard step > 0 || isFirst, let index = steps.firstIndex(of: step), norms[index] > 0 else { return nil }
                return EstimatorDifference(run: run.label, step: Int(step), difference: others[row] / norms[index] - 1)
            }
        }
    }

    /// At how many of the regular checks of all SAM runs that did not diverge the SAM gradient is the better aligned one.
    ///
    /// - Throws: `TableError` where a column is missing.
    func alignedChecks() throws -> (better: Int, all: Int) {
        let checks = try samRuns.filter { $0.divergedAt == nil }.flatMap { try $0.checks(every: interval) }
            .filter { $0.samAlignment.isFinite && $0.alignment.isFinite }
        return (checks.count { $0.samAlignment > $0.alignment }, checks.count)
    }
}
