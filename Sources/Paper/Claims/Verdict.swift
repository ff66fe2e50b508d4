import Formats

/// What all runs of one experiment come to on one claim.
struct Verdict: Sendable {
    /// How it came out, by the claim's scope.
    enum Outcome: String, Sendable {
        case holds
        case doesNotHold = "does not hold"
        case notTested = "not tested"
    }

    let claim: Claim
    let experiment: ExperimentResult
    let evidence: [Evidence]

    /// Evaluates a claim on an experiment; `nil` where the claim is not about it.
    init?(_ claim: Claim, on experiment: ExperimentResult) throws {
        (self.claim, self.experiment) = (claim, experiment)
        evidence = try claim.evidence(experiment)
        if evidence.isEmpty { return nil }
    }

    private init(_ claim: Claim, on experiment: ExperimentResult, evidence: [Evidence]) {
        (self.claim, self.experiment, self.evidence) = (claim, experiment, evidence)
    }

    /// What the runs of each seed alone come to, by ascending seed.
    var bySeed: [(seed: Int, verdict: Verdict)] {
        Set(evidence.map(\.seed)).sorted().map { seed in
            (seed, Verdict(claim, on: experiment, evidence: evidence.filter { $0.seed == seed }))
        }
    }

    /// The evidence counted.
    var finding: Finding { Finding(evidence, scope: claim.scope) }
    var holding: Int { finding.holding }
    var failing: Int { finding.failing }
    var outcome: Outcome { finding.outcome }
    var values: [Double] { finding.values }
    /// Why runs were not tested, each reason with their number: `2 below edge, 1 diverged`.
    var reasons: String { finding.reasonsText }

    /// The verdict as a row of a table.
    var row: [Table.Cell] {
        [
            .number(Double(claim.number)), .text(experiment.name), .text(experiment.source.rawValue), .text(outcome.rawValue),
            .text(claim.quantity), .number(finding.median), .number(finding.least),
            .number(finding.largest), .number(Double(holding)), .number(Double(failing)),
            .text(reasons.isEmpty ? "-" : reasons), .text(claim.statement), .text(claim.criterion),
            .text(claim.scope.rawValue),
        ]
    }

    static let columns = [
        "claim", "experiment", "data", "verdict", "quantity", "median", "least", "largest", "runs_for", "runs_against",
        "runs_not_tested", "statement", "criterion", "scope",
    ]
}
