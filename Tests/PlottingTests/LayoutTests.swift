import Plotting
import Testing

@Suite("Layout")
struct LayoutTests {
    /// All texts of a scene with the roles of the groups around them.
    private func texts(_ scene: Scene) -> [(text: SceneText, roles: [SceneGroup.Role])] { scene.nodes.flatMap { $0.texts() } }

    @Test("No text overlaps another or a frame, and none leaves the page", arguments: DocumentTests.figures.indices)
    func overlaps(index: Int) {
        let scene = Layout(DocumentTests.figures[index]()).scene()
        let outside = texts(scene).filter { !$0.roles.contains(.series) && !$0.roles.contains(.notes) }.map(\.text)
        let frames = scene.panels.map { panel in
            let left = min(panel.x.start, panel.x.end), top = min(panel.y.start, panel.y.end)
            return Rectangle(x: left, y: top, width: abs(panel.x.end - panel.x.start), height: abs(panel.y.end - panel.y.start))
        }
        for (number, text) in outside.enumerated() {
            let box = text.pageBox
            #expect(
                box.x >= 0 && box.y >= 0 && box.maxX <= scene.width && box.maxY <= scene.height, "\(text.text.plain) at \(box)")
            for frame in frames { #expect(!box.overlaps(frame), "\(text.text.plain) at \(box) over the frame \(frame)") }
            for other in outside[(number + 1)...] {
                #expect(!box.overlaps(other.pageBox), "\(text.text.plain) at \(box) over \(other.text.plain) at \(other.pageBox)")
            }
        }
    }

    @Test("Frames are aligned and of one size; shared axes are equal", arguments: DocumentTests.figures.indices)
    func frames(index: Int) {
        let figure = DocumentTests.figures[index]()
        let panels = Layout(figure).scene().panels
        for row in figure.twoColumns.rows where figure.width == .twoColumns {
            let shown = row.cells.compactMap { if case .panel(let panel, _) = $0 { panel } else { nil } }
            for panel in shown {
                #expect(panels[panel].y.start == panels[shown[0]].y.start && panels[panel].y.end == panels[shown[0]].y.end)
            }
        }
        for (a, first) in zip(figure.panels, panels) {
            for (b, second) in zip(figure.panels, panels) where a.yGroup != nil && a.yGroup == b.yGroup {
                #expect(first.y.low == second.y.low && first.y.high == second.y.high)
            }
        }
    }

    @Test("Only outer panels have labels along shared axes")
    func outerLabels() {
        let scene = Layout(grid()).scene()
        let ticks = texts(scene).filter { $0.roles == [.panel, .labels] }.map(\.text)
        let bottom = scene.panels[8].y.start
        #expect(ticks.allSatisfy { $0.position.y > bottom || $0.position.x < scene.panels[0].x.start })
        let free = Layout(grid("free", y: Axis("*y*", sharing: .none))).scene()
        let first = free.panels[0]
        let inner = texts(free).filter {
            $0.roles == [.panel, .labels] && $0.text.position.x > first.x.end && $0.text.position.y < first.y.start
        }
        #expect(inner.count >= 6)
    }

    @Test("Three sizes of text at most but for scripts, none under 6 points", arguments: DocumentTests.figures.indices)
    func sizes(index: Int) {
        let figure = DocumentTests.figures[index]()
        for width in Figure.Width.allCases {
            let texts = texts(Layout(figure, width: width).scene()).map(\.text)
            #expect(Set(texts.map(\.size)).count <= 3 && texts.allSatisfy { min($0.size, $0.scriptSize) >= 6 })
        }
    }

    @Test("A row of panels in two columns is a column of panels in one, with the same sizes of text")
    func widths() {
        let figure = grid("row", rows: 1, columns: 3)
        let wide = Layout(figure, width: .twoColumns).scene(), narrow = Layout(figure, width: .oneColumn).scene()
        #expect(wide.width == 486 && narrow.width == 234)
        #expect(Set(wide.panels.map(\.y.start)).count == 1 && Set(narrow.panels.map(\.y.start)).count == 3)
        #expect(Set(narrow.panels.map(\.x.start)).count == 1)
        #expect(Set(texts(wide).map(\.text.size)) == Set(texts(narrow).map(\.text.size)))
        let untitled = Layout(figure, showsTitle: false).scene()
        #expect(untitled.height < wide.height && !texts(untitled).contains { $0.roles == [.title] })
        #expect(untitled.title == wide.title)
    }

    @Test("A row may be a line of text, and rows may differ in their number of panels")
    func rows() {
        let panel = { (label: String) in
            Panel(label, x: Axis("x"), y: Axis("y")) { Line(x: [0, 1], y: [0, 1], as: .dense) }
        }
        let arrangement = Arrangement([
            .init([.panel(0), .panel(1)], height: .points(60)), .line("*η* = 0.01: all 3 runs diverge by step 12"),
            .init([.panel(2)], height: .points(40)),
        ])
        let figure = Figure(
            "rows", title: "Rows", description: "", oneColumn: arrangement, twoColumns: arrangement,
            panels: ["a", "b", "c"].map(panel))
        let scene = Layout(figure).scene()
        #expect(texts(scene).contains { $0.text.text.plain == "η = 0.01: all 3 runs diverge by step 12" })
        #expect(scene.panels[0].x.start == scene.panels[2].x.start && scene.panels[2].x.end > scene.panels[1].x.end - 1)
        #expect(((scene.panels[2].y.start - scene.panels[2].y.end) * 100).rounded() == 4000)
    }

    @Test("Remarks that find their place lie on no line and on no other remark")
    func remarks() throws {
        let x = (0...100).map(Double.init)
        let figure = Figure("remarks", title: "", description: "", x: Axis("x"), y: Axis("y"), width: .oneColumn) { _, _ in
            let line = Line(x: x, y: x.map { $0 * $0 / 100 }, as: .dense)
            line
            for share in [0.1, 0.5, 0.9] { Text("beside", .beside(line.points, share)) }
            for share in [0.0, 1] { Text(["two lines", "of text"], .near(share, share)) }
        }
        let scene = Layout(figure).scene()
        let notes = texts(scene).filter { $0.roles == [.panel, .notes] }.map(\.text)
        #expect(notes.count == 7)
        let panel = scene.panels[0]
        for (number, note) in notes.enumerated() {
            let ink = Rectangle(
                x: note.box.x + 0.7, y: note.position.y - 5, width: note.box.width - 1.4, height: 5)
            for value in stride(from: 0.0, through: 100, by: 0.1) {
                let point = Point(try #require(panel.x.map(value)), try #require(panel.y.map(value * value / 100)))
                #expect(!ink.contains(point), "\(note.text.plain) at \(ink)")
            }
            for other in notes[(number + 1)...] where other.position.y != note.position.y {
                #expect(!ink.overlaps(Rectangle(x: other.box.x, y: other.position.y - 5, width: other.box.width, height: 5)))
            }
        }
    }

    @Test("A remark is worded shorter where it finds no room, and in full where it does", arguments: [1, 40, 60])
    func wordings(lines: Int) throws {
        let figure = Figure("wordings", title: "", description: "", x: Axis("x"), y: Axis("y"), width: .oneColumn) { _, _ in
            // From the left, so that the more there are, the narrower is what is left at the right.
            for number in 0..<lines {
                Line(x: [Double(number), Double(number)], y: [0, 1], as: .dense, named: "line \(number)")
            }
            Line(x: [70, 70], y: [0, 1], as: .dense, named: "last")
            Text(["1.33 (1.25 to 1.40) of the edge"], shorter: [["1.33", "(1.25 to 1.40)"], ["1.33"]], .near(1, 0.2))
        }
        let notes = texts(Layout(figure).scene()).filter { $0.roles == [.panel, .notes] }.map(\.text.text.plain)
        #expect(
            notes
                == [1: ["1.33 (1.25 to 1.40) of the edge"], 40: ["1.33", "(1.25 to 1.40)"], 60: ["1.33"]][lines])
    }

    @Test("A line is not named where its name would lie over what is drawn", arguments: [false, true])
    func crowded(isFull: Bool) {
        let x = (0...300).map(Double.init)
        let figure = Figure("crowded", title: "", description: "", x: Axis("x"), y: Axis("y"), width: .oneColumn) { _, _ in
            let line = Line(x: x, y: x.map { _ in 0.5 }, as: .dense)
            line
            if isFull { Line(x: x, y: x.map { $0.truncatingRemainder(dividingBy: 2) }, as: .dense) }
            Text("name", .beside(line.points, 0.5))
        }
        #expect(texts(Layout(figure).scene()).contains { $0.text.text.plain == "name" } == !isFull)
    }

    @Test("A square figure has the diagonal from corner to corner")
    func diagonal() throws {
        let panel = Layout(square()).scene().panels[0]
        #expect(((panel.x.end - panel.x.start) * 100).rounded() == ((panel.y.start - panel.y.end) * 100).rounded())
        #expect(panel.x.low == panel.y.low && panel.x.high == panel.y.high)
        let corners = "M\(String(panel.x.start)) \(String(panel.y.start))"
        let paths = try Element(parsing: square().svg()).all.compactMap { $0["d"] }
        let line = try #require(paths.first { $0.hasPrefix(corners) && $0.contains("l") })
        let points = try Outline(parsing: line).pieces[0].points
        #expect(points.count == 2 && Double(points[1].x) / 100 == panel.x.end && Double(points[1].y) / 100 == panel.y.end)
    }

    @Test("A run that blows up does not flatten the others; its line leaves the frame")
    func blowUp() throws {
        let x = (0...20).map(Double.init)
        let figure = Figure(
            "blow-up", title: "", description: "", x: Axis("x"), y: Axis("y", scale: .log),
            facet: Facet(columns: ["calm", "wild"])
        ) { _, column in
            Line(x: x, y: x.map { column == 1 && $0 > 15 ? 1e30 : 2 + $0 }, as: .dense)
            if column == 1 { Divergence(after: 20) }
        }
        let panel = Layout(figure).scene().panels[0]
        #expect(panel.y.low > 1 && panel.y.high < 200)
        #expect(figure.table().contains("1e+30"))
        let reading = try FigureReading(parsing: figure.svg())
        #expect(reading.drawn.contains { $0.panel == "wild" && $0.pieces.joined().contains { $0.y < 0 } })
        #expect(RoundTrip.faults(in: reading, showing: try FigureTable(parsing: figure.table())) == [])
    }

    @Test("Where an axis cuts outliers, one far beyond the others leaves the frame; else the axis shows it")
    func outliers() {
        let x = (0...20).map(Double.init)
        func high(cut: Bool, scale: Axis.Kind = .linear) -> Double {
            let figure = Figure(
                "outlier", title: "", description: "", x: Axis("x"), y: Axis("y", scale: scale, cutsOutliers: cut)
            ) { _, _ in
                Line(x: x, y: x.map { $0 == 0 ? 165 : 5 }, as: .measured)
            }
            return Layout(figure).scene().panels[0].y.high
        }
        #expect(high(cut: false) > 165)
        #expect((15...20).contains(high(cut: true)))
        #expect((50...75).contains(high(cut: true, scale: .log)))
    }

    @Test("A run that ends among others does not tint the panel")
    func oneOfMany() throws {
        func inks(_ isOneOfMany: Bool) throws -> [String] {
            let figure = Figure("many", title: "", description: "", x: Axis("x"), y: Axis("y")) { _, _ in
                Line(x: [0, 1, 2], y: [1, 2, 3], as: .dense)
                Divergence(after: 1, isOneOfMany: isOneOfMany)
            }
            return try Element(parsing: figure.svg()).all.compactMap { $0["class"] }.filter { $0.contains("f-void") }
        }
        #expect(try inks(false).count == 1 && inks(true).isEmpty)
    }

    @Test("Values with an order stand in the legend by it, wherever they appear first")
    func ranks() throws {
        let figure = Figure("ranks", title: "", description: "", x: Axis("x"), y: Axis("y"), facet: Facet(columns: ["a", "b"])) {
            _, column in
            for rank in column == 0 ? [0, 2] : [1] { Line(x: [0, 1], y: [0, 1], as: .ordinal(rank, of: 3, label: "\(rank)")) }
        }
        #expect(texts(Layout(figure).scene()).filter { $0.roles == [.legend] }.map(\.text.text.plain) == ["0", "1", "2"])
    }

    @Test("The legend names each style once, data first; a single style is named by the axis")
    func legend() {
        let scene = Layout(grid()).scene()
        let names = texts(scene).filter { $0.roles == [.legend] }.map(\.text.text.plain)
        #expect(names == ["measured", "predicted", "2/η", "last finite step"])
        let single = Figure("one", title: "", description: "", x: Axis("x"), y: Axis("y")) { _, _ in
            Line(x: [1, 2], y: [1, 2], as: .dense)
        }
        #expect(!texts(Layout(single).scene()).contains { $0.roles.contains(.legend) })
    }

    @Test("Long titles and legends wrap")
    func wrapping() {
        let figure = Figure(
            "long", title: String(repeating: "long title ", count: 30), description: "", x: Axis("x"), y: Axis("y"),
            width: .oneColumn
        ) { _, _ in
            for kind in 0..<9 {
                Line(x: [1, 2], y: [1, Double(kind)], as: .category(kind, label: "a rather long label \(kind)"))
            }
        }
        let scene = Layout(figure).scene()
        let all = texts(scene)
        #expect(all.filter { $0.roles == [.title] }.count >= 5 && all.allSatisfy { $0.text.pageBox.maxX <= scene.width })
    }
}
