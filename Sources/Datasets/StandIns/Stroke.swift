/// A place on a drawing, or a distance between two; y points down.
struct Point: Hashable {
    var x: Double
    var y: Double

    static func + (a: Point, b: Point) -> Point { Point(x: a.x + b.x, y: a.y + b.y) }
    static func - (a: Point, b: Point) -> Point { Point(x: a.x - b.x, y: a.y - b.y) }
    static func * (factor: Double, p: Point) -> Point { Point(x: factor * p.x, y: factor * p.y) }

    var length: Double { (x * x + y * y).squareRoot() }
}

/// What a pen draws without being lifted: a control polygon whose corners are rounded off.
///
/// A corner that is named twice in a row stays sharper.
struct Stroke {
    var points: [Point]

    /// A stroke through `places`, each x and y.
    init(_ places: [(x: Double, y: Double)]) { points = places.map { Point(x: $0.x, y: $0.y) } }

    init(points: [Point]) { self.points = points }

    /// The stroke with its corners cut `rounds` times; the ends stay.
    ///
    /// Source: Chaikin, *An algorithm for high-speed curve generation*, 1974; the limit is a quadratic B-spline.
    func smoothed(rounds: Int = 2) -> Stroke {
        guard points.count > 2, rounds > 0 else { return self }
        var cut = [points[0]]
        for (a, b) in zip(points, points.dropFirst()) {
            cut.append(0.75 * a + 0.25 * b)
            cut.append(0.25 * a + 0.75 * b)
        }
        cut.append(points[points.count - 1])
        return Stroke(points: cut).smoothed(rounds: rounds - 1)
    }

    /// Each point moved by `move`; points that are named twice move together.
    func moved(_ move: (Point) -> Point) -> Stroke {
        var result: [Point] = []
        for (index, point) in points.enumerated() {
            result.append(index > 0 && points[index - 1] == point ? result[index - 1] : move(point))
        }
        return Stroke(points: result)
    }
}
