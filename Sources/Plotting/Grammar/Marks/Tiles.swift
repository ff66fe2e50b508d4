/// Tiles of one state in a grid of categories, each with what is written on it.
package struct Tiles: Mark {
    /// The places of the tiles, as numbers of the categories.
    package var points: Series
    /// What is written on each, with marks as in `RichText`.
    package var labels: [String]
    /// The label of the state, and the colour of the tiles.
    package var style: Style
    /// The colour of what is written.
    package var textInk: Ink
    /// Whether the tiles have a border, as pale ones need.
    package var isBordered: Bool

    /// Tiles at the numbers of categories.
    ///
    /// - Precondition: `x`, `y` and `labels` have one count.
    package init(x: [Double], y: [Double], labels: [String], as style: Style, textInk: Ink, isBordered: Bool = false) {
        precondition(labels.count == x.count, "\(labels.count) labels for \(x.count) tiles")
        points = Series(RichText(style.label).plain, x: x, y: y)
        (self.labels, self.style, self.textInk, self.isBordered) = (labels, style, textInk, isBordered)
    }

    /// The places.
    package var series: [Series] { [points] }

    /// The tiles and what is written on them.
    package func nodes(in frame: Frame) -> [SceneNode] {
        var outline = Outline(), texts: [SceneNode] = []
        let metrics = TextMetrics(frame.theme), size = frame.theme.tickSize
        for (index, label) in labels.enumerated() {
            guard let left = frame.x.map(points.x[index] - 0.5), let right = frame.x.map(points.x[index] + 0.5),
                let top = frame.y.map(points.y[index] + 0.5), let bottom = frame.y.map(points.y[index] - 0.5)
            else { continue }
            let box = Rectangle(x: left + 0.6, y: top + 0.6, width: right - left - 1.2, height: bottom - top - 1.2)
            outline.add(box)
            let base = Point(box.midX, box.midY + metrics.capHeight * size / 2)
            texts.append(.text(metrics.place(RichText(label), at: base, size: size, anchor: .middle, ink: textInk)))
        }
        guard !outline.isEmpty else { return [] }
        var path = ScenePath(outline, stroke: isBordered ? Stroke(ink: .minor, width: 0.5) : nil, fill: style.ink)
        path.areTiles = true
        path.series = points.name
        return [.path(path)] + texts
    }

    /// A small tile.
    package func key(in box: Rectangle) -> [SceneNode] {
        let tile = Outline(Rectangle(x: box.maxX - 9, y: box.midY - 3.5, width: 9, height: 7))
        return [.path(ScenePath(tile, stroke: isBordered ? Stroke(ink: .minor, width: 0.5) : nil, fill: style.ink))]
    }
}
