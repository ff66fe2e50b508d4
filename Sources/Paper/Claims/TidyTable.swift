import Formats
import Pipeline
import Training

/// A kind of table that every run has: those of all runs in one, each row with what it takes to group and to plot it, for pandas, R,
/// DuckDB and the like.
package enum TidyTable: String, CaseIterable, Sendable {
    /// A row for each step.
    case training
    /// A row for each check.
    case measurements

    /// The table of all runs that the stage of the claims reads.
    ///
    /// Cost: all of it in memory, some 100 bytes a number.
    ///
    /// - Parameters:
    ///   - claims: that stage's parameters.
    ///   - input: what it reads, by label.
    /// - Throws: `TableError`, `RecordError` or `FileSystemError` for a damaged table.
    package func joined(from claims: JSON, _ input: (_ label: String) -> InputFiles) throws -> Table {
        try joined(try Record.decode(ClaimsStage.self, from: claims).experiments.map { try ExperimentResult($0, from: input) })
    }

    /// The rows in the order of the experiments, their runs and the steps. A quantity that a run lacks is `nan`.
    ///
    /// - Throws: `TableError` or `FileSystemError` for a damaged table.
    func joined(_ results: [ExperimentResult]) throws -> Table {
        let measured = try results.flatMap { result in
            try result.runs.map { (result, $0, self == .training ? try $0.training : try $0.measurements) }
        }
        var quantities: [String] = []
        for (_, _, table) in measured { quantities += table.columns.filter { !quantities.contains($0) } }
        var table = Table(columns: ["experiment", "data", "run", "learning_rate", "rho", "seed"] + quantities)
        for (result, run, checks) in measured {
            let places = quantities.map { checks.columns.firstIndex(of: $0) }
            let radius = (run.optimiser.value as? SAM)?.radius ?? 0
            for check in checks.rows {
                table.append(
                    [
                        .text(result.name), .text(result.source.rawValue), .text(run.label), .number(run.learningRate),
                        .number(radius), .number(Double(run.seed)),
                    ] + places.map { $0.map { check[$0] } ?? .number(.nan) })
            }
        }
        return table
    }
}
