/// A panel whose place is known.
struct PanelPlace {
    var panel: Int
    var frame: Frame
    var xTicks: Ticks
    var yTicks: Ticks
    var showsX: Bool
    var showsY: Bool
}

/// The panels' places, and what stands around them.
struct PanelGrid {
    var places: [PanelPlace] = []
    var headers: [SceneNode] = []
    /// The names of the axes.
    var names: [SceneNode] = []
    /// The lower end of everything.
    var bottom = 0.0
}

extension Layout {
    /// The height of a line of labels or headers.
    var labelHeight: Double { theme.textSize * 1.2 }
    /// The distance from a frame to its labels.
    var labelDistance: Double { theme.tickLength + theme.pad }
    /// Left of the labels of the ordinates; a subscript hangs below the line.
    private var nameWidth: Double { theme.textSize * 1.3 + theme.pad }

    private typealias Placed = (panel: Int, weight: Double)

    private func content(_ cell: Arrangement.Cell) -> (panel: Int?, weight: Double) {
        switch cell {
        case .panel(let panel, let weight): (panel, weight)
        case .blank(let weight): (nil, weight)
        }
    }

    private func panel(row: Int, column: Int) -> Int? {
        guard arrangement.rows.indices.contains(row), arrangement.rows[row].cells.indices.contains(column) else { return nil }
        return content(arrangement.rows[row].cells[column]).panel
    }

    /// Whether a cell's panel has labels at its ordinates: the panel before it does not show the same ones.
    private func showsY(row: Int, column: Int) -> Bool {
        guard let panel = panel(row: row, column: column), !figure.panels[panel].y.isHidden else { return false }
        guard let before = self.panel(row: row, column: column - 1), let group = figure.panels[panel].yGroup else { return true }
        return figure.panels[before].yGroup != group || figure.panels[before].y.isHidden
    }

    /// Likewise of its abscissas and the panel below it.
    private func showsX(row: Int, column: Int) -> Bool {
        guard let panel = panel(row: row, column: column), !figure.panels[panel].x.isHidden else { return false }
        let next = arrangement.rows.indices.first { $0 > row && !arrangement.rows[$0].cells.isEmpty } ?? arrangement.rows.count
        guard arrangement.rows.indices.contains(next), arrangement.rows[next].cells.count == arrangement.rows[row].cells.count,
            let below = self.panel(row: next, column: column), let group = figure.panels[panel].xGroup
        else { return true }
        return figure.panels[below].xGroup != group
    }

    /// Places the frames below `top`.
    func panelGrid(from top: Double) -> PanelGrid {
        let domains = figure.domains()
        let rows = arrangement.rows
        let noteWidth = rows.filter { !$0.cells.isEmpty && !$0.note.isEmpty }.map {
            metrics.width(of: RichText($0.note), size: theme.textSize) + 2 * theme.pad + 3
        }.max()
        let room = width - 2 * theme.margin - (noteWidth ?? 0)
        func weights(_ row: Int) -> [Double] { rows[row].cells.map { content($0).weight } }
        // Heights come from the arrangement, so that they are known before the labels are.
        let heights = rows.indices.map { row -> Double in
            let total = weights(row).reduce(0, +), first = weights(row).first ?? 1
            let share = total > 0 ? (room - 24 - Double(rows[row].cells.count) * 14) * first / total : 0
            return switch rows[row].height {
            case .points(let height): latticed(height)
            case .aspect(let ratio): latticed(max(30, share * ratio))
            case .square: latticed(share)
            }
        }
        let ticks = rows.indices.map { row in
            rows[row].cells.map { cell in
                content(cell).panel.map { yTicks(domains[$0].y, axis: figure.panels[$0].y, height: heights[row]) }
            }
        }
        // What each cell needs on either side of its frame; rows of one make have their frames below each other.
        var before = rows.indices.map { row in rows[row].cells.map { _ in 0.0 } }, behind = before
        for row in rows.indices {
            for (column, cell) in rows[row].cells.enumerated() {
                guard let index = content(cell).panel else { continue }
                let panel = figure.panels[index], shows = showsY(row: row, column: column)
                let widest = ticks[row][column]!.major.map { metrics.width(of: $0.label, size: theme.tickSize) }.max() ?? 0
                before[row][column] = shows ? widest + labelDistance + (panel.y.label.isEmpty ? 0 : nameWidth) : 0
                if column > 0 { before[row][column] += shows ? theme.gap * 0.75 : theme.gap }
                behind[row][column] = endWidth(of: panel)
            }
            if let last = rows[row].cells.indices.last { behind[row][last] = max(behind[row][last], 7) }
        }
        let first = before.compactMap(\.first).max() ?? 0
        for row in rows.indices where !rows[row].cells.isEmpty {
            before[row][0] = first
            for other in rows.indices where weights(other) == weights(row) {
                for column in rows[row].cells.indices {
                    let most = (max(before[row][column], before[other][column]), max(behind[row][column], behind[other][column]))
                    (before[row][column], behind[row][column]) = most
                    (before[other][column], behind[other][column]) = most
                }
            }
        }
        var grid = PanelGrid()
        var y = top
        for row in rows.indices {
            if rows[row].cells.isEmpty {
                y += labelHeight * 1.3
                let text = metrics.place(
                    RichText(rows[row].note), at: Point(theme.margin + first, y - 0.35 * theme.textSize), size: theme.textSize,
                    anchor: .start, ink: .quiet)
                grid.headers.append(.group(SceneGroup(.headers, [.text(text)])))
                y += theme.pad
                continue
            }
            let shares = weights(row), total = shares.reduce(0, +)
            let free = room - before[row].reduce(0, +) - behind[row].reduce(0, +)
            var height = heights[row]
            var unit = free / total
            if rows[row].height == .square {
                let side = latticed(min(unit * shares[0], 2 * heights[row]))
                (height, unit) = (side, side / shares[0])
            }
            let panels = rows[row].cells.map { content($0).panel }
            let hasHeaders = panels.contains { $0.map { !figure.panels[$0].header.isEmpty } ?? false }
            let hasAbove = panels.contains { $0.map { self.hasTextAbove(figure.panels[$0]) } ?? false }
            // Without headers, half a label may rise above the frame.
            y += hasHeaders ? labelHeight + 2 * theme.pad : labelHeight / 2
            if hasAbove { y += labelHeight }
            var x = theme.margin, places: [(column: Int, place: PanelPlace)] = []
            for (column, index) in panels.enumerated() {
                x += before[row][column]
                let wide = latticed(shares[column] * unit)
                defer { x += wide + behind[row][column] }
                guard let index else { continue }
                let panel = figure.panels[index], domain = domains[index]
                let box = Rectangle(x: latticed(x), y: latticed(y), width: wide, height: height)
                let frame = Frame(
                    box: box, x: placed(domain.x, from: box.x, to: box.maxX, reversed: panel.x.isReversed),
                    y: placed(domain.y, from: box.maxY, to: box.y, reversed: panel.y.isReversed), theme: theme)
                let place = PanelPlace(
                    panel: index, frame: frame, xTicks: xTicks(frame.x, axis: panel.x, box: box),
                    yTicks: ticks[row][column]!, showsX: showsX(row: row, column: column),
                    showsY: showsY(row: row, column: column))
                places.append((column, place))
                if !panel.header.isEmpty {
                    grid.headers.append(header(panel, over: box, raised: hasAbove ? labelHeight : 0))
                }
            }
            grid.places += places.map(\.place)
            if !rows[row].note.isEmpty, let last = places.last?.place.frame.box {
                let base = Point(
                    last.maxX + behind[row][rows[row].cells.count - 1] - 7 + 2 * theme.pad + 3,
                    last.midY + baseline(theme.textSize))
                let text = metrics.place(RichText(rows[row].note), at: base, size: theme.textSize, anchor: .start)
                grid.headers.append(.group(SceneGroup(.headers, [.text(text)])))
            }
            y += height
            grid.names += names(of: places.map(\.place), y: &y)
            if row < rows.count - 1 { y += theme.gap * 0.7 }
        }
        grid.bottom = y
        return grid
    }

    private func header(_ panel: Panel, over box: Rectangle, raised: Double) -> SceneNode {
        let text = RichText(panel.header)
        // One wider than its panel must not leave the page.
        let wide = metrics.width(of: text, size: theme.textSize, isBold: true) + metrics.overhang * theme.textSize
        let left = max(theme.margin, min(box.x, width - theme.margin - wide))
        let base = Point(left, box.y - raised - 2 * theme.pad - 0.1 * theme.textSize)
        return .group(
            SceneGroup(
                .headers,
                [
                    .text(
                        metrics.place(
                            text, at: base, size: theme.textSize, anchor: .start, ink: panel.headerInk, isBold: true))
                ]))
    }

    /// The names of a row's axes: of ordinates beside each panel that shows labels; of abscissas once for neighbours that share
    /// their ordinates; and the room that abscissas take below the frames.
    private func names(of places: [PanelPlace], y: inout Double) -> [SceneNode] {
        var texts: [SceneNode] = []
        for place in places where place.showsY {
            let name = figure.panels[place.panel].y.label
            guard !name.isEmpty else { continue }
            let widest = place.yTicks.major.map { metrics.width(of: $0.label, size: theme.tickSize) }.max() ?? 0
            let base = Point(
                place.frame.box.x - labelDistance - widest - theme.pad - 0.3 * theme.textSize, place.frame.box.midY)
            texts.append(
                .text(metrics.place(RichText(name), at: base, size: theme.textSize, anchor: .middle, turn: .upward)))
        }
        guard places.contains(where: \.showsX) else { return texts.isEmpty ? [] : [.group(SceneGroup(.labels, texts))] }
        y += labelDistance + theme.tickSize * 1.45
        var rest = places.filter(\.showsX)[...]
        var hasNames = false
        while let first = rest.first {
            let panel = figure.panels[first.panel]
            let run = rest.prefix {
                figure.panels[$0.panel].x.label == panel.x.label && panel.yGroup != nil
                    && figure.panels[$0.panel].yGroup == panel.yGroup
            }
            let shown = run.isEmpty ? rest.prefix(1) : run
            rest = rest.dropFirst(shown.count)
            guard !panel.x.label.isEmpty, let last = shown.last else { continue }
            hasNames = true
            let text = RichText(panel.x.label), half = metrics.width(of: text, size: theme.textSize) / 2
            let middle = max(
                min((first.frame.box.x + last.frame.box.maxX) / 2, width - theme.margin - half), theme.margin + half)
            let base = Point(middle, y + metrics.ascent * theme.textSize)
            texts.append(.text(metrics.place(text, at: base, size: theme.textSize, anchor: .middle)))
        }
        if hasNames { y += labelHeight * 1.15 }
        return [.group(SceneGroup(.labels, texts))]
    }

    private func placed(_ scale: Scale, from start: Double, to end: Double, reversed: Bool) -> Scale {
        reversed ? scale.placed(from: latticed(end), to: latticed(start)) : scale.placed(from: latticed(start), to: latticed(end))
    }

    private func yTicks(_ domain: Scale, axis: Axis, height: Double) -> Ticks {
        if let names = axis.names { return Ticks(major: names) }
        let scale = placed(domain, from: height, to: 0, reversed: axis.isReversed)
        return Ticks(of: scale, target: min(max(Int(height / 18), 3), 6)) { ticks in
            let boxes = ticks.compactMap { tick in
                scale.map(tick.value).map {
                    metrics.place(tick.label, at: Point(0, $0), size: theme.tickSize, anchor: .end).pageBox
                }
            }.sorted { $0.y < $1.y }
            return zip(boxes, boxes.dropFirst()).allSatisfy { $0.maxY <= $1.y }
        }
    }

    private func xTicks(_ scale: Scale, axis: Axis, box: Rectangle) -> Ticks {
        if let names = axis.names { return Ticks(major: names) }
        return Ticks(of: scale, target: min(max(Int(box.width / 34), 3), 7)) { ticks in
            var reach = -Double.infinity
            let spans = ticks.compactMap { tick in
                scale.map(tick.value).map { middle in
                    let half = metrics.width(of: tick.label, size: theme.tickSize) / 2
                    return (middle - half, middle + half)
                }
            }.sorted { $0.0 < $1.0 }
            for (start, end) in spans {
                if start < reach + theme.tickSize / 2 { return false }
                reach = end
            }
            // The labels of two panels side by side must not touch.
            let before = max(0, box.x - (spans.first?.0 ?? box.x)), beyond = max(0, reach - box.maxX)
            return before + beyond <= theme.gap - 4
        }
    }
}
