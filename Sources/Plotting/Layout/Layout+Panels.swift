extension Layout {
    /// All of one panel, back to front.
    func panelGroup(_ panel: Int, frame: Frame, label: String, grid: PanelGrid) -> SceneGroup {
        let row = panel / columns, column = panel % columns
        let xTicks = grid.xTicks[panel], yTicks = grid.yTicks[panel]
        var nodes = gridLines(frame, xTicks, yTicks)
        let data = series(of: figure.panels[panel], in: frame, panelLabel: label)
        nodes.append(.group(SceneGroup(.series, clip: frame.box, data.isEmpty ? [absence(in: frame)] : data)))
        nodes.append(.group(SceneGroup(.frame, [.path(ScenePath(Outline(frame.box), stroke: hairline(.frame)))])))
        nodes += tickMarks(
            frame, showsXLabels(row: row) ? xTicks : Ticks(major: []), showsYLabels(column: column) ? yTicks : Ticks(major: []))
        if showsYLabels(column: column) { nodes.append(.group(SceneGroup(.labels, yLabels(yTicks, frame)))) }
        if showsXLabels(row: row) { nodes.append(.group(SceneGroup(.labels, xLabels(xTicks, frame)))) }
        return SceneGroup(.panel, panel: label, nodes)
    }

    private func hairline(_ ink: Ink) -> Stroke { Stroke(ink: ink, width: theme.frameWidth) }

    /// The marks, references behind data, with names that differ within the panel.
    private func series(of marks: [any Mark], in frame: Frame, panelLabel: String) -> [SceneNode] {
        let names = figure.seriesNames(of: marks)
        let drawn = marks.enumerated().sorted {
            ($0.element.style.layer.rawValue, $0.offset) < ($1.element.style.layer.rawValue, $1.offset)
        }
        return drawn.flatMap { index, mark in
            mark.nodes(in: frame).map { node in
                guard case .path(var path) = node, let series = path.series else { return node }
                path.series = names[index][series] ?? series
                path.tooltip = panelLabel == "all" ? path.series : "\(path.series ?? series); \(panelLabel)"
                return .path(path)
            }
        }
    }

    /// What stands in a panel without numbers.
    private func absence(in frame: Frame) -> SceneNode {
        let middle = Point(frame.box.midX, frame.box.midY + baseline(theme.textSize))
        return .text(metrics.place(RichText(plain: "no data"), at: middle, size: theme.textSize, anchor: .middle, ink: .frame))
    }

    // MARK: - Ticks

    private func gridLines(_ frame: Frame, _ xTicks: Ticks, _ yTicks: Ticks) -> [SceneNode] {
        var lines = Outline()
        for x in xTicks.major.compactMap({ frame.x.map($0.value) }) {
            lines.add(from: Point(x, frame.box.maxY), to: Point(x, frame.box.y))
        }
        for y in yTicks.major.compactMap({ frame.y.map($0.value) }) {
            lines.add(from: Point(frame.box.x, y), to: Point(frame.box.maxX, y))
        }
        return [.group(SceneGroup(.grid, [.path(ScenePath(lines, stroke: Stroke(ink: .grid, width: 0.5)))]))]
    }

    /// Outward strokes, the minor ones shorter and lighter; at labelled axes only, since elsewhere the grid says as much.
    private func tickMarks(_ frame: Frame, _ xTicks: Ticks, _ yTicks: Ticks) -> [SceneNode] {
        func strokes(_ xs: [Double], _ ys: [Double], length: Double, ink: Ink) -> [SceneNode] {
            var outline = Outline()
            for x in xs.compactMap(frame.x.map) {
                outline.add(from: Point(x, frame.box.maxY), to: Point(x, frame.box.maxY + length))
            }
            for y in ys.compactMap(frame.y.map) { outline.add(from: Point(frame.box.x, y), to: Point(frame.box.x - length, y)) }
            return outline.isEmpty ? [] : [.path(ScenePath(outline, stroke: hairline(ink)))]
        }
        let minor = strokes(xTicks.minor, yTicks.minor, length: theme.minorTickLength, ink: .minor)
        let major = strokes(xTicks.major.map(\.value), yTicks.major.map(\.value), length: theme.tickLength, ink: .frame)
        return minor.isEmpty && major.isEmpty ? [] : [.group(SceneGroup(.ticks, minor + major))]
    }

    private func xLabels(_ ticks: Ticks, _ frame: Frame) -> [SceneNode] {
        // Low enough to clear a label of the ordinates that stands at the corner.
        let y = frame.box.maxY + labelDistance + metrics.capHeight * theme.textSize + 1.4
        return ticks.major.compactMap { tick in
            frame.x.map(tick.value).map {
                .text(metrics.place(tick.label, at: Point($0, y), size: theme.textSize, anchor: .middle))
            }
        }
    }

    private func yLabels(_ ticks: Ticks, _ frame: Frame) -> [SceneNode] {
        ticks.major.compactMap { tick in
            frame.y.map(tick.value).map {
                let base = Point(frame.box.x - labelDistance, $0 + baseline(theme.textSize))
                return .text(metrics.place(tick.label, at: base, size: theme.textSize, anchor: .end))
            }
        }
    }

    // MARK: - Headers and names

    func headers(of grid: PanelGrid) -> [SceneNode] {
        var nodes: [SceneNode] = []
        for (column, header) in figure.facet.columns.enumerated() where !header.isEmpty {
            let box = grid.frames[column].box
            let text = RichText(header)
            // One wider than its panel must not leave the page.
            let half = metrics.width(of: text, size: theme.textSize) / 2 + metrics.overhang * theme.textSize
            let middle = max(min(box.midX, figure.width.points - theme.margin / 2 - half), theme.margin / 2 + half)
            let base = Point(middle, box.y - theme.pad - metrics.descent * theme.textSize)
            nodes.append(.text(metrics.place(text, at: base, size: theme.textSize, anchor: .middle)))
        }
        for (row, header) in figure.facet.rows.enumerated() where !header.isEmpty {
            let box = grid.frames[row * columns + columns - 1].box
            let base = Point(box.maxX + theme.pad + metrics.descent * theme.textSize, box.midY)
            nodes.append(.text(metrics.place(RichText(header), at: base, size: theme.textSize, anchor: .middle, turn: .downward)))
        }
        return nodes.isEmpty ? [] : [.group(SceneGroup(.headers, nodes))]
    }

    /// One name for all abscissas and one for all ordinates.
    func axisNames(of grid: PanelGrid) -> [SceneNode] {
        guard let first = grid.frames.first?.box, let last = grid.frames.last?.box else { return [] }
        let below = Point((first.x + last.maxX) / 2, grid.bottom - (metrics.descent + 0.1) * theme.textSize)
        let beside = Point(theme.margin + metrics.ascent * theme.textSize, (first.y + last.maxY) / 2)
        return [
            .group(
                SceneGroup(
                    .labels,
                    [
                        .text(metrics.place(RichText(figure.x.label), at: below, size: theme.textSize, anchor: .middle)),
                        .text(
                            metrics.place(
                                RichText(figure.y.label), at: beside, size: theme.textSize, anchor: .middle, turn: .upward)),
                    ]))
        ]
    }
}
