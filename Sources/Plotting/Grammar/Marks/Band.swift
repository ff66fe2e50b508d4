/// The region between two curves: tinted, with both borders drawn.
///
/// In the table it is two series, the lower and the upper border.
package struct Band: Mark {
    package var lower: Series
    package var upper: Series
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

    package var series: [Series] { [lower, upper] }

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
