/// Leaves out points that cannot be seen, and none that can.
enum Decimation {
    /// Of the points in each column of the page the first, the lowest, the highest and the last, in their order.
    ///
    /// So an oscillation keeps its envelope, and a line its ends. Points must run one way along x for columns to be met once;
    /// where they do not, each passage through a column counts as its own.
    static func reduced(_ points: [Point], columnWidth: Double) -> [Point] {
        var kept: [Point] = []
        var start = 0
        while start < points.count {
            let column = (points[start].x / columnWidth).rounded(.down)
            var end = start, lowest = start, highest = start
            while end < points.count, (points[end].x / columnWidth).rounded(.down) == column {
                if points[end].y < points[highest].y { highest = end }
                if points[end].y > points[lowest].y { lowest = end }
                end += 1
            }
            var previous = -1
            for index in [start, min(lowest, highest), max(lowest, highest), end - 1] where index != previous {
                kept.append(points[index])
                previous = index
            }
            start = end
        }
        return kept
    }

    /// The points without those within `tolerance` of the straight line from the point kept before to the next: they do not show.
    ///
    /// Each point left out is measured against the line that replaces it, so that errors do not add up.
    static func straightened(_ points: [Point], tolerance: Double) -> [Point] {
        guard points.count > 2 else { return points }
        var kept = [points[0]], start = 0
        for end in 2..<points.count {
            let fits = (start + 1..<end).allSatisfy { distance(points[$0], from: points[start], to: points[end]) <= tolerance }
            // A long run is ended early, so that the cost stays linear.
            if !fits || end - start > 64 {
                kept.append(points[end - 1])
                start = end - 1
            }
        }
        return kept + [points[points.count - 1]]
    }

    /// The distance of a point from a line, or from its start where that is a point, or from an end beyond which it lies.
    private static func distance(_ point: Point, from start: Point, to end: Point) -> Double {
        let dx = end.x - start.x, dy = end.y - start.y, px = point.x - start.x, py = point.y - start.y
        let square = dx * dx + dy * dy
        let part = square > 0 ? min(max((px * dx + py * dy) / square, 0), 1) : 0
        let ox = px - part * dx, oy = py - part * dy
        return (ox * ox + oy * oy).squareRoot()
    }

    /// In points: about two pixels of 1/96 inch, or twice the width of a line.
    static let columnWidth = 1.75

    /// What a line keeps of its points.
    static func visible(_ points: [Point]) -> [Point] {
        straightened(reduced(points, columnWidth: columnWidth), tolerance: 0.04)
    }
}
