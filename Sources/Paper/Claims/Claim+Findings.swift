import Formats
import Kernels
import Training

/// The paper's six findings (Long & Bartlett, JMLR 25(179), 2024), and when each counts as holding.
///
/// Checks are those of the regular interval; the late ones are those from half of the steps on.
extension Claim {
    /// All findings, in the paper's order.
    static let all = [tracksEdge, flatEarly, fallsWithGradient, betterAligned, comparableLoss, stableAtLargeSteps]

    /// The least and the largest ‖H‖/edge that counts as being at the edge; a ratio is negative, and within no range, where the
    /// negative end of the spectrum is the larger.
    ///
    /// Far below 2/η the SAM-edge goes as 1/√ρ: the edge of ρ/3 lies √3 times above that of ρ, and from a ratio of 3^¼ = 1.316 on
    /// ‖H‖ is nearer to it; below 3^−¼ = 0.760 it is nearer to the edge of 3ρ. The wider range, for minibatches, whose curvature
    /// scatters, ends before either. Near 2/η the edges lie closer together, so that the range alone cannot tell them apart.
    static func edgeRange(isFullBatch: Bool) -> ClosedRange<Double> { isFullBatch ? 0.9...1.15 : 0.8...1.3 }

    /// The ranges in words.
    static var edgeRangeText: String {
        func text(_ range: ClosedRange<Double>) -> String {
            "[\(shortestText(range.lowerBound)), \(shortestText(range.upperBound))]"
        }
        return "in \(text(edgeRange(isFullBatch: true))), with minibatches in \(text(edgeRange(isFullBatch: false)))"
    }

    static let tracksEdge = Claim(
        number: 1, statement: "With SAM, ‖H‖ stays close to the SAM-edge.",
        criterion: "over the second half of the steps, the median of ‖H‖/SAM-edge lies \(edgeRangeText), "
            + "and the median of |log(‖H‖/edge)| is smaller with the SAM-edge of ρ than with those of ρ/3 and 3ρ and with 2/η",
        scope: .every, quantity: "median ‖H‖/edge"
    ) { result in
        try result.samRuns.map { run in
            try run.tested(in: result) { statistics in
                let ratio = statistics.edgeRatio.median, own = statistics.distance { $0.edge }
                let rivals = run.rivalEdges.map { ($0.name, distance: statistics.distance(from: $0.edge)) }
                let better = rivals.filter { $0.distance <= own }.min { $0.distance < $1.distance }
                let isNearest = rivals.allSatisfy { own < $0.distance }
                return Evidence(
                    run, ratio, holds: edgeRange(isFullBatch: result.isFullBatch).contains(ratio) && isNearest,
                    note: better.map { "\($0.0) fits better" })
            }
        }
    }

    static let flatEarly = Claim(
        number: 2,
        statement: "The SAM-edge is often far below 2/η, so that SAM finds flat regions while the loss is still large.",
        criterion: "at the first of three successive checks after step 0 with ‖H‖/SAM-edge \(edgeRangeText), "
            + "the edge is at most half of 2/η and the loss at least a tenth of the first",
        scope: .most, quantity: "edge/(2/η) there"
    ) { result in
        try result.samRuns.map { run in
            try run.tested(in: result) { statistics in
                guard let reached = statistics.reached else { return Evidence(run, notTested: .neverAtEdge) }
                let check = statistics.checks[reached]
                let share = check.edge / GradientDescent.edge(learningRate: run.learningRate)
                return Evidence(run, share, holds: share <= 0.5 && check.loss >= 0.1 * statistics.checks[0].loss)
            }
        }
    }

    static let fallsWithGradient = Claim(
        number: 3, statement: "The edge, and ‖H‖ with it, falls as the gradient shrinks.",
        criterion: "from that check of claim 2 on, the slope of log ‖H‖ on log SAM-edge (least squares) lies in [0.7, 1.3]; "
            + "tested where the edge moves by 1.5 times or more",
        scope: .every, quantity: "slope"
    ) { result in
        try result.samRuns.map { run in
            try run.tested(in: result) { statistics in
                guard let reached = statistics.reached else { return Evidence(run, notTested: .neverAtEdge) }
                // All checks from there on: those within the range alone would follow the edge by their choice.
                let checks = statistics.checks[reached...].filter { $0.ratio > 0 && $0.ratio.isFinite }
                if checks.count < RunStatistics.leastChecks { return Evidence(run, notTested: .tooFewChecks) }
                let edges = checks.map(\.edge)
                guard let least = edges.min(), let largest = edges.max(), largest >= 1.5 * least,
                    let slope = Statistics.slope(checks.map { (Functions.log($0.edge), Functions.log($0.principal)) })
                else { return Evidence(run, notTested: .edgeAtRest) }
                return Evidence(run, slope, holds: (0.7...1.3).contains(slope))
            }
        }
    }

    static let betterAligned = Claim(
        number: 4, statement: "The SAM gradient tends to be better aligned with the principal direction than the gradient.",
        criterion: "so at more than half of the checks, by the cosine with the space of all eigenvectors whose eigenvalues lie "
            + "within 5 % of the principal one",
        scope: .most, quantity: "share of checks"
    ) { result in
        try result.samRuns.map { run in
            if run.divergedAt != nil { return Evidence(run, notTested: .diverged) }
            let checks = try run.checks(every: result.interval).filter { $0.samAlignment.isFinite && $0.alignment.isFinite }
            if checks.count < RunStatistics.leastChecks { return Evidence(run, notTested: .tooFewChecks) }
            let share = Double(checks.count { $0.samAlignment > $0.alignment }) / Double(checks.count)
            return Evidence(run, share, holds: share > 0.5)
        }
    }

    static let comparableLoss = Claim(
        number: 5, statement: "SAM reaches a training loss comparable to that of (S)GD.",
        criterion: "(S)GD at the same η and seed takes at least half of the steps to reach SAM's last loss, both as means over "
            + "a tenth of the steps; a loss that it does not reach counts as all of the steps",
        scope: .every, quantity: "share of the steps"
    ) { result in
        try result.samRuns.map { run in
            if run.divergedAt != nil { return Evidence(run, notTested: .diverged) }
            guard let gd = result.run(run.learningRate, .gradientDescent, seed: run.seed), gd.divergedAt == nil else {
                return Evidence(run, notTested: .noComparison)
            }
            let share = try gd.shareOfSteps(toReach: run.lastLoss()) ?? 1
            return Evidence(run, share, holds: share >= 0.5)
        }
    }

    static let stableAtLargeSteps = Claim(
        number: 6, statement: "On CIFAR-10, SAM stays stable at step sizes that trouble GD.",
        criterion:
            "after step 10 the loss is never more than 1.2 times its running minimum; tested where that of GD at the same η "
            + "and seed comes to twice its running minimum; a divergence is an infinite rise",
        scope: .every, quantity: "greatest loss/running minimum"
    ) { result in
        guard result.name.hasPrefix("cifar10") else { return [] }
        return try result.samRuns.map { run in
            guard let gd = result.run(run.learningRate, .gradientDescent, seed: run.seed) else {
                return Evidence(run, notTested: .noComparison)
            }
            if try !isTroubled(gd) { return Evidence(run, notTested: .noTrouble) }
            let rise = try run.greatestRise(after: 10)
            return Evidence(run, rise, holds: rise <= 1.2, note: run.divergedAt.map { "diverged at step \($0)" })
        }
    }

    /// Whether the loss of a run of GD spikes, so that claim 6 can be tested against it.
    static func isTroubled(_ gd: RunResult) throws -> Bool { try gd.greatestRise(after: 10) >= 2 }
}

extension ExperimentResult {
    /// The runs of SAM, of which the paper speaks; other optimisers are measured and drawn, and not judged.
    var samRuns: [RunResult] { runs.filter { $0.optimiser.value is SAM } }
}

extension RunResult {
    /// Evidence from a run that ended, was checked often enough, and came up to its edge.
    fileprivate func tested(in result: ExperimentResult, _ body: (RunStatistics) -> Evidence) throws -> Evidence {
        if divergedAt != nil { return Evidence(self, notTested: .diverged) }
        let statistics = try RunStatistics(self, of: result)
        if statistics.checks.count < RunStatistics.leastChecks { return Evidence(self, notTested: .tooFewChecks) }
        if statistics.isBelowEdge { return Evidence(self, notTested: .belowEdge) }
        return body(statistics)
    }

    /// The edges that ‖H‖ would be nearer to if the theory of the SAM-edge did not hold: of other radii, and without one.
    fileprivate var rivalEdges: [(name: String, edge: (Check) -> Double)] {
        var rivals: [(name: String, optimiser: any Optimiser)] = [("2/η", GradientDescent())]
        if let sam = optimiser.value as? SAM {
            rivals = [("the edge of ρ/3", SAM(radius: sam.radius / 3)), ("the edge of 3ρ", SAM(radius: 3 * sam.radius))] + rivals
        }
        return rivals.map { rival in
            (rival.name, { rival.optimiser.edge(learningRate: learningRate, gradientNorm: $0.gradientNorm) })
        }
    }
}
