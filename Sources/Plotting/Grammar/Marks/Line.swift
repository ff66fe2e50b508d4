/// A line through points, in their order.
///
/// Parted at gaps; a point between two gaps is a dot; markers stand at the data where these are far enough apart to be counted.
package struct Line: Mark {
    package var points: Series
    package var style: Style

    /// A line.
    ///
    /// - Parameter name: what the table calls it, where the style's label is not enough.
    package init(x: [Double], y: [Double], as style: Style, named name: String? = nil) {
        points = Series(name ?? RichText(style.label).plain, x: x, y: y)
        self.style = style
    }

    package var series: [Series] { [points] }

    package func nodes(in frame: Frame) -> [SceneNode] {
        let stretches = frame.stretches(of: points)
        var line = Outline()
        for stretch in stretches where stretch.count > 1 {
            line.add(Decimation.visible(stretch))
        }
        var paths: [ScenePath] = []
        if !line.isEmpty { paths.append(ScenePath(line, stroke: style.stroke)) }
        let dots = markedPoints(stretches, in: frame)
        if !dots.isEmpty {
            paths.append((style.marker ?? .circle).path(at: dots, ink: style.ink, radius: max(Marker.radius * 0.85, style.width / 2)))
        }
        return paths.map { $0.showing(points.name) }
    }

    /// The data that get a marker: all where there is room, otherwise those that no line reaches.
    private func markedPoints(_ stretches: [[Point]], in frame: Frame) -> [Point] {
        let count = stretches.reduce(0) { $0 + $1.count }
        let hasRoom = Double(count) * 2.4 * Marker.radius <= frame.box.width
        if style.marker != nil, hasRoom { return stretches.flatMap { $0 } }
        return stretches.filter { $0.count == 1 }.flatMap { $0 }
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
