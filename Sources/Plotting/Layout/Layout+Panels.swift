extension Layout {
    /// All of one panel, back to front.
    func panelGroup(_ place: PanelPlace, label: String) -> SceneGroup {
        let panel = figure.panels[place.panel], frame = place.frame
        let data = series(of: panel.marks, in: frame, panelLabel: label)
        let isEmpty = data.isEmpty && !panel.marks.contains { $0 is Text }
        var nodes: [SceneNode] = [.group(SceneGroup(.series, clip: frame.box, isEmpty ? [absence(in: frame)] : data))]
        nodes += axes(place, panel)
        for labels in [place.showsY ? yLabels(place.yTicks, frame) : [], place.showsX ? xLabels(place.xTicks, frame) : []]
        where !labels.isEmpty { nodes.append(.group(SceneGroup(.labels, labels))) }
        let notes = notes(of: panel.marks, in: frame, among: data)
        if !notes.isEmpty { nodes.append(.group(SceneGroup(.notes, notes))) }
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
        return .text(metrics.place(RichText(plain: "no data"), at: middle, size: theme.textSize, anchor: .middle, ink: .quiet))
    }

    // MARK: - Axes

    /// The axes at the left and below, with strokes outwards, the minor ones shorter and lighter.
    private func axes(_ place: PanelPlace, _ panel: Panel) -> [SceneNode] {
        let frame = place.frame, box = frame.box
        var line = Outline()
        if !panel.y.isHidden { line.add(from: Point(box.x, box.y), to: Point(box.x, box.maxY)) }
        if !panel.x.isHidden { line.add(from: Point(box.x, box.maxY), to: Point(box.maxX, box.maxY)) }
        func strokes(_ xs: [Double], _ ys: [Double], length: Double, ink: Ink) -> [SceneNode] {
            var outline = Outline()
            for x in panel.x.isHidden ? [] : xs.compactMap(frame.x.map) {
                outline.add(from: Point(x, box.maxY), to: Point(x, box.maxY + length))
            }
            for y in panel.y.isHidden ? [] : ys.compactMap(frame.y.map) {
                outline.add(from: Point(box.x, y), to: Point(box.x - length, y))
            }
            return outline.isEmpty ? [] : [.path(ScenePath(outline, stroke: hairline(ink)))]
        }
        let minor = strokes(place.xTicks.minor, place.yTicks.minor, length: theme.minorTickLength, ink: .minor)
        let major = strokes(
            place.xTicks.major.map(\.value), place.yTicks.major.map(\.value), length: theme.tickLength, ink: .frame)
        return (line.isEmpty ? [] : [.group(SceneGroup(.frame, [.path(ScenePath(line, stroke: hairline(.frame)))]))])
            + (minor.isEmpty && major.isEmpty ? [] : [.group(SceneGroup(.ticks, minor + major))])
    }

    private func xLabels(_ ticks: Ticks, _ frame: Frame) -> [SceneNode] {
        // Low enough to clear a label of the ordinates that stands at the corner.
        let y = frame.box.maxY + labelDistance + metrics.capHeight * theme.tickSize + 1.2
        return ticks.major.filter { !$0.label.plain.isEmpty }.compactMap { tick in
            frame.x.map(tick.value).map {
                .text(metrics.place(tick.label, at: Point($0, y), size: theme.tickSize, anchor: .middle))
            }
        }
    }

    private func yLabels(_ ticks: Ticks, _ frame: Frame) -> [SceneNode] {
        ticks.major.filter { !$0.label.plain.isEmpty }.compactMap { tick in
            frame.y.map(tick.value).map {
                let base = Point(frame.box.x - labelDistance, $0 + baseline(theme.tickSize))
                return .text(metrics.place(tick.label, at: base, size: theme.tickSize, anchor: .end))
            }
        }
    }
}
