import Plotting
import Testing

@Suite("Edge data")
struct EdgeDataTests {
    /// A figure of one line, read back.
    private func reading(_ x: [Double], _ y: [Double], _ scale: Axis.Kind = .linear) throws -> FigureReading {
        let figure = Figure("edge", title: "Edge", description: "", x: Axis("x"), y: Axis("y", scale: scale), width: .oneColumn) {
            _, _ in
            Line(x: x, y: y, as: .dense)
        }
        let reading = try FigureReading(parsing: figure.svg())
        #expect(RoundTrip.faults(in: reading, showing: try FigureTable(parsing: figure.table())).isEmpty)
        return reading
    }

    @Test("Without numbers a panel says so")
    func nothing() throws {
        let cases: [([Double], [Double], Axis.Kind)] = [
            ([], [], .linear), ([1, 2], [.nan, .nan], .linear), ([1, 2], [0, -3], .log),
        ]
        for (x, y, scale) in cases {
            let reading = try reading(x, y, scale)
            #expect(reading.drawn.isEmpty && reading.facts.contains { $0.text == "no data" })
        }
    }

    @Test("One point is a dot, and so is a point between gaps")
    func dot() throws {
        #expect(try reading([3], [4]).drawn.map(\.pieces.count) == [1])
        let parted = try reading([1, 2, 3, 4, 5, 6], [1, 2, .nan, 4, .infinity, 5])
        #expect(parted.drawn.map { $0.pieces.map(\.count) } == [[2], [1, 1]])
        let onLog = try reading([1, 2, 3, 4, 5], [1, 10, 0, 10, 1], .log)
        #expect(onLog.drawn.map { $0.pieces.map(\.count) } == [[2, 2]])
    }

    @Test("Numbers of any size are drawn", arguments: [Axis.Kind.linear, .log, .symlog(threshold: 1e-3)])
    func extreme(scale: Axis.Kind) throws {
        for y in [
            [1e-300, 1e300], [1e300, 1e300], [1e-300, 1e-300], [5, 5, 5], [1, 1 + 1e-14], [.leastNonzeroMagnitude, 1],
        ] as [[Double]] {
            let reading = try reading(y.indices.map(Double.init), y, scale)
            #expect(!reading.drawn.isEmpty)
        }
    }

    @Test("A million points are drawn in a small file")
    func million() throws {
        var random = SplitMix(5)
        let figure = Figure("million", title: "Many", description: "", x: Axis("x"), y: Axis("y"), width: .oneColumn) { _, _ in
            Line(x: (0..<1_000_000).map(Double.init), y: (0..<1_000_000).map { _ in random.unit() }, as: .dense)
        }
        #expect(figure.svg().utf8.count < 20_000)
    }

    @Test("Two series of one name in a panel are told apart")
    func names() throws {
        let figure = Figure("twice", title: "", description: "", x: Axis("x"), y: Axis("y")) { _, _ in
            Line(x: [1, 2], y: [1, 2], as: .dense)
            Line(x: [1, 2], y: [2, 1], as: .dense)
        }
        let table = try FigureTable(parsing: figure.table())
        #expect(table.entries.map(\.series.name) == ["series", "series (2)"])
        #expect(try FigureReading(parsing: figure.svg()).drawn.map(\.series) == ["series", "series (2)"])
    }

    @Test("New marks survive what cannot be drawn")
    func marks() throws {
        for numbers in [[], [5], [.nan, .nan], [.infinity, 1], [0, -3]] as [[Double]] {
            let x = numbers.indices.map(Double.init)
            let figure = Figure(
                "marks", title: "", description: "", x: Axis("x"), y: Axis("y", scale: .log), legend: .none, width: .oneColumn
            ) { _, _ in
                let line = Line(x: x, y: numbers, as: .dense)
                line
                Strip(at: 1, y: numbers, as: .category(0, label: "strip"))
                Tiles(
                    x: x, y: numbers, labels: numbers.map { "\($0)" }, as: Style("tile", ink: .sky, width: 0, layer: .data),
                    textInk: .text)
                Arrow(x: 1, from: 1, to: numbers.first ?? .nan, named: "arrow")
                Zone(1...2, as: .region("zone"))
                for place in [Text.Place.beside(line.points, 0.5), .end(line.points), .near(0, 0), .above(x: 1)] {
                    Text(["a remark", "of two lines"], place)
                }
            }
            for width in Figure.Width.allCases {
                #expect(try !FigureReading(parsing: figure.svg(width: width)).facts.isEmpty)
            }
        }
    }
}
