/// Turns a figure into a scene, in one pass from the outside in: what stands above the panels, the heights, the labels of the
/// ordinates, the widths, the labels of the abscissas.
///
/// Pure: the same figure and metrics give the same scene.
package struct Layout: Sendable {
    let figure: Figure
    let metrics: TextMetrics
    var theme: Theme { figure.theme }
    let rows: Int
    let columns: Int

    /// A layout of a figure in the common fonts.
    package init(_ figure: Figure) { self.init(figure, metrics: TextMetrics(scriptSize: figure.theme.scriptSize)) }

    /// A layout of a figure in fonts of known widths.
    package init(_ figure: Figure, metrics: TextMetrics) {
        (self.figure, self.metrics) = (figure, metrics)
        (rows, columns) = (figure.facet.rows.count, figure.facet.columns.count)
    }

    /// The scene.
    package func scene() -> Scene {
        let width = figure.width.points
        var nodes: [SceneNode] = []
        var y = theme.margin
        nodes += title(from: &y)
        nodes += warning(from: &y)
        if !isDirect { nodes += legend(from: &y) }
        let grid = panelGrid(from: y)
        nodes += headers(of: grid)
        let labels = figure.panelLabels
        for (panel, frame) in grid.frames.enumerated() {
            nodes.append(.group(panelGroup(panel, frame: frame, label: labels[panel], grid: grid)))
        }
        if isDirect { nodes += directLegend(beside: grid.frames[0]) }
        nodes += axisNames(of: grid)
        // Whole pixels of 1/96 inch, so that all programs draw pictures of one size.
        let height = ((grid.bottom + theme.margin) / 0.75).rounded(.up) * 0.75
        return Scene(
            name: figure.name, title: RichText(figure.title).plain, description: figure.description, width: width,
            height: height, fonts: theme.fonts, hasDarkRules: theme.hasDarkRules, inputs: figure.inputs,
            tolerance: figure.tolerance, panels: zip(labels, grid.frames).map { PlacedPanel(label: $0, x: $1.x, y: $1.y) },
            nodes: nodes)
    }

    /// Whether styles are named beside their lines.
    var isDirect: Bool { figure.legend == .direct && rows * columns == 1 }

    /// The distance from the middle of a line of text down to its base line.
    func baseline(_ size: Double) -> Double { metrics.capHeight * size / 2 }

    // MARK: - Above the panels

    private func title(from y: inout Double) -> [SceneNode] {
        let room = figure.width.points - 2 * theme.margin
        let lines = RichText(figure.title).wrapped(to: room, size: theme.titleSize, metrics: metrics)
        let texts = lines.map { line in
            y += theme.titleSize * theme.lineHeight
            let base = Point(theme.margin, y - (theme.lineHeight - metrics.ascent) * theme.titleSize)
            return SceneNode.text(metrics.place(line, at: base, size: theme.titleSize, anchor: .start))
        }
        y += theme.pad
        return texts.isEmpty ? [] : [.group(SceneGroup(.title, texts))]
    }

    /// A strip across the figure, so that nobody takes its numbers for what they are not.
    private func warning(from y: inout Double) -> [SceneNode] {
        guard let warning = figure.warning else { return [] }
        let strip = Rectangle(
            x: theme.margin, y: y, width: figure.width.points - 2 * theme.margin, height: theme.textSize * theme.lineHeight + 2)
        y = strip.maxY + 2 * theme.pad
        let text = metrics.place(
            RichText(plain: warning), at: Point(strip.midX, strip.midY + baseline(theme.textSize)), size: theme.textSize,
            anchor: .middle, ink: .warning)
        let ground = ScenePath(
            Outline(strip), stroke: Stroke(ink: .warning, width: theme.frameWidth), fill: .warningGround)
        return [.group(SceneGroup(.warning, [.path(ground), .text(text)]))]
    }
}
