/// A marker at each point, unjoined.
package struct Dots: Mark {
    /// The data, in any order; one that an axis cannot show has no marker.
    package var points: Series
    /// The ink and the kind of the markers, circles where it names none; its width and dash play no part.
    package var style: Style
    /// Whether the markers are rings.
    package var areOpen: Bool

    /// Dots.
    package init(x: [Double], y: [Double], as style: Style, named name: String? = nil, areOpen: Bool = false) {
        points = Series(name ?? RichText(style.label).plain, x: x, y: y)
        (self.style, self.areOpen) = (style, areOpen)
    }

    /// The points, all of them, also those whose markers would lie on others.
    package var series: [Series] { [points] }

    /// One path with all markers; of those whose centres share a cell of a quarter of a point the first alone is drawn.
    package func nodes(in frame: Frame) -> [SceneNode] {
        // Of dots within a quarter of a point of each other one is seen.
        var taken: Set<LatticePoint> = []
        let places = frame.stretches(of: points).flatMap { $0 }.filter {
            taken.insert(LatticePoint(x: lattice($0.x) / 25, y: lattice($0.y) / 25)).inserted
        }
        guard !places.isEmpty else { return [] }
        let marker = style.marker ?? .circle
        let holes = areOpen ? [SceneNode.path(marker.path(at: places, ink: .ground, radius: Marker.radius * 0.5))] : []
        return [marker.path(at: places, ink: style.ink).showing(points.name)] + holes
    }

    /// Three markers side by side, 6.5 points apart, without a line.
    package func key(in box: Rectangle) -> [SceneNode] {
        let places = [-6.5, 0, 6.5].map { Point(box.midX + $0, box.midY) }
        return [.path((style.marker ?? .circle).path(at: places, ink: style.ink))]
    }
}
