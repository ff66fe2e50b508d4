import Formats

extension GoldenFinding {
    /// The table of claims and its golden; `nil` for none.
    init(claims table: String, golden: String?) {
        name = "claims"
        guard let golden else {
            (verdict, differences) = (.missing, [])
            return
        }
        differences = golden == table ? [] : Self.differences(golden, table)
        verdict = differences.isEmpty ? .identical : .changed([.data])
        let warnings = (Self.source(golden), Self.source(table))
        if warnings.0 != warnings.1 { otherData = warnings }
    }

    /// What differs between two tables of claims: verdict by verdict where they are about the same claims, and otherwise the
    /// first line.
    private static func differences(_ old: String, _ new: String) -> [String] {
        let found = cells(old, new)
        if !found.isEmpty { return found }
        func lines(_ text: String) -> [Substring] { text.split(separator: "\n", omittingEmptySubsequences: false) }
        let (a, b) = (lines(old), lines(new))
        let line = zip(a, b).enumerated().first { $1.0 != $1.1 }?.offset ?? min(a.count, b.count)
        func told(_ lines: [Substring]) -> String { line < lines.count ? "“\(lines[line])”" : "nothing" }
        return ["data: line \(line + 1): \(told(a)) → \(told(b))"]
    }

    /// The cells that differ, a line for each claim on an experiment; none where the tables are not of the same shape.
    private static func cells(_ old: String, _ new: String) -> [String] {
        let (a, b): (Table, Table), names: ([String], [String])
        do {
            (a, b) = (try Table(parsing: Array(old.utf8)), try Table(parsing: Array(new.utf8)))
            names = (try rowNames(a), try rowNames(b))
        } catch { return [] }
        guard a.columns == b.columns, names.0 == names.1 else { return [] }
        return zip(names.0, zip(a.rows, b.rows)).compactMap { name, rows in
            let changes = zip(a.columns, zip(rows.0, rows.1)).filter { $1.0.description != $1.1.description }
            if changes.isEmpty { return nil }
            return "data: \(name): " + changes.map { "\($0) \($1.0.description) → \($1.1.description)" }.joined(separator: ", ")
        }
    }

    /// `claim 1, mnist-mlp` for each row.
    private static func rowNames(_ table: Table) throws -> [String] {
        zip(try table.texts(named: "claim"), try table.texts(named: "experiment")).map { "claim \($0), \($1)" }
    }

    /// What a table of claims says of its numbers, in a figure's words.
    private static func source(_ table: String) -> String {
        table.split(separator: "\n").contains { $0.split(separator: "\t").contains("stand-in") } ? "stand-in data" : "none"
    }
}
