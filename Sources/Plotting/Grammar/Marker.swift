/// The shape drawn at a datum.
package enum Marker: String, Sendable, Hashable, CaseIterable {
    case circle, square, triangle, diamond, wedge

    /// The corners of a marker of radius 1 about the origin; none for a circle, which a round pen draws.
    var corners: [Point] {
        switch self {
        case .circle: []
        case .square: [Point(-0.85, -0.85), Point(0.85, -0.85), Point(0.85, 0.85), Point(-0.85, 0.85)]
        case .triangle: [Point(0, -1.15), Point(1.05, 0.75), Point(-1.05, 0.75)]
        case .diamond: [Point(0, -1.25), Point(1.25, 0), Point(0, 1.25), Point(-1.25, 0)]
        case .wedge: [Point(0, 1.15), Point(-1.05, -0.75), Point(1.05, -0.75)]
        }
    }

    /// The radius at which markers of all shapes are drawn, in points.
    static let radius = 1.3

    /// Markers at points.
    ///
    /// A marker's first corner lies a known way from its datum, so that the datum can be read off the drawing.
    func path(at points: [Point], ink: Ink, radius: Double = Marker.radius) -> ScenePath {
        var outline = Outline()
        guard self != .circle else {
            for point in points { outline.add([point]) }
            return ScenePath(outline, stroke: Stroke(ink: ink, width: 2 * radius, isRound: true))
        }
        for point in points {
            let centre = Point(latticed(point.x), latticed(point.y))
            outline.add(corners.map { Point(centre.x + radius * $0.x, centre.y + radius * $0.y) }, isClosed: true)
        }
        var path = ScenePath(outline, fill: ink)
        path.marker = self
        return path
    }
}
