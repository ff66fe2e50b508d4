import Formats
import Pipeline

/// Evaluates the paper's claims on the tables of all runs: `claims.tsv`, `claims.json`, `claims.txt`, and `runs.tsv`.
struct ClaimsStage: StageKind {
    var name: String { "claims" }
    var modules: [String] {
        [
            "Formats", "Kernels", "Networks", "Curvature", "Paper/Data", "Paper/Running", "Paper/Results",
            "Paper/Declarations", "Paper/Claims",
        ]
    }

    func run(_ run: StageRun) throws {
        let parameters = StageParameters(json: run.parameters)
        let results = try parameters.array("experiments").map { try ExperimentResult(StageParameters(json: $0), of: run) }
        let verdicts = try Claim.all.flatMap { claim in try results.compactMap { try Verdict(claim, on: $0) } }
        let runs = try RunsTable(results)
        let areSeeded = verdicts.contains { $0.bySeed.count > 1 }
        var table = Table(columns: Verdict.columns + (areSeeded ? SeedSpread.columns : []))
        for verdict in verdicts { table.append(verdict.row + (areSeeded ? SeedSpread(verdict).row : [])) }
        try run.write(table.text.utf8, to: "claims.tsv")
        try run.write(runs.table.text.utf8, to: "runs.tsv")
        try run.write(JSON.array(verdicts.map(\.json)).prettyText.utf8, to: "claims.json")
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

    fileprivate var json: JSON {
        var members: [String: JSON] = [
            "claim": JSON(claim.number), "statement": .string(claim.statement), "criterion": .string(claim.criterion), "scope": .string(claim.scope.rawValue),
            "quantity": .string(claim.quantity), "experiment": .string(experiment.name),
            "data": .string(experiment.source.rawValue), "verdict": .string(outcome.rawValue),
            "median": JSON(orNull: Statistics.median(values)),
            "runs": .array(
                evidence.map { evidence in
                    var members: [String: JSON] = [
                        "run": .string(evidence.run), "value": JSON(orNull: evidence.value ?? .nan),
                        "outcome": .string(evidence.outcome.text),
                    ]
                    if let note = evidence.note { members["note"] = .string(note) }
                    return .object(members)
                }),
        ]
        if bySeed.count > 1 { members["seeds"] = SeedSpread(self).json }
        return .object(members)
    }
}

extension Evidence.Outcome {
    fileprivate var text: String {
        switch self {
        case .holds: "holds"
        case .fails: "fails"
        case .notTested(let reason): "not tested: \(reason.rawValue)"
        }
    }
}
