import Kernels
import Training

/// What a run's tables come to in a few numbers.
struct RunStatistics: Sendable {
    /// A median and the quartiles around it.
    struct Spread: Sendable {
        var median: Double
        var lower: Double
        var upper: Double

        init(_ values: some Sequence<Double>) {
            let values = Array(values)
            (median, lower, upper) = (
                Statistics.median(values), Statistics.quantile(values, 0.25), Statistics.quantile(values, 0.75)
            )
        }
    }

    /// So many successive checks make a state; the start is none, since a run that begins within the range does so by chance.
    static let successive = 3
    /// With fewer checks a run says nothing.
    static let leastChecks = 8

    /// The checks of the regular interval.
    let checks: [Check]
    /// Those of them in the second half of the steps.
    let late: [Check]
    /// ‖H‖ over the run's own edge at the late checks.
    let edgeRatio: Spread
    /// ‖H‖ over 2/η at the late checks.
    let gradientDescentRatio: Spread
    /// The number among `checks` of the first of three successive ones after the start at which ‖H‖ is within the range that
    /// counts as at the edge, whichever side it came from; `nil` where there are none.
    let reached: Int?
    /// Whether ‖H‖ never was at or above the range for three successive checks after the start.
    let isBelowEdge: Bool
    /// The mean loss over the last tenth of the steps.
    let lastLoss: Double
    /// The median number of Hessian–vector products a check from the edge on; of all checks where it was never reached.
    let products: Double
    /// The Hessian–vector products of all checks, of those at other steps too.
    let productsTotal: Double
    /// The largest residual ‖Hv − θv‖ of either end at a check, in units of ‖H‖ there.
    let residual: Double

    /// Reads the tables of a run of an experiment.
    ///
    /// - Throws: `TableError` where a column is missing.
    init(_ run: RunResult, of experiment: ExperimentResult) throws {
        let checks = try run.checks(every: experiment.interval)
        let range = Claim.edgeRange(isFullBatch: experiment.isFullBatch)
        func first(_ isFitting: (Check) -> Bool) -> Int? {
            checks.indices.dropLast(Self.successive - 1).first {
                checks[$0].step > 0 && checks[$0..<($0 + Self.successive)].allSatisfy(isFitting)
            }
        }
        self.checks = checks
        late = checks.filter { experiment.isLate($0.step) }
        edgeRatio = Spread(late.map(\.ratio))
        let flat = GradientDescent.edge(learningRate: run.learningRate)
        gradientDescentRatio = Spread(late.map { $0.principal / flat })
        reached = first { range.contains($0.ratio) }
        isBelowEdge = first { $0.ratio >= range.lowerBound } == nil
        lastLoss = try run.lastLoss()
        products = Statistics.median(checks.dropFirst(reached ?? 0).map(\.products))
        productsTotal = try run.measured("products").reduce(0, +)
        let largest = zip(try run.measured("residual_max"), try run.measured("residual_min")).map(max)
        residual = zip(largest, try run.measured("hessian_norm")).map { $0 / $1 }.filter(\.isFinite).max() ?? .nan
    }

    /// How far ‖H‖ is from an edge at the late checks with λ₁ > 0: the median of |log(‖H‖/edge)|.
    func distance(from edge: (Check) -> Double) -> Double {
        Statistics.median(late.filter { $0.principal > 0 }.map { Functions.log($0.principal / edge($0)).magnitude })
    }
}

extension RunResult {
    /// `at the edge from step N`, `below edge`, `never at its edge`, `diverged at step N` or `too few checks`.
    func state(_ statistics: RunStatistics) -> String {
        if let step = divergedAt { return "diverged at step \(step)" }
        if statistics.checks.count < RunStatistics.leastChecks { return Evidence.Reason.tooFewChecks.rawValue }
        if let reached = statistics.reached { return "at the edge from step \(statistics.checks[reached].step)" }
        return (statistics.isBelowEdge ? Evidence.Reason.belowEdge : .neverAtEdge).rawValue
    }
}
