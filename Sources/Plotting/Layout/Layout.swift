/// Turns a figure into a scene, in one pass from the outside in: what stands above the panels, the heights, the labels of the
/// ordinates, the widths, the labels of the abscissas, the texts that find their places among the data.
///
/// Pure: the same figure, width and metrics give the same scene.
package struct Layout: Sendable {
    let figure: Figure
    let metrics: TextMetrics
    let arrangement: Arrangement
    /// In points.
    let width: Double
    private let showsTitle: Bool
    var theme: Theme { figure.theme }

    /// A layout of a figure for a width of the page, its own unless another is asked for.
    package init(_ figure: Figure, width: Figure.Width? = nil, showsTitle: Bool = true) {
        let figure = width.map(figure.drawn) ?? figure
        (self.figure, self.showsTitle, metrics) = (figure, showsTitle, TextMetrics(figure.theme))
        (self.width, arrangement) = (figure.width.points, figure.arrangement)
    }

    /// The scene.
    package func scene() -> Scene {
        var nodes: [SceneNode] = []
        var y = theme.margin
        if showsTitle { nodes += title(from: &y) }
        nodes += warning(from: &y)
        nodes += legend(from: &y)
        let grid = panelGrid(from: y)
        nodes += grid.headers
        let labels = figure.panelLabels
        for place in grid.places {
            nodes.append(.group(panelGroup(place, label: labels[place.panel])))
        }
        nodes += grid.names
        // Whole pixels of 1/96 inch, so that all programs draw pictures of one size.
        let height = ((grid.bottom + theme.margin) / 0.75).rounded(.up) * 0.75
        let frames = grid.places.sorted { $0.panel < $1.panel }.map(\.frame)
        return Scene(
            name: figure.name, title: RichText(figure.title).plain, description: figure.description, width: width,
            height: height, fonts: theme.fonts, hasDarkRules: theme.hasDarkRules, inputs: figure.inputs,
            tolerance: figure.tolerance, panels: zip(labels, frames).map { PlacedPanel(label: $0, x: $1.x, y: $1.y) },
            nodes: nodes)
    }

    /// The distance from the middle of a line of text down to its base line.
    func baseline(_ size: Double) -> Double { metrics.capHeight * size / 2 }

    // MARK: - Above the panels

    private func title(from y: inout Double) -> [SceneNode] {
        func block(_ text: String, _ role: SceneGroup.Role, size: Double, ink: Ink, isBold: Bool) -> [SceneNode] {
            let room = width - 2 * theme.margin - metrics.overhang * size
            let lines = RichText(text).wrapped(to: room, size: size, metrics: metrics, isBold: isBold)
            let texts = lines.map { line in
                y += size * theme.lineHeight
                let base = Point(theme.margin, y - (theme.lineHeight - metrics.ascent) * size)
                return SceneNode.text(metrics.place(line, at: base, size: size, anchor: .start, ink: ink, isBold: isBold))
            }
            return texts.isEmpty ? [] : [.group(SceneGroup(role, texts))]
        }
        let nodes =
            block(figure.title, .title, size: theme.titleSize, ink: .text, isBold: true)
            + block(figure.subtitle, .subtitle, size: theme.textSize, ink: .quiet, isBold: false)
        y += nodes.isEmpty ? 0 : 2 * theme.pad
        return nodes
    }

    /// A strip across the figure, so that nobody takes its numbers for what they are not.
    private func warning(from y: inout Double) -> [SceneNode] {
        guard let warning = figure.warning else { return [] }
        let strip = Rectangle(
            x: theme.margin, y: y, width: width - 2 * theme.margin, height: theme.textSize * theme.lineHeight + 2)
        y = strip.maxY + 2 * theme.pad
        let text = metrics.place(
            RichText(plain: warning), at: Point(strip.midX, strip.midY + baseline(theme.textSize)), size: theme.textSize,
            anchor: .middle, ink: .warning)
        let ground = ScenePath(
            Outline(strip), stroke: Stroke(ink: .warning, width: theme.frameWidth), fill: .warningGround)
        return [.group(SceneGroup(.warning, [.path(ground), .text(text)]))]
    }
}
