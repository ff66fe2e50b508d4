/// A verdict about a claim as `claims.json` holds it: written by one kind of stage, read by another.
struct VerdictRecord: Codable, Sendable {
    /// What one run says.
    struct Run: Codable, Sendable {
        var run: String
        /// The claim's quantity; `nil` where the run was not tested, or has no finite number.
        var value: Double?
        var outcome: Outcome
        /// Why it was not tested.
        var reason: String?
        /// What the number alone does not tell.
        var note: String?
    }

    /// How the criterion came out for a run.
    enum Outcome: String, Codable, Sendable {
        case holds, fails
        case notTested = "not tested"
    }

    /// What the runs of one seed come to.
    struct Seed: Codable, Sendable {
        var seed: Int
        var verdict: String
        var median, least, largest: Double?
        var runsFor, runsAgainst: Int
    }

    var claim: Int
    var statement, criterion, scope, quantity, experiment: String
    /// Where the experiment's data came from: `real` or `stand-in`.
    var data: String
    /// `holds`, `does not hold` or `not tested`.
    var verdict: String
    /// Over the runs that were tested.
    var median: Double?
    var runs: [Run]
    /// `nil` where there is one seed.
    var seeds: [Seed]?
}

extension Double {
    /// Itself, or `nil` where it is not finite, for which JSON has no number.
    var finite: Double? { isFinite ? self : nil }
}
