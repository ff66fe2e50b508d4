/// The panels' places and ticks.
struct PanelGrid {
    /// Row by row.
    var frames: [Frame]
    var xTicks: [Ticks]
    var yTicks: [Ticks]
    /// The lower end of everything, the name of the x axis included.
    var bottom: Double
}

extension Layout {
    /// The height of a line of labels or headers.
    var labelHeight: Double { theme.textSize * 1.2 }
    /// The distance from a frame to its labels.
    var labelDistance: Double { theme.tickLength + theme.pad }
    var hasColumnHeaders: Bool { figure.facet.columns.contains { !$0.isEmpty } }
    var hasRowHeaders: Bool { figure.facet.rows.contains { !$0.isEmpty } }
    /// Left of the labels of the ordinates; a subscript hangs below the line.
    var nameWidth: Double { theme.textSize * 1.45 + theme.pad }

    /// Whether a panel has labels at its ordinates.
    func showsYLabels(column: Int) -> Bool { column == 0 || !figure.y.sharing.isAlongRows }
    /// Whether a panel has labels at its abscissas.
    func showsXLabels(row: Int) -> Bool { row == rows - 1 || !figure.x.sharing.isAlongColumns }

    /// Places the frames below `top`.
    func panelGrid(from top: Double) -> PanelGrid {
        let right = isDirect ? directWidth : hasRowHeaders ? labelHeight + theme.pad : 6
        let room = figure.width.points - 2 * theme.margin - nameWidth - right
        // The height comes from what the panels share, not from their width, so that it is known before the labels are.
        let share = (room - Double(columns - 1) * theme.gap) / Double(columns)
        var height =
            switch figure.shape {
            case .aspect(let ratio): latticed(share * ratio)
            case .square: latticed(share - Self.squareLabels)
            }
        let domains = figure.domains()
        let yTicks = domains.map { self.yTicks($0.y, height: height) }
        let gutters = (0..<columns).map { column in
            let labels = showsYLabels(column: column) ? yLabelWidth(column: column, ticks: yTicks) + labelDistance : 0
            return labels + (column > 0 ? (labels > 0 ? theme.gap / 2 : theme.gap) : 0)
        }
        var width = latticed((room - gutters.reduce(0, +)) / Double(columns))
        if figure.shape == .square {
            width = min(width, height)
            height = width
        }
        var frames: [Frame] = [], xTicks: [Ticks] = []
        // Without headers, half a label may rise above the frame.
        var y = top + (hasColumnHeaders ? labelHeight + theme.pad : labelHeight / 2)
        for row in 0..<rows {
            var x = theme.margin + nameWidth
            for column in 0..<columns {
                x += gutters[column]
                let box = Rectangle(x: latticed(x), y: latticed(y), width: width, height: height)
                let domain = domains[row * columns + column]
                let frame = Frame(
                    box: box, x: placed(domain.x, from: box.x, to: box.maxX, reversed: figure.x.isReversed),
                    y: placed(domain.y, from: box.maxY, to: box.y, reversed: figure.y.isReversed), theme: theme)
                frames.append(frame)
                xTicks.append(self.xTicks(frame.x, box: box))
                x += width
            }
            y += height + (showsXLabels(row: row) ? labelDistance + labelHeight : 0)
            if row < rows - 1 { y += showsXLabels(row: row) ? theme.gap / 2 : theme.gap }
        }
        return PanelGrid(frames: frames, xTicks: xTicks, yTicks: yTicks, bottom: y + labelHeight * 1.25)
    }

    /// The room for labels that a square panel leaves before they are known.
    private static let squareLabels = 30.0

    private func placed(_ scale: Scale, from start: Double, to end: Double, reversed: Bool) -> Scale {
        reversed ? scale.placed(from: latticed(end), to: latticed(start)) : scale.placed(from: latticed(start), to: latticed(end))
    }

    private func yLabelWidth(column: Int, ticks: [Ticks]) -> Double {
        let labels = stride(from: column, to: ticks.count, by: columns).flatMap { ticks[$0].major.map(\.label) }
        return labels.map { metrics.width(of: $0, size: theme.textSize) }.max() ?? 0
    }

    private func yTicks(_ domain: Scale, height: Double) -> Ticks {
        let scale = placed(domain, from: height, to: 0, reversed: figure.y.isReversed)
        return Ticks(of: scale, target: min(max(Int(height / 22), 3), 6)) { ticks in
            let boxes = ticks.compactMap { tick in
                scale.map(tick.value).map {
                    metrics.place(tick.label, at: Point(0, $0), size: theme.textSize, anchor: .end).pageBox
                }
            }.sorted { $0.y < $1.y }
            return zip(boxes, boxes.dropFirst()).allSatisfy { $0.maxY <= $1.y }
        }
    }

    private func xTicks(_ scale: Scale, box: Rectangle) -> Ticks {
        Ticks(of: scale, target: min(max(Int(box.width / 38), 3), 7)) { ticks in
            var reach = -Double.infinity
            let spans = ticks.compactMap { tick in
                scale.map(tick.value).map { middle in
                    let half = metrics.width(of: tick.label, size: theme.textSize) / 2
                    return (middle - half, middle + half)
                }
            }.sorted { $0.0 < $1.0 }
            for (start, end) in spans {
                if start < reach + theme.textSize / 2 { return false }
                reach = end
            }
            // The labels of two panels side by side must not touch.
            let before = max(0, box.x - (spans.first?.0 ?? box.x)), beyond = max(0, reach - box.maxX)
            return before + beyond <= theme.gap - 6
        }
    }
}
