/// What runs come to on a claim: how many are for it, which numbers they have, and why others say nothing.
///
/// The tables of claims and the titles of figures are both made of it, so that neither says what the other does not.
struct Finding: Sendable {
    /// For how many of the tested runs a claim holds.
    enum Extent: Sendable {
        case all, some, none, notTested
    }

    /// What each run says, of all experiments that it was asked of.
    let evidence: [Evidence]
    private let scope: Claim.Scope

    init(_ evidence: [Evidence], scope: Claim.Scope) { (self.evidence, self.scope) = (evidence, scope) }

    /// The number of runs for the claim.
    var holding: Int { evidence.count { $0.outcome == .holds } }
    /// The number of runs against it.
    var failing: Int { evidence.count { $0.outcome == .fails } }
    /// The number of runs that say something.
    var tested: Int { holding + failing }

    /// For how many of the tested runs it holds.
    var extent: Extent { tested == 0 ? .notTested : failing == 0 ? .all : holding == 0 ? .none : .some }

    /// How it came out, by the claim's scope.
    var outcome: Verdict.Outcome {
        if tested == 0 { return .notTested }
        switch scope {
        case .every: return failing == 0 ? .holds : .doesNotHold
        case .most: return holding > failing ? .holds : .doesNotHold
        }
    }

    /// The numbers of the runs that were tested.
    var values: [Double] { evidence.compactMap(\.value) }
    /// Not a number for none.
    var median: Double { Statistics.median(values) }
    /// Not a number for none.
    var least: Double { values.min() ?? .nan }
    /// Not a number for none.
    var largest: Double { values.max() ?? .nan }

    /// Why runs were not tested, with their number.
    var reasons: [(reason: Evidence.Reason, count: Int)] {
        Evidence.Reason.allCases.map { reason in (reason, evidence.count { $0.outcome == .notTested(reason) }) }
            .filter { $0.count > 0 }
    }

    /// `2 below edge, 1 diverged`; empty where all were tested.
    var reasonsText: String { reasons.map { "\($0.count) \($0.reason.rawValue)" }.joined(separator: ", ") }
}

extension Claim {
    /// What the runs of some experiments come to together; of those experiments that the claim is about.
    ///
    /// - Throws: `TableError` where a column is missing.
    func finding(_ results: [ExperimentResult]) throws -> Finding {
        Finding(try results.flatMap { try evidence($0) }, scope: scope)
    }
}
