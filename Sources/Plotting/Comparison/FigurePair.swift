extension FigureComparison {
    /// Two drawings, read.
    struct Pair {
        let old: FigureReading
        let new: FigureReading
        let oldTable: FigureTable
        let newTable: FigureTable
    }
}

extension FigureComparison.Pair {
    typealias Difference = FigureComparison.Difference

    /// What differs beyond the tolerance.
    func differences() -> [Difference] {
        axes() + facts() + series() + untruths(of: old, table: oldTable, called: "old")
            + untruths(of: new, table: newTable, called: "new")
    }

    /// Where a picture does not show its own table.
    private func untruths(of figure: FigureReading, table: FigureTable, called name: String) -> [Difference] {
        RoundTrip.faults(in: figure, showing: table).map {
            Difference(aspect: .data, place: $0.place, step: $0.step, text: "in the \(name) file \($0.text)")
        }
    }

    /// Whether numbers or inputs differ at all, be it within the tolerance.
    var hasOtherNumbers: Bool {
        old.sources != new.sources || old.panels != new.panels || old.facts != new.facts || old.drawn != new.drawn
            || oldTable.entries.count != newTable.entries.count
            || zip(oldTable.entries, newTable.entries).contains { old, new in
                !Self.isSame(old.series.x, new.series.x) || !Self.isSame(old.series.y, new.series.y)
            }
    }

    private static func isSame(_ a: [Double], _ b: [Double]) -> Bool {
        a.count == b.count && zip(a, b).allSatisfy { $0 == $1 || ($0.isNaN && $1.isNaN) }
    }

    private var tolerance: Double { old.tolerance }

    // MARK: - Axes, labels, style

    private func axes() -> [Difference] {
        guard old.panels.map(\.label) == new.panels.map(\.label) else {
            return [
                Difference(aspect: .axes, place: "panels", text: "\(old.panels.map(\.label)) became \(new.panels.map(\.label))")
            ]
        }
        return zip(old.panels, new.panels).flatMap { before, after in
            let label = before.label
            return [("x", before.x, after.x), ("y", before.y, after.y)].compactMap { name, a, b in
                agree(a, b)
                    ? nil
                    : Difference(aspect: .axes, place: "\(name) axis of panel \(label)", text: "\(text(a)) became \(text(b))")
            }
        }
    }

    /// Whether two scales put every number at one place, within the tolerance.
    private func agree(_ a: Scale, _ b: Scale) -> Bool {
        guard a.kind == b.kind, let low = a.map(b.low), let high = a.map(b.high) else { return false }
        let room = positionTolerance
        return abs(low - a.start) <= room && abs(high - a.end) <= room && abs(a.start - b.start) <= room
            && abs(a.end - b.end) <= room
    }

    private func text(_ scale: Scale) -> String {
        let place = "\(numberText(scale.start)) … \(numberText(scale.end)) pt"
        return "\(scale.kind) \(numberText(scale.low)) … \(numberText(scale.high)) over \(place)"
    }

    /// By how much positions may differ: what the tolerance of the data comes to across a page, and two steps of the lattice.
    private var positionTolerance: Double { tolerance * 504 + 0.02 }

    /// Facts are compared in turn, those of one key with each other.
    private func facts() -> [Difference] {
        let before = Dictionary(grouping: old.facts, by: \.key), after = Dictionary(grouping: new.facts, by: \.key)
        var seen: Set<String> = []
        return (old.facts + new.facts).map(\.key).filter { seen.insert($0).inserted }.flatMap { key in
            changes(from: before[key] ?? [], to: after[key] ?? [], key: key)
        }
    }

    private func changes(from before: [FigureReading.Fact], to after: [FigureReading.Fact], key: String) -> [Difference] {
        guard let aspect = (before.first ?? after.first)?.aspect else { return [] }
        if before.count != after.count {
            let first = (before + after).first { $0.text != "" }?.text ?? ""
            return [Difference(aspect: aspect, place: key, text: "\(before.count) became \(after.count) (the first is \(first))")]
        }
        for (a, b) in zip(before, after) {
            if a.text != b.text { return [Difference(aspect: aspect, place: key, text: "“\(a.text)” became “\(b.text)”")] }
            guard a.numbers.count == b.numbers.count else {
                return [
                    Difference(aspect: aspect, place: key, text: "\(a.numbers.count / 2) points became \(b.numbers.count / 2)")
                ]
            }
            if let (x, y) = zip(a.numbers, b.numbers).first(where: { abs($0 - $1) > positionTolerance }) {
                return [
                    Difference(aspect: aspect, place: key, text: "“\(a.text)” moved from \(numberText(x)) to \(numberText(y)) pt")
                ]
            }
        }
        return []
    }
}
