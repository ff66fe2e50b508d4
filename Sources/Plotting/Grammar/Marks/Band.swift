/// The region between two curves: tinted, with both borders drawn.
///
/// In the table it is two series, the lower and the upper border.
package struct Band: Mark {
    /// The lower border; the table calls it by the name of the band and “(lower)”.
    package var lower: Series
    /// The upper border, at the same abscissas; the table calls it by the name of the band and “(upper)”.
    package var upper: Series
    /// The ink of tint and borders, and the stroke of the borders; a marker is not drawn.
    package var style: Style

    /// A region from `lower` to `upper` at each x.
    ///
    /// - Precondition: the three have one count.
    package init(x: [Double], lower: [Double], upper: [Double], as style: Style, named name: String? = nil) {
        let name = name ?? RichText(style.label).plain
        self.lower = Series("\(name) (lower)", x: x, y: lower)
        self.upper = Series("\(name) (upper)", x: x, y: upper)
        self.style = style
    }

    /// The lower border, then the upper one.
    package var series: [Series] { [lower, upper] }

    /// The tint where both borders have numbers, then each border as a line without markers, parted at its own gaps alone.
    package func nodes(in frame: Frame) -> [SceneNode] {
        var area = Outline(), low: [Point] = [], high: [Point] = []
        func finish() {
            if low.count > 1 { area.add(low + high.reversed(), isClosed: true) }
            (low, high) = ([], [])
        }
        for (index, x) in lower.x.enumerated() {
            if let below = frame.point(x, lower.y[index]), let above = frame.point(x, upper.y[index]) {
                low.append(below)
                high.append(above)
            } else {
                finish()
            }
        }
        finish()
        let tint = area.isEmpty ? [] : [SceneNode.path(ScenePath(area, fill: style.ink, opacity: Self.opacity))]
        return tint + [lower, upper].flatMap { Line(x: $0.x, y: $0.y, as: border, named: $0.name).nodes(in: frame) }
    }

    /// A tinted swatch as wide as the box and 5 points high, with a solid border all round.
    package func key(in box: Rectangle) -> [SceneNode] {
        let swatch = Outline(Rectangle(x: box.x, y: box.midY - 2.5, width: box.width, height: 5))
        return [
            .path(ScenePath(swatch, fill: style.ink, opacity: Self.opacity)),
            .path(ScenePath(swatch, stroke: Stroke(ink: style.ink, width: style.width))),
        ]
    }

    private static let opacity = 0.25

    private var border: Style {
        var border = style
        border.marker = nil
        return border
    }
}
