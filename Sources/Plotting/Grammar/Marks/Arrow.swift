/// A line between two points with a head at both ends: how far one is from the other.
package struct Arrow: Mark {
    /// Both ends.
    package var points: Series
    /// The stroke of the line, and the ink of the heads.
    package var style: Style

    /// An arrow up and down at one abscissa.
    package init(x: Double, from low: Double, to high: Double, named name: String) {
        points = Series(name, x: [x, x], y: [low, high])
        style = Style("", ink: .text, width: 0.7, layer: .overlay)
    }

    /// The two ends.
    package var series: [Series] { [points] }

    /// The line and its heads; nothing where an axis cannot show an end.
    package func nodes(in frame: Frame) -> [SceneNode] {
        guard let ends = frame.stretches(of: points).first, ends.count == 2 else { return [] }
        let (low, high) = (ends[0], ends[1]), sign = low.y > high.y ? 1.0 : -1.0
        var heads = Outline()
        for (tip, way) in [(low, -sign), (high, sign)] {
            heads.add([tip, Point(tip.x - 1.7, tip.y + 3.2 * way), Point(tip.x + 1.7, tip.y + 3.2 * way)], isClosed: true)
        }
        return [
            ScenePath(Outline(from: low, to: high), stroke: style.stroke).showing(points.name),
            .path(ScenePath(heads, stroke: Stroke(ink: style.ink, width: 0.3), fill: style.ink)),
        ]
    }
}
