/// A smooth random field over a square, as skies and meadows are: a coarse grid of random values and a finer one, blended.
struct Clouds {
    private let layers: [(grid: [Double], cells: Int, weight: Double)]

    /// A field with values between 0 and 1.
    init(draws: inout Draws) {
        layers = [(2, 0.65), (5, 0.35)].map { cells, weight in
            ((0..<(cells + 1) * (cells + 1)).map { _ in draws.uniform(0...1) }, cells, weight)
        }
    }

    /// The value at a place within the unit square.
    func value(at place: Point) -> Double {
        layers.reduce(0) { sum, layer in
            let x = place.x * Double(layer.cells), y = place.y * Double(layer.cells)
            let column = min(max(Int(x), 0), layer.cells - 1), row = min(max(Int(y), 0), layer.cells - 1)
            let right = x - Double(column), down = y - Double(row)
            let at = row * (layer.cells + 1) + column
            let upper = layer.grid[at] + right * (layer.grid[at + 1] - layer.grid[at])
            let below = at + layer.cells + 1
            let lower = layer.grid[below] + right * (layer.grid[below + 1] - layer.grid[below])
            return sum + layer.weight * (upper + down * (lower - upper))
        }
    }
}
