import Formats
import Training

/// Where a run has come to in the second half of its steps.
enum Place: String, Sendable, CaseIterable {
    case below = "below its edge"
    case at = "at its edge"
    case above = "above its edge"
    case notLearnt = "did not learn"
    case diverged
}

extension RunResult {
    /// A run whose last loss is more than this share of its first has not learnt; guessing always the same has about as much.
    private static let learnt = 2.0 / 3

    /// Where the run has come to, by the median of ‖H‖/edge over the late checks; `nil` where there are none.
    ///
    /// - Throws: `TableError` where a column is missing.
    func place(in result: ExperimentResult) throws -> Place? {
        if divergedAt != nil { return .diverged }
        guard let first = try training.column(named: "loss").first else { return nil }
        if try lastLoss() > Self.learnt * first { return .notLearnt }
        let ratio = try RunStatistics(self, of: result).edgeRatio.median, range = Claim.edgeRange(isFullBatch: result.isFullBatch)
        return ratio.isNaN ? nil : ratio < range.lowerBound ? .below : ratio > range.upperBound ? .above : .at
    }
}

extension ExperimentResult {
    /// For each optimiser the smallest step size with which a run of the first seed comes up to its edge; `nil` where none does.
    ///
    /// - Throws: `TableError` where a column is missing.
    func edgeRates() throws -> [(optimiser: AnyOptimiser, rate: Double?)] {
        try optimisers.map { optimiser in
            (
                optimiser,
                try learningRates.first { rate in
                    guard let place = try run(rate, optimiser)?.place(in: self) else { return false }
                    return place == .at || place == .above
                }
            )
        }
    }

    /// In how many pairs of neighbouring radii the larger one comes up to its edge at a smaller step size, GD counting as radius 0; of
    /// those pairs of which both do so, and not both already with the smallest step size that was tried, below which nothing is known.
    ///
    /// - Throws: `TableError` where a column is missing.
    func edgeRatesFall() throws -> (falling: Int, of: Int) {
        let rates = try edgeRates().sorted { $0.optimiser.order < $1.optimiser.order }.compactMap(\.rate)
        let pairs = zip(rates, rates.dropFirst()).filter { max($0, $1) > learningRates.min() ?? 0 }
        return (pairs.count { $0 > $1 }, pairs.count)
    }
}
