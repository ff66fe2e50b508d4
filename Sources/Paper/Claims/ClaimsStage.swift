import Formats
import Pipeline

/// Evaluates the paper's claims on the tables of all runs: `claims.tsv`, `claims.json`, `claims.txt`; and
/// lays the runs side by side: `runs.tsv`, a row each, and `measurements.tsv`, a row for each of their checks.
struct ClaimsStage: TypedStage {
    static let kind = "claims"
    static let modules = [
        "Platform/Threads", "Formats", "Kernels/Functions", "Training/Optimisers", "Paper/Common", "Paper/Results",
        "Paper/Claims",
    ]

    var experiments: [ExperimentParameters]

    /// The files it writes. The table of a single run's measurements is that run's own.
    var outputs: [String] {
        ["claims.tsv", "claims.json", "claims.txt", "runs.tsv"]
            + (experiments.reduce(0) { $0 + $1.runs.count } > 1 ? ["measurements.tsv"] : [])
    }

    func run(_ run: StageRun) throws {
        let results = try experiments.map { try ExperimentResult($0, from: run.input) }
        let verdicts = try Claim.all.flatMap { claim in try results.compactMap { try Verdict(claim, on: $0) } }
        let runs = try RunsTable(results)
        let areSeeded = verdicts.contains { $0.bySeed.count > 1 }
        var table = Table(columns: Verdict.columns + (areSeeded ? SeedSpread.columns : []))
        for verdict in verdicts { table.append(verdict.row + (areSeeded ? SeedSpread(verdict).row : [])) }
        try run.write(table.text.utf8, to: "claims.tsv")
        try run.write(runs.table.text.utf8, to: "runs.tsv")
        if outputs.contains("measurements.tsv") {
            try run.write(TidyTable.measurements.joined(results).text.utf8, to: "measurements.tsv")
        }
        try run.write(try Record.encode(verdicts.map(\.record)).prettyText.utf8, to: "claims.json")
        try run.write((runs.text + "\n" + Self.text(verdicts)).utf8, to: "claims.txt")
    }

    /// The verdicts for people.
    private static func text(_ verdicts: [Verdict]) -> String {
        var lines: [String] = []
        for claim in Claim.all {
            lines.append("\(claim.number). \(claim.statement)")
            lines.append("   criterion, for \(claim.scope.rawValue): \(claim.criterion)")
            let about = verdicts.filter { $0.claim.number == claim.number }
            if about.isEmpty { lines.append("   not tested: no experiment of this profile is about it") }
            for verdict in about { lines.append("   \(verdict.line)") }
        }
        return lines.joined(separator: "\n") + "\n"
    }
}

extension Verdict {
    /// `mnist-mlp: HOLDS, 6 of 6 runs for it; median ‖H‖/edge 1.03 (1.00 to 1.08)`, and which runs are against it.
    fileprivate var line: String {
        let tested = holding + failing
        var line = "\(experiment.name)\(experiment.source == .standIn ? " (stand-in data)" : ""): "
        line += outcome == .notTested ? "not tested" : "\(outcome.rawValue.uppercased()), \(holding) of \(tested) runs for it"
        if let least = values.min(), let largest = values.max() {
            line += "; \(claim.quantity) \(significant(Statistics.median(values)))"
            line += " (\(significant(least)) to \(significant(largest)))"
        }
        if bySeed.count > 1 { line += "; " + SeedSpread(self).text }
        let against = evidence.filter { $0.outcome == .fails }.map { run in
            "\(run.run) (\([run.value.map(significant), run.note].compactMap { $0 }.joined(separator: ", ")))"
        }
        if !against.isEmpty { line += "; against it: " + against.joined(separator: ", ") }
        return line + (reasons.isEmpty ? "" : "; not tested: \(reasons)")
    }

    fileprivate var record: VerdictRecord {
        VerdictRecord(
            claim: claim.number, statement: claim.statement, criterion: claim.criterion, scope: claim.scope.rawValue,
            quantity: claim.quantity, experiment: experiment.name, data: experiment.source.rawValue, verdict: outcome.rawValue,
            median: Statistics.median(values).finite,
            runs: evidence.map { evidence in
                let (outcome, reason): (VerdictRecord.Outcome, String?) =
                    switch evidence.outcome {
                    case .holds: (.holds, nil)
                    case .fails: (.fails, nil)
                    case .notTested(let reason): (.notTested, reason.rawValue)
                    }
                return VerdictRecord.Run(
                    run: evidence.run, value: evidence.value?.finite, outcome: outcome, reason: reason, note: evidence.note)
            },
            seeds: bySeed.count > 1 ? SeedSpread(self).records : nil)
    }
}
