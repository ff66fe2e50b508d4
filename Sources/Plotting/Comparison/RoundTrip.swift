/// Whether a picture shows its table: the paths, read back through the axes, against the numbers.
package enum RoundTrip {
    /// Half a pixel of 1/96 inch, in points.
    static let tolerance = 0.375
    /// The points left out of a line lie between others no farther off along x: a column of the decimation.
    static let column = Decimation.columnWidth + tolerance

    /// One disagreement.
    package struct Fault: Sendable, Hashable {
        /// The series and its panel, or the panel alone where the picture lacks it.
        package var place: String
        /// The abscissa of the disagreement; `nil` where there is no single one, as of a missing panel or a horizontal rule.
        package var step: Double?
        /// What picture and table say of the place, without a full stop at its end.
        package var text: String
    }

    /// What a picture does not show of its table, or shows without it: the first disagreement of each series.
    package static func faults(in figure: FigureReading, showing table: FigureTable) -> [Fault] {
        var faults: [Fault] = []
        for entry in table.entries {
            guard let panel = figure.panels.first(where: { $0.label == entry.panel }) else {
                faults.append(Fault(place: "panel \(entry.panel)", text: "the panel is missing"))
                continue
            }
            let drawn = figure.drawn.filter { $0.panel == entry.panel && $0.series == entry.series.name }
            if let fault = fault(of: entry.series, on: panel, drawn: drawn) {
                faults.append(
                    Fault(place: "series \(entry.series.name) of panel \(entry.panel)", step: fault.step, text: fault.text))
            }
        }
        let known = Set(table.entries.map { "\($0.panel)\t\($0.series.name)" })
        for path in figure.drawn where !known.contains("\(path.panel)\t\(path.series)") {
            faults.append(Fault(place: "series \(path.series) of panel \(path.panel)", text: "it is drawn but not in the table"))
        }
        return faults
    }

    private typealias Found = (step: Double?, text: String)

    private static func fault(of series: Series, on panel: PlacedPanel, drawn: [FigureReading.Drawn]) -> Found? {
        if series.x.count == 1, series.x[0].isNaN != series.y[0].isNaN { return faultOfRule(series, on: panel, drawn: drawn) }
        let stretches = Self.stretches(of: series, on: panel)
        let lines = drawn.filter { !$0.isMarkers }.flatMap(\.pieces),
            dots = drawn.filter(\.isMarkers).flatMap { $0.pieces.joined() }
        let rows = stretches.flatMap { $0 }
        if let stray = dots.first(where: { dot in !rows.contains { isNear($0.point, dot) } }) {
            return (panel.x.invert(stray.x), "a dot shows no row of the table")
        }
        if !lines.isEmpty {
            let joined = stretches.filter { $0.count > 1 }
            guard joined.count == lines.count else {
                let text = "\(lines.count) lines are drawn where the table has \(joined.count) stretches without a gap"
                return (joined.first?.first?.x, text)
            }
            for (line, stretch) in zip(lines, joined) {
                if let fault = fault(of: line, showing: stretch, on: panel) { return fault }
            }
        }
        let alone = lines.isEmpty ? rows : stretches.filter { $0.count == 1 }.flatMap { $0 }
        if let row = alone.first(where: { row in !dots.contains { isNear($0, row.point) } }) {
            return (row.x, "y \(numberText(row.y)) is not drawn")
        }
        return nil
    }

    // MARK: - Lines

    /// A row of the table and its place.
    private struct Row {
        var x: Double
        var y: Double
        var point: Point
    }

    /// The rows that can be shown, parted where one cannot.
    private static func stretches(of series: Series, on panel: PlacedPanel) -> [[Row]] {
        var stretches: [[Row]] = [[]]
        for (x, y) in zip(series.x, series.y) {
            if let across = panel.x.map(x), let down = panel.y.map(y) {
                // Held, as drawn positions are, where the axis shows but a part of the numbers.
                stretches[stretches.count - 1].append(Row(x: x, y: y, point: Point(latticed(across), latticed(down))))
            } else {
                stretches.append([])
            }
        }
        return stretches.filter { !$0.isEmpty }
    }

    /// Every vertex is a row, in the order of the table, both ends among them; and every row lies within the line's envelope.
    private static func fault(of line: [Point], showing rows: [Row], on panel: PlacedPanel) -> Found? {
        var next = 0
        for (index, vertex) in line.enumerated() {
            let from = index == line.count - 1 ? rows.count - 1 : next
            guard let found = rows[min(from, rows.count)...].firstIndex(where: { isNear($0.point, vertex) }), found >= next else {
                let expected = rows[min(next, rows.count - 1)]
                let y = numberText(panel.y.invert(vertex.y))
                return (
                    panel.x.invert(vertex.x), "the line runs through y \(y), where the table has \(numberText(expected.y)) next"
                )
            }
            if index == 0 && !isNear(rows[0].point, vertex) { return (rows[0].x, "the line does not begin with the first row") }
            next = found + 1
        }
        for row in rows {
            var low = Double.infinity, high = -Double.infinity
            for (start, end) in zip(line, line.dropFirst()) {
                guard let span = span(from: start, to: end, within: (row.point.x - column)...(row.point.x + column)) else {
                    continue
                }
                low = min(low, span.lowerBound)
                high = max(high, span.upperBound)
            }
            if row.point.y < low - tolerance || row.point.y > high + tolerance {
                return (row.x, "y \(numberText(row.y)) is not on the line")
            }
        }
        return nil
    }

    /// The ordinates of the part of a straight line that lies within a range of abscissas.
    private static func span(from a: Point, to b: Point, within range: ClosedRange<Double>) -> ClosedRange<Double>? {
        let (left, right) = a.x <= b.x ? (a, b) : (b, a)
        guard left.x <= range.upperBound, right.x >= range.lowerBound else { return nil }
        guard right.x > left.x else { return min(a.y, b.y)...max(a.y, b.y) }
        let slope = (right.y - left.y) / (right.x - left.x)
        let start = left.y + slope * (max(left.x, range.lowerBound) - left.x)
        let end = left.y + slope * (min(right.x, range.upperBound) - left.x)
        return min(start, end)...max(start, end)
    }

    private static func isNear(_ a: Point, _ b: Point) -> Bool { abs(a.x - b.x) <= tolerance && abs(a.y - b.y) <= tolerance }

    // MARK: - Rules

    private static func faultOfRule(_ series: Series, on panel: PlacedPanel, drawn: [FigureReading.Drawn]) -> Found? {
        let points = drawn.flatMap(\.pieces).flatMap { $0 }
        let isHorizontal = series.x[0].isNaN
        guard let place = isHorizontal ? panel.y.map(series.y[0]) : panel.x.map(series.x[0]) else { return nil }
        let step = isHorizontal ? nil : series.x[0]
        guard !points.isEmpty else { return (step, "the line is not drawn") }
        let off = points.map { abs((isHorizontal ? $0.y : $0.x) - place) }.max() ?? 0
        return off <= tolerance ? nil : (step, "the line lies \(numberText((off * 100).rounded() / 100)) pt off its place")
    }
}
