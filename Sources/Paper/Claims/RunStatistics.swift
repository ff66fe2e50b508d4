import Curvature

/// What a run's tables come to in a few numbers.
struct RunStatistics: Hashable, Sendable {
    /// A median and the quartiles around it.
    struct Spread: Hashable, Sendable {
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

    /// The check at which ‖H‖ first came up to the run's own edge.
    struct Reached: Hashable, Sendable {
        /// Its number, from 0.
        var index: Int
        var step: Int
        /// The edge there in units of 2/η.
        var edgeShare: Double
        /// The loss there in units of the first.
        var lossShare: Double
    }

    /// ‖H‖/edge from which a run counts as having come up to its edge.
    static let reachingRatio = 0.95
    /// With fewer checks a run says nothing.
    static let leastChecks = 8

    /// The number of checks.
    var checks: Int
    /// ‖H‖ over the run's own edge (SAM-edge; 2/η for ρ = 0), over the second half of the checks.
    var edgeRatio: Spread
    /// ‖H‖ over 2/η, over the second half of the checks.
    var gradientDescentRatio: Spread
    /// Where ‖H‖ first came up to the edge; `nil` where it never did.
    var reached: Reached?
    /// The mean loss over the last tenth of the steps.
    var lastLoss: Double
    /// The median number of Hessian–vector products a check from the edge on; of all checks where it was never reached.
    var products: Double
    /// The Hessian–vector products of all checks.
    var productsTotal: Double
    /// The largest relative residual ‖Hv − θv‖/|θ| of a check.
    var residual: Double

    /// Reads the tables of a run.
    ///
    /// - Throws: `TableError` where a column is missing.
    init(_ run: RunResult) throws {
        let norms = try run.measured("hessian_norm"), edges = try run.measured("sam_edge")
        let flat = try run.measured("gd_edge"), steps = try run.measured("step"), losses = try run.measured("loss")
        let ratios = zip(norms, edges).map { $0 / $1 }
        let half = ratios.count / 2
        checks = ratios.count
        edgeRatio = Spread(ratios.dropFirst(half))
        gradientDescentRatio = Spread(zip(norms, flat).map { $0 / $1 }.dropFirst(half))
        if let index = ratios.firstIndex(where: { $0 >= Self.reachingRatio }) {
            reached = Reached(
                index: index, step: Int(steps[index]), edgeShare: edges[index] / flat[index],
                lossShare: losses[index] / losses[0])
        }
        lastLoss = try run.lastLoss()
        let spent = try run.measured("products")
        products = Statistics.median(spent.dropFirst(reached?.index ?? 0))
        productsTotal = spent.reduce(0, +)
        let residuals = zip(try run.measured("residual"), norms).map { $0 / $1 }.filter(\.isFinite)
        residual = residuals.max() ?? .nan
    }
}

extension RunResult {
    /// The mean loss over the last tenth of the steps.
    func lastLoss() throws -> Double {
        let losses = try training.column(named: "loss")
        let last = losses.suffix(max(1, losses.count / 10))
        return last.isEmpty ? .nan : last.reduce(0, +) / Double(last.count)
    }

    /// `at the edge`, `below edge`, `diverged at step N` or `too few checks`.
    func state(_ statistics: RunStatistics) -> String {
        if let step = divergedAt { return "diverged at step \(step)" }
        if statistics.checks < RunStatistics.leastChecks { return Evidence.Reason.tooFewChecks.rawValue }
        return statistics.reached.map { "at the edge from step \($0.step)" } ?? Evidence.Reason.belowEdge.rawValue
    }
}
