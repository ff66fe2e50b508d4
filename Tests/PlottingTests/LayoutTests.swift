import Plotting
import Testing

@Suite("Layout")
struct LayoutTests {
    /// All texts of a scene with the roles of the groups around them.
    private func texts(_ scene: Scene) -> [(text: SceneText, roles: [SceneGroup.Role])] { scene.nodes.flatMap { $0.texts() } }

    @Test("No text overlaps another or a frame, and none leaves the page", arguments: DocumentTests.figures.indices)
    func overlaps(index: Int) {
        let scene = Layout(DocumentTests.figures[index]()).scene()
        let outside = texts(scene).filter { !$0.roles.contains(.series) }.map(\.text)
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
        let columns = figure.facet.columns.count
        for (number, panel) in panels.enumerated() {
            let above = panels[number % columns], beside = panels[number / columns * columns]
            #expect(panel.x.start == above.x.start && panel.x.end == above.x.end)
            #expect(panel.y.start == beside.y.start && panel.y.end == beside.y.end)
            #expect(panel.x.low == panels[0].x.low && panel.x.high == panels[0].x.high)
            if figure.y.sharing == .rows { #expect(panel.y.low == beside.y.low && panel.y.high == beside.y.high) }
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

    @Test("Three sizes of text at most, none under 6 points", arguments: DocumentTests.figures.indices)
    func sizes(index: Int) {
        let texts = texts(Layout(DocumentTests.figures[index]()).scene()).map(\.text)
        let sizes = Set(texts.flatMap { text in text.text.runs.map { $0.level == .base ? text.size : text.scriptSize } })
        #expect(sizes.count <= 3 && sizes.min()! >= 6)
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
