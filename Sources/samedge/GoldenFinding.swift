import Formats
import Plotting

/// How a figure, or the claims, relate to their golden, and what there is to say of it.
struct GoldenFinding {
    /// The outcome of a check.
    enum Verdict: Hashable {
        /// Every byte is equal.
        case identical
        /// The same picture, its numbers within the figure's tolerance.
        case equivalent
        case changed([FigureComparison.Aspect])
        /// There is no golden to compare with.
        case missing
        /// A golden that no figure has any more.
        case stale
    }

    var name: String
    var verdict: Verdict
    /// What differs, sorted by aspect; where the new picture does not show its table, that too.
    var differences: [String]
    /// The golden picture and the new one.
    var old: String?
    var new: String?
    /// The warnings of the golden and of the figure, where they were drawn from other data.
    var otherData: (old: String, new: String)?

    /// Two drawings.
    init(comparing name: String, old: String, oldTable: String, new: String, newTable: String) {
        let comparison = FigureComparison(old: old, new: new, oldTable: oldTable, newTable: newTable)
        (self.name, self.old, self.new) = (name, old, new)
        differences = comparison.differences.map(\.description)
        switch comparison.verdict {
        case .identical:
            // Also a golden may have been recorded of a picture that does not show its numbers.
            differences = Self.untruths(new, newTable)
            verdict = differences.isEmpty ? .identical : .changed([.data])
        case .equivalent: verdict = .equivalent
        case .changed(let aspects): verdict = .changed(aspects)
        }
        guard comparison.verdict != .identical else { return }
        let warnings = (Self.warning(oldTable), Self.warning(newTable))
        if let before = warnings.0, let now = warnings.1, before != now { otherData = (before, now) }
    }

    /// A figure without a whole golden.
    init(missing name: String, present: [String], svg: String, table: String) {
        (self.name, verdict, new) = (name, .missing, svg)
        differences = present.map { "of the golden there is \($0) alone" } + Self.untruths(svg, table)
    }

    /// A golden without a figure.
    init(stale name: String, svg: String) { (self.name, verdict, differences, old) = (name, .stale, [], svg) }

    /// Whether the check fails for it.
    var isFailure: Bool {
        switch verdict {
        case .identical, .equivalent, .stale: false
        case .changed, .missing: true
        }
    }

    /// Where a picture does not show its table.
    private static func untruths(_ svg: String, _ table: String) -> [String] {
        do throws(FigureReadingError) {
            return RoundTrip.faults(in: try FigureReading(parsing: svg), showing: try FigureTable(parsing: table)).map {
                "data: \($0.place)" + ($0.step.map { ", at \(shortestText($0))" } ?? "")
                    + ": the picture does not show the table: \($0.text)"
            }
        } catch { return ["data: file: cannot be read: \(error)"] }
    }

    /// What a table says of its numbers; nothing where it cannot be read, which the comparison tells.
    private static func warning(_ table: String) -> String? {
        do { return try FigureTable(parsing: table).warning } catch { return nil }
    }
}
