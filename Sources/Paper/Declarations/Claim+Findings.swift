import Curvature

/// The paper's six findings (Long & Bartlett, JMLR 25(179), 2024), and when each counts as holding.
extension Claim {
    /// All findings, in the paper's order.
    static let all = [tracksEdge, flatEarly, fallsWithGradient, betterAligned, comparableLoss, stableAtLargeSteps]

    /// The least and the largest median of ‖H‖/edge that counts as being at the edge.
    static func edgeRange(isFullBatch: Bool) -> ClosedRange<Double> { isFullBatch ? 0.9...1.15 : 0.8...1.5 }

    static let tracksEdge = Claim(
        number: 1, statement: "With SAM, ‖H‖ stays close to the SAM-edge.",
        criterion: "median of ‖H‖/SAM-edge over the second half in [0.9, 1.15], with minibatches in [0.8, 1.5]",
        scope: .every, quantity: "median ‖H‖/edge"
    ) { result in
        try result.samRuns.map { run in
            try run.tested { statistics in
                let ratio = statistics.edgeRatio.median
                return (ratio, edgeRange(isFullBatch: result.isFullBatch).contains(ratio))
            }
        }
    }

    static let flatEarly = Claim(
        number: 2, statement: "The SAM-edge is often far below 2/η, so that SAM finds flat regions while the loss is still large.",
        criterion: "when ‖H‖ first reaches the SAM-edge, the edge is at most half of 2/η and the loss at least a tenth of the first",
        scope: .most, quantity: "edge/(2/η) there"
    ) { result in
        try result.samRuns.map { run in
            try run.tested { statistics in
                guard let reached = statistics.reached else { return nil }
                return (reached.edgeShare, reached.edgeShare <= 0.5 && reached.lossShare >= 0.1)
            }
        }
    }

    static let fallsWithGradient = Claim(
        number: 3, statement: "The edge, and ‖H‖ with it, falls as the gradient shrinks.",
        criterion: "rank correlation of ‖H‖ and ‖g‖ over the checks from the edge on at least 0.5",
        scope: .every, quantity: "rank correlation"
    ) { result in
        try result.samRuns.map { run in
            try run.tested { statistics in
                guard let first = statistics.reached?.index else { return nil }
                let correlation = Statistics.rankCorrelation(
                    try run.measured("hessian_norm").dropFirst(first), try run.measured("gradient_norm").dropFirst(first))
                return correlation.map { ($0, $0 >= 0.5) }
            }
        }
    }

    static let betterAligned = Claim(
        number: 4, statement: "The SAM gradient tends to be better aligned with the principal direction than the gradient.",
        criterion: "so at more than half of the checks",
        scope: .most, quantity: "share of checks"
    ) { result in
        try result.samRuns.map { run in
            if run.divergedAt != nil { return Evidence(run, notTested: .diverged) }
            let pairs = zip(try run.measured("sam_alignment"), try run.measured("alignment")).filter { $0.isFinite && $1.isFinite }
            if pairs.count < RunStatistics.leastChecks { return Evidence(run, notTested: .tooFewChecks) }
            let share = Double(pairs.count { $0 > $1 }) / Double(pairs.count)
            return Evidence(run, share, holds: share > 0.5)
        }
    }

    static let comparableLoss = Claim(
        number: 5, statement: "SAM reaches a training loss comparable to that of (S)GD.",
        criterion: "the last loss, as a mean over the last tenth of the steps, is at most twice that of GD at the same η and seed",
        scope: .every, quantity: "loss/GD's loss"
    ) { result in
        try result.samRuns.map { run in
            if run.divergedAt != nil { return Evidence(run, notTested: .diverged) }
            guard let gd = result.run(run.learningRate, 0, seed: run.seed), gd.divergedAt == nil else {
                return Evidence(run, notTested: .noComparison)
            }
            let ratio = try run.lastLoss() / gd.lastLoss()
            return Evidence(run, ratio, holds: ratio <= 2)
        }
    }

    static let stableAtLargeSteps = Claim(
        number: 6, statement: "On CIFAR-10, SAM stays stable at step sizes that trouble GD.",
        criterion: "where GD diverges or its loss rises above its first value, SAM at the same η does neither",
        scope: .every, quantity: "highest loss/first loss"
    ) { result in
        guard result.name.hasPrefix("cifar10") else { return [] }
        return try result.samRuns.map { run in
            guard let gd = result.run(run.learningRate, 0, seed: run.seed) else { return Evidence(run, notTested: .noComparison) }
            if try !gd.isTroubled() { return Evidence(run, notTested: .noTrouble) }
            return Evidence(run, try run.highestLossShare(), holds: try !run.isTroubled())
        }
    }
}

extension ExperimentResult {
    /// The runs with ρ > 0.
    var samRuns: [RunResult] { runs.filter { $0.radius > 0 } }
}

extension RunResult {
    /// Evidence from a run that ended, was checked often enough, and reached its edge; `body` gives the number and whether the
    /// criterion holds, or `nil` where there are too few checks for it.
    fileprivate func tested(_ body: (RunStatistics) throws -> (Double, Bool)?) throws -> Evidence {
        if divergedAt != nil { return Evidence(self, notTested: .diverged) }
        let statistics = try RunStatistics(self)
        if statistics.checks < RunStatistics.leastChecks { return Evidence(self, notTested: .tooFewChecks) }
        if statistics.reached == nil { return Evidence(self, notTested: .belowEdge) }
        guard let (value, holds) = try body(statistics) else { return Evidence(self, notTested: .tooFewChecks) }
        return Evidence(self, value, holds: holds)
    }

    /// Whether the loss stopped being finite or rose above its first value.
    fileprivate func isTroubled() throws -> Bool { try divergedAt != nil || highestLossShare() > 1 }

    /// The highest loss of the training in units of the first.
    fileprivate func highestLossShare() throws -> Double {
        let losses = try training.column(named: "loss")
        return (losses.max() ?? .nan) / (losses.first ?? .nan)
    }
}
