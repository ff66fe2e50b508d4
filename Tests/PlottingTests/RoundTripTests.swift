import Plotting
import Testing

@Suite("Round trip")
struct RoundTripTests {
    private func faults(_ svg: String, _ table: String) throws -> [RoundTrip.Fault] {
        RoundTrip.faults(in: try FigureReading(parsing: svg), showing: try FigureTable(parsing: table))
    }

    @Test("Every picture shows its table to half a pixel", arguments: DocumentTests.figures.indices)
    func agrees(index: Int) throws {
        let figure = DocumentTests.figures[index]()
        #expect(try faults(figure.svg(), figure.table()) == [])
    }

    @Test("A thousand noisy steps a panel are shown")
    func dense() throws {
        let figure = grid(checks: 1001, noise: 0.9)
        #expect(try faults(figure.svg(), figure.table()) == [])
    }

    @Test("A row that is not as drawn is found, with its step")
    func row() throws {
        let svg = grid().svg()
        let other = grid { panel, measured in if panel == 4 { measured[20] *= 1.05 } }
        let faults = try faults(svg, other.table())
        #expect(faults.map(\.place) == ["series measured of panel η = 0.2, ρ = 0.1"])
        #expect(abs(try #require(faults.first?.step) - 500) < 5)
    }

    @Test("A join across a gap, and a gap across a join, are found")
    func gap() throws {
        let figure = grid(), gapped = grid { panel, measured in if panel == 4 { measured[20] = .nan } }
        #expect(try faults(figure.svg(), gapped.table()).count == 1)
        #expect(try faults(gapped.svg(), figure.table()).count == 1)
    }

    @Test("What is missing from the picture or from the table is found")
    func missing() throws {
        let figure = everyMark()
        let lines = figure.svg().split(separator: "\n", omittingEmptySubsequences: false)
        let drawn = lines.indices.filter { lines[$0].contains("data-series=") }
        #expect(drawn.count >= 10)
        for index in drawn {
            var svg = lines
            // The path, its tooltip, its end.
            svg.removeSubrange(index...index + 2)
            #expect(try faults(svg.joined(separator: "\n"), figure.table()).count == 1, "\(lines[index])")
        }
        let rows = figure.table().split(separator: "\n").filter { !$0.contains("2/η") }
        #expect(try faults(figure.svg(), rows.joined(separator: "\n") + "\n").map(\.text) == ["it is drawn but not in the table"])
    }

    @Test("Malformed tables are refused", arguments: ["", "a\tb\n", "HEADER", "HEADER\nA\tB\t1\n", "HEADER\nA\tB\t1\tx\tnone\n"])
    func table(text: String) {
        let text = text.split(separator: "HEADER", omittingEmptySubsequences: false).joined(
            separator: "panel\tseries\tx\ty\twarning")
        #expect(throws: FigureReadingError.self) { try FigureTable(parsing: text) }
    }
}
