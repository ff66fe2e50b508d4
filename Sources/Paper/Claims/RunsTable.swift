import Formats

/// One line of numbers for each run.
struct RunsTable {
    private let rows: [(result: ExperimentResult, run: RunResult, statistics: RunStatistics)]

    /// - Throws: `TableError` where a run's table lacks a column.
    init(_ results: [ExperimentResult]) throws {
        rows = try results.flatMap { result in try result.runs.map { (result, $0, try RunStatistics($0, of: result)) } }
    }

    /// The runs as a table of files.
    var table: Table {
        var table = Table(columns: [
            "experiment", "data", "run", "state", "checks", "edge_ratio_median", "edge_ratio_lower", "edge_ratio_upper",
            "gd_edge_ratio_median", "last_loss", "products_median", "products_total", "residual_largest",
        ])
        for (result, run, s) in rows {
            table.append(
                [
                    .text(result.name), .text(result.source.rawValue), .text(run.label), .text(run.state(s)),
                    .number(Double(s.checks.count)), .number(s.edgeRatio.median), .number(s.edgeRatio.lower),
                    .number(s.edgeRatio.upper), .number(s.gradientDescentRatio.median), .number(s.lastLoss),
                    .number(s.products), .number(s.productsTotal), .number(s.residual),
                ])
        }
        return table
    }

    /// The runs for people, in aligned columns.
    var text: String {
        var lines: [[String]] = [
            ["run", "‖H‖/edge", "quartiles", "‖H‖/(2/η)", "last loss", "products", "residual", "state"]
        ]
        for (result, run, s) in rows {
            lines.append([
                "\(result.name) \(run.label)\(result.source == .standIn ? " (stand-in data)" : "")",
                fixed(s.edgeRatio.median), "\(fixed(s.edgeRatio.lower))–\(fixed(s.edgeRatio.upper))",
                fixed(s.gradientDescentRatio.median), significant(s.lastLoss), significant(s.products),
                significant(s.residual), run.state(s),
            ])
        }
        let widths = lines[0].indices.map { column in lines.map { $0[column].count }.max() ?? 0 }
        return "Medians over the checks of the second half of the steps; the edge is the SAM-edge, 2/η for ρ = 0; a ratio is\n"
            + "negative where ‖H‖ is the size of a negative eigenvalue. A check counts where its step is a multiple of the interval.\n"
            + lines.map { line in
                zip(line, widths).map { $0 + String(repeating: " ", count: $1 - $0.count) }.joined(separator: "  ")
                    .trimmedAtEnd + "\n"
            }.joined()
    }

    /// A ratio with three decimals, or with its exponent where divergence made it huge.
    private func fixed(_ value: Double) -> String {
        guard value.isFinite else { return "–" }
        guard value.magnitude < 1e6 else { return significant(value) }
        if value < 0 { return "−" + fixed(-value) }
        let thousandths = Int((value * 1000).rounded())
        let (whole, rest) = thousandths.quotientAndRemainder(dividingBy: 1000)
        return "\(whole)." + String(repeating: "0", count: 3 - String(rest).count) + String(rest)
    }
}

extension String {
    /// The text without spaces at its end.
    fileprivate var trimmedAtEnd: String { String(reversed().drop { $0 == " " }.reversed()) }
}
