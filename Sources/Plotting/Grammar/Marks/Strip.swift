/// Numbers of one category, each a marker beside the others.
package struct Strip: Mark {
    /// The category as the abscissa of all numbers.
    package var points: Series
    /// The ink and the kind of the markers.
    package var style: Style
    /// How far from its middle a strip's markers may lie, in points.
    private static let reach = 14.0

    /// A strip at the number of a category.
    package init(at category: Double, y: [Double], as style: Style, named name: String? = nil) {
        points = Series(name ?? RichText(style.label).plain, x: y.map { _ in category }, y: y)
        self.style = style
    }

    /// The numbers, in their order.
    package var series: [Series] { [points] }

    /// The markers, moved aside where one would hide another.
    package func nodes(in frame: Frame) -> [SceneNode] {
        guard let first = points.x.first, let middle = frame.x.map(first) else { return [] }
        let centre = latticed(middle), marker = style.marker ?? .circle, apart = 2.1 * Marker.radius
        let heights = points.y.compactMap(frame.y.map)
        var placed: [Point] = []
        for y in heights {
            let near = placed.filter { abs($0.y - y) < apart }
            let offsets: [Double] = stride(from: 0.0, through: Self.reach, by: apart).flatMap { (d: Double) -> [Double] in
                d == 0 ? [0] : [d, -d]
            }
            let free = offsets.first { offset in
                near.allSatisfy { other in
                    let dx = other.x - centre - offset, dy = other.y - y
                    return dx * dx + dy * dy >= 0.8 * apart * apart
                }
            }
            placed.append(Point(centre + (free ?? 0), y))
        }
        guard !placed.isEmpty else { return [] }
        var path = marker.path(at: placed, ink: style.ink)
        path.strip = centre
        path.series = points.name
        return [.path(path)]
    }

    /// As of dots.
    package func key(in box: Rectangle) -> [SceneNode] { Dots(x: [], y: [], as: style).key(in: box) }
}
