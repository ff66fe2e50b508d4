import Plotting
import Testing

@Suite("What a line leaves out")
struct DecimationTests {
    /// The points drawn for a line over a frame of 100 × 100 pt whose axes are positions.
    private func drawn(_ x: [Double], _ y: [Double]) throws -> [LatticePoint] {
        let figure = Figure(
            "line", title: "", description: "", x: Axis("x", domain: 0...1000), y: Axis("y", domain: 0...1), width: .oneColumn
        ) { _, _ in Line(x: x, y: y, as: .dense) }
        let reading = try FigureReading(reading: Layout(figure).scene().element)
        let pieces = try #require(reading.drawn.first).pieces
        try #require(pieces.count == 1)
        return pieces[0].map { LatticePoint(x: Int(($0.x * 100).rounded()), y: Int(($0.y * 100).rounded())) }
    }

    @Test("An oscillation of a million points keeps its envelope in every column, and both ends")
    func envelope() throws {
        let count = 1_000_000
        let x = (0..<count).map { Double($0) / 1000 }
        let y = (0..<count).map { $0 % 2 == 0 ? 0.1 : 0.9 - Double($0) / Double(count) / 2 }
        let points = try drawn(x, y)
        #expect(points.count < 1000)
        let lowest = try #require(points.map(\.y).max())
        // In every column of 5 pt some point lies at the bottom, and one on the falling upper envelope.
        for start in stride(from: points[0].x, to: points[points.count - 1].x - 500, by: 500) {
            let column = points.filter { $0.x >= start && $0.x < start + 500 }
            #expect(column.contains { $0.y == lowest } && column.contains { $0.y < lowest - 1000 })
        }
    }

    @Test("One spike among many points is seen")
    func spike() throws {
        let x = (0..<100_000).map { Double($0) / 100 }
        var y = x.map { _ in 0.5 }
        y[34_567] = 1
        let points = try drawn(x, y)
        #expect(Set(points.map(\.y)).count >= 2 && points.map(\.y).min()! < points[0].y - 3000)
    }

    @Test("A straight line is a handful of points, and a curve stays within a twentieth of a point")
    func straight() throws {
        let x = (0...1000).map(Double.init)
        #expect(try drawn(x, x.map { $0 / 1000 }).count <= 8)
        let curve = try drawn(x, x.map { $0 * $0 / 1e6 })
        #expect(curve.count < 60)
    }
}
