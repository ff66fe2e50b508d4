/// A marker at each point, unjoined.
package struct Dots: Mark {
    package var points: Series
    package var style: Style

    /// Dots.
    package init(x: [Double], y: [Double], as style: Style, named name: String? = nil) {
        points = Series(name ?? RichText(style.label).plain, x: x, y: y)
        self.style = style
    }

    package var series: [Series] { [points] }

    package func nodes(in frame: Frame) -> [SceneNode] {
        // Of dots within a quarter of a point of each other one is seen.
        var taken: Set<LatticePoint> = []
        let places = frame.stretches(of: points).flatMap { $0 }.filter {
            taken.insert(LatticePoint(x: lattice($0.x) / 25, y: lattice($0.y) / 25)).inserted
        }
        guard !places.isEmpty else { return [] }
        return [(style.marker ?? .circle).path(at: places, ink: style.ink).showing(points.name)]
    }

    package func key(in box: Rectangle) -> [SceneNode] {
        let places = [-6.5, 0, 6.5].map { Point(box.midX + $0, box.midY) }
        return [.path((style.marker ?? .circle).path(at: places, ink: style.ink))]
    }
}
