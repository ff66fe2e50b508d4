import Formats

/// How a verdict comes out with each seed: what would have been found with other initial parameters and batches.
struct SeedSpread {
    private let seeds: [(seed: Int, verdict: Verdict)]

    init(_ verdict: Verdict) { seeds = verdict.bySeed }

    private func count(_ outcome: Verdict.Outcome) -> Int { seeds.count { $0.verdict.outcome == outcome } }

    /// The medians over the runs of each seed; of those alone with which some run was tested.
    private var medians: [Double] { seeds.map { Statistics.median($0.verdict.values) }.filter(\.isFinite) }

    /// The spread as cells of a table under `columns`.
    var row: [Table.Cell] {
        [
            .number(Double(count(.holds))), .number(Double(count(.doesNotHold))), .number(Double(count(.notTested))),
            .number(medians.min() ?? .nan), .number(medians.max() ?? .nan),
        ]
    }

    static let columns = ["seeds_for", "seeds_against", "seeds_not_tested", "seed_median_least", "seed_median_largest"]

    /// `by seed: 2 of 3 for it, medians 1.01, 1.03, 1.18`, and how many seeds were not tested.
    var text: String {
        let tested = count(.holds) + count(.doesNotHold)
        if tested == 0 { return "by seed: none tested" }
        let text = "by seed: \(count(.holds)) of \(tested) for it, medians \(medians.map(significant).joined(separator: ", "))"
        return tested == seeds.count ? text : text + ", \(seeds.count - tested) not tested"
    }

    /// What each seed's runs come to.
    var records: [VerdictRecord.Seed] {
        seeds.map { seed, verdict in
            VerdictRecord.Seed(
                seed: seed, verdict: verdict.outcome.rawValue, median: Statistics.median(verdict.values).finite,
                least: verdict.values.min()?.finite, largest: verdict.values.max()?.finite, runsFor: verdict.holding,
                runsAgainst: verdict.failing)
        }
    }
}
