import Plotting
import Testing

@Suite("Paths")
struct PathTests {
    @Test("Any outline on the lattice reads back from its text")
    func roundTrip() throws {
        var random = SplitMix(11)
        func coordinate(_ size: Int) -> Int { Int(random.next() % UInt64(2 * size + 1)) - size }
        for _ in 0..<20_000 {
            let size = [3, 120, 5000, 100_000][Int(random.next() % 4)]
            let pieces = (0..<Int(random.next() % 4)).map { _ in
                var points = [LatticePoint(x: coordinate(size), y: coordinate(size))]
                for _ in 0..<random.next() % 6 {
                    let last = points[points.count - 1]
                    points.append(
                        LatticePoint(
                            x: random.next() % 3 == 0 ? last.x : coordinate(size),
                            y: random.next() % 3 == 0 ? last.y : coordinate(size)))
                }
                return Outline.Piece(points: points, isClosed: points.count > 2 && random.next() % 2 == 0)
            }
            let outline = Outline(pieces: pieces)
            let back = try Outline(parsing: outline.pathData)
            #expect(back == outline, "\(outline.pathData)")
        }
    }

    @Test("Texts are short: relative where that is shorter, no zero before the point, no needless space")
    func short() {
        let points = [(4050, 1234), (4370, 1124), (4690, 1124), (4690, 1174), (4715, 1169)].map { LatticePoint(x: $0.0, y: $0.1) }
        #expect(Outline(pieces: [Outline.Piece(points: points)]).pathData == "M40.5 12.34l3.2-1.1h3.2v.5l.25-.05")
        let dots = Outline(pieces: points.prefix(2).map { Outline.Piece(points: [$0]) })
        #expect(dots.pathData == "M40.5 12.34h0m3.2-1.1h0")
    }

    @Test(
        "Malformed paths are refused", arguments: ["h1", "M", "M1", "M1 2l", "M1 2q3 4", "M1 2zl1 1", "z", "M1.234.5x", "M--1 2"])
    func malformed(data: String) {
        #expect(throws: FigureReadingError.self) { try Outline(parsing: data) }
    }
}
