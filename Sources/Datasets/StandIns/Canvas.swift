/// A square drawing of one channel: ink from 0 to 1 for each pixel, whose centre lies half a pixel into it.
struct Canvas {
    let side: Int
    /// Row-major.
    private(set) var ink: [Double]

    /// An empty drawing of `side` × `side` pixels.
    init(side: Int) {
        self.side = side
        ink = [Double](repeating: 0, count: side * side)
    }

    /// Draws strokes, in pixels, with a round pen whose edge is soft over one pixel.
    mutating func draw(_ strokes: [Stroke], radius: Double) {
        for stroke in strokes {
            for (a, b) in zip(stroke.points, stroke.points.dropFirst()) { draw(from: a, to: b, radius: radius) }
        }
    }

    private mutating func draw(from a: Point, to b: Point, radius: Double) {
        let reach = radius + 0.5
        let columns = pixels(min(a.x, b.x) - reach, max(a.x, b.x) + reach)
        let rows = pixels(min(a.y, b.y) - reach, max(a.y, b.y) + reach)
        let along = b - a
        let square = along.x * along.x + along.y * along.y
        for row in rows {
            for column in columns {
                let from = Point(x: Double(column) + 0.5, y: Double(row) + 0.5) - a
                let position = square > 0 ? (from.x * along.x + from.y * along.y) / square : 0
                let distance = (from - min(max(position, 0), 1) * along).length
                let value = min(max(reach - distance, 0), 1)
                if value > ink[row * side + column] { ink[row * side + column] = value }
            }
        }
    }

    private func pixels(_ low: Double, _ high: Double) -> Range<Int> {
        let last = min(max(Int(high.rounded(.up)), 0), side)
        return min(max(Int(low.rounded(.down)), 0), last)..<last
    }
}
