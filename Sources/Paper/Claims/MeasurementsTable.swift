import Formats
import Training

/// All checks of all runs in one table, each with what it takes to group and to plot it: for pandas, R, DuckDB and the like.
struct MeasurementsTable {
    /// A row for each check, in the order of the experiments, their runs and the steps. A quantity that a run lacks is `nan`.
    let table: Table

    /// - Throws: `TableError` or `FileSystemError` for a damaged table.
    init(_ results: [ExperimentResult]) throws {
        let measured = try results.flatMap { result in try result.runs.map { (result, $0, try $0.measurements) } }
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
        self.table = table
    }
}
