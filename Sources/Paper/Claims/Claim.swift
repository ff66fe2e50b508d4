/// One of the paper's findings, with the criterion by which the measured tables decide about it.
///
/// The criteria are ours: edit them in `Claim+Findings.swift` and run `samedge claims` again; nothing is retrained.
struct Claim: Sendable {
    /// Its number among the findings.
    let number: Int
    /// What is claimed.
    let statement: String
    /// When it counts as holding for one run.
    let criterion: String
    /// How many of the tested runs must meet the criterion.
    let scope: Scope
    /// What the number of a run is.
    let quantity: String
    /// What each run of an experiment says about it; empty where the claim is not about that experiment.
    let evidence: @Sendable (ExperimentResult) throws -> [Evidence]
}

extension Claim {
    /// For how many runs a claim is made.
    enum Scope: String, Sendable {
        /// Every tested run; one against it is enough.
        case every = "every run"
        /// More than half of the tested runs: the paper says "often" or "tends to".
        case most = "most runs"
    }
}

/// What one run says about a claim.
struct Evidence: Hashable, Sendable {
    /// How the criterion came out.
    enum Outcome: Hashable, Sendable {
        case holds
        case fails
        case notTested(Reason)
    }

    /// Why a run says nothing.
    enum Reason: String, Sendable, CaseIterable {
        case diverged
        case belowEdge = "below edge"
        /// It came up to its edge and never stayed within the range that counts as at the edge.
        case neverAtEdge = "never at its edge"
        /// The edge hardly moved, so that nothing could follow it.
        case edgeAtRest = "edge hardly moves"
        case tooFewChecks = "too few checks"
        /// The claim compares with a run of plain gradient descent that is not there or diverged.
        case noComparison = "no run to compare with"
        /// Gradient descent had no trouble that SAM could be spared.
        case noTrouble = "GD had no trouble"
    }

    var run: String
    var seed: Int
    /// `nil` where the run was not tested, or has no finite number.
    var value: Double?
    var outcome: Outcome
    /// What the number alone does not tell.
    var note: String?

    /// Evidence from what was measured.
    init(_ run: RunResult, _ value: Double, holds: Bool, note: String? = nil) {
        (self.run, seed, outcome, self.note) = (run.label, run.seed, holds ? .holds : .fails, note)
        self.value = value.isFinite ? value : nil
    }

    /// A run that says nothing, for this reason.
    init(_ run: RunResult, notTested reason: Reason) {
        (self.run, seed, outcome) = (run.label, run.seed, .notTested(reason))
    }
}
