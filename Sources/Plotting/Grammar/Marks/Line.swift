/// A line through points, in their order.
///
/// Parted at gaps; a point between two gaps is a dot; markers stand at the data where these are far enough apart to be told apart.
package struct Line: Mark {
    /// The data in the order in which the line joins them.
    package var points: Series
    /// The stroke of the line, and the marker at its data, if any.
    package var style: Style

    /// A line.
    ///
    /// - Parameter name: what the table calls it, where the style's label is not enough.
    package init(x: [Double], y: [Double], as style: Style, named name: String? = nil) {
        points = Series(name ?? RichText(style.label).plain, x: x, y: y)
        self.style = style
    }

    /// The points, all of them, also those that the drawing leaves out because they cannot be seen.
    package var series: [Series] { [points] }

    /// The line, without the points that cannot be seen; then a path of markers, smaller where data stand close, and none where
    /// these would have a radius below 0.7 points; a point between two gaps is a dot in any case.
    package func nodes(in frame: Frame) -> [SceneNode] {
        let stretches = frame.stretches(of: points)
        var line = Outline()
        for stretch in stretches where stretch.count > 1 {
            line.add(Decimation.visible(stretch))
        }
        var paths: [ScenePath] = []
        if !line.isEmpty { paths.append(ScenePath(line, stroke: style.stroke)) }
        let radius = markerRadius(stretches)
        let dots = stretches.filter { radius != nil || $0.count == 1 }.flatMap { $0 }
        if !dots.isEmpty {
            paths.append(
                (style.marker ?? .circle).path(at: dots, ink: style.ink, radius: radius ?? max(Marker.radius, style.width / 2)))
        }
        return paths.map { $0.showing(points.name) }
    }

    /// The size of the markers: smaller where data stand close; none where there is none, or no room to tell one from the next.
    private func markerRadius(_ stretches: [[Point]]) -> Double? {
        let steps = stretches.reduce(0) { $0 + $1.count - 1 }
        guard style.marker != nil, steps > 0 else { return nil }
        let length = stretches.reduce(0) { $0 + abs($1[$1.count - 1].x - $1[0].x) }
        let radius = min(0.85 * Marker.radius, 0.33 * length / Double(steps))
        return radius >= 0.7 ? radius : nil
    }
}

extension ScenePath {
    /// The path as the drawing of a series.
    func showing(_ series: String) -> SceneNode {
        var path = self
        path.series = series
        return .path(path)
    }
}
