import Plotting
import Testing

@Suite("Comparison")
struct ComparisonTests {
    private let golden = grid()

    private func compare(_ new: Figure) -> FigureComparison {
        FigureComparison(old: golden.svg(), new: new.svg(), oldTable: golden.table(), newTable: new.table())
    }

    /// Compares the golden with its own file after an edit.
    private func compare(editing edit: (inout String) -> Void) -> FigureComparison {
        var svg = golden.svg()
        let before = svg
        edit(&svg)
        #expect(svg != before, "the edit found nothing to change")
        return FigureComparison(old: before, new: svg, oldTable: golden.table(), newTable: golden.table())
    }

    /// Compares with a figure after an edit of its value.
    private func compare(changing change: (inout Figure) -> Void) -> FigureComparison {
        var figure = grid()
        change(&figure)
        return compare(figure)
    }

    private func replace(_ old: String, _ new: String, in text: inout String) {
        guard let range = text.firstRange(of: old) else { return }
        text.replaceSubrange(range, with: new)
    }

    // MARK: - Verdicts

    @Test("Equal bytes are identical")
    func identical() {
        #expect(compare(grid()).verdict == .identical)
    }

    @Test("Numbers within the tolerance, and other inputs, are equivalent")
    func equivalent() {
        let nudged = compare(grid { _, measured in for index in measured.indices { measured[index] *= 1 + 1e-9 } })
        #expect(nudged.verdict == .equivalent && nudged.differences == [], "\(nudged.differences)")
        #expect(compare(changing: { $0.inputs[0].sha256 = String(repeating: "a", count: 64) }).verdict == .equivalent)
    }

    @Test("A wider tolerance is taken from the figure")
    func tolerance() {
        func loose(_ factor: Double) -> Figure {
            var figure = grid { panel, measured in if panel == 4 { measured[20] *= factor } }
            figure.tolerance = 0.01
            return figure
        }
        let (a, b) = (loose(1), loose(1.003))
        let verdict = FigureComparison(old: a.svg(), new: b.svg(), oldTable: a.table(), newTable: b.table()).verdict
        #expect(verdict == .equivalent)
        #expect(aspects(compare(loose(1.003))).contains(.data))
        #expect(aspects(compare(changing: { $0.tolerance = 0.01 })) == [.axes])
    }

    @Test("Reordered attributes are bytes only")
    func reordered() {
        let role = "role=\"img\"", labels = "aria-labelledby=\"grid-title grid-desc\""
        let comparison = compare { replace("\(role) \(labels)", "\(labels) \(role)", in: &$0) }
        #expect(comparison.verdict == .changed([.bytes]))
        let grouped = compare {
            replace("stroke=\"#4d4d4d\" stroke-width=\"0.6\"", "stroke-width=\"0.6\" stroke=\"#4d4d4d\"", in: &$0)
        }
        #expect(grouped.verdict == .changed([.bytes]))
    }

    // MARK: - Changes

    /// The aspects that changed.
    private func aspects(_ comparison: FigureComparison) -> [FigureComparison.Aspect] {
        if case .changed(let aspects) = comparison.verdict { aspects } else { [] }
    }

    @Test("A blank figure")
    func blank() {
        let comparison = compare { svg in
            let start = svg.firstRange(of: "<g class=\"title")!.lowerBound, end = svg.firstRange(of: "</svg>")!.lowerBound
            svg.removeSubrange(start..<end)
        }
        #expect(aspects(comparison) == [.data, .axes, .labels, .style])
        let nothing = FigureComparison(old: golden.svg(), new: "", oldTable: golden.table(), newTable: golden.table())
        #expect(aspects(nothing) == [.data])
    }

    @Test("Swapped series")
    func swapped() {
        let comparison = compare { svg in
            replace("data-series=\"predicted\"", "data-series=\"?\"", in: &svg)
            let range = svg.firstRange(of: "data-series=\"?\"")!
            var rest = String(svg[range.upperBound...])
            replace("data-series=\"measured\"", "data-series=\"predicted\"", in: &rest)
            svg = svg[..<range.lowerBound] + "data-series=\"measured\"" + rest
        }
        #expect(aspects(comparison).contains(.data))
    }

    @Test("One per cent more")
    func onePerCent() throws {
        let comparison = compare(
            grid { panel, measured in if panel == 4 { for index in measured.indices { measured[index] *= 1.01 } } })
        let first = try #require(comparison.differences.first)
        #expect(first.aspect == .data && first.place == "series measured of panel η = 0.2, ρ = 0.1" && first.step == 0)
        #expect(first.text.contains("(+1 %)") && first.text.contains("41 of 41"))
    }

    @Test("One step that differs is named")
    func oneStep() throws {
        let comparison = compare(grid { panel, measured in if panel == 4 { measured[20] *= 1.001 } })
        #expect(aspects(comparison) == [.data])
        #expect(comparison.differences.count == 1 && comparison.differences[0].step == 500, "\(comparison.differences)")
    }

    @Test("One number missing")
    func missing() {
        let comparison = compare(grid { panel, measured in if panel == 4 { measured[20] = .nan } })
        #expect(aspects(comparison).contains(.data) && comparison.differences.contains { $0.step == 500 })
    }

    @Test("A logarithmic axis made linear")
    func linear() {
        #expect(
            aspects(compare(changing: { for panel in $0.panels.indices { $0.panels[panel].y.scale = .linear } })).contains(.axes))
    }

    @Test("Another domain")
    func domain() {
        #expect(
            aspects(compare(changing: { for panel in $0.panels.indices { $0.panels[panel].y.domain = 0.5...50 } })).contains(
                .axes))
    }

    @Test("A legend that is gone")
    func legend() {
        let comparison = compare { svg in
            let start = svg.firstRange(of: "<g class=\"legend")!.lowerBound
            let end = svg.firstRange(of: "<g class=\"headers")!.lowerBound
            svg.removeSubrange(start..<end)
        }
        #expect(aspects(comparison) == [.labels, .style])
    }

    @Test("One label of a tick")
    func tick() {
        #expect(aspects(compare { replace(">500</text>", ">501</text>", in: &$0) }) == [.axes])
        #expect(aspects(compare { replace(">500</text>", "></text>", in: &$0) }) == [.axes])
    }

    @Test("A title, an axis's name, a header")
    func labels() {
        #expect(aspects(compare(changing: { $0.title += "!" })) == [.labels])
        #expect(aspects(compare { replace(">step</text>", ">steps</text>", in: &$0) }) == [.labels])
        #expect(aspects(compare { replace("> = 0.1</text>", "> = 0.4</text>", in: &$0) }) == [.labels])
    }

    @Test("A dash that is gone, another colour, another width, in light or dark")
    func style() {
        #expect(aspects(compare { replace(" stroke-dasharray=\"1.2 1.6\" d=", " d=", in: &$0) }) == [.style])
        #expect(aspects(compare { replace("stroke=\"#f5d58f\"", "stroke=\"#f5d590\"", in: &$0) }) == [.style])
        #expect(aspects(compare { replace("stroke-width=\"4.5\"", "stroke-width=\"4.6\"", in: &$0) }) == [.style])
        #expect(aspects(compare { replace(".s-blue{stroke:#4aa8e0}", ".s-blue{stroke:#4aa8e1}", in: &$0) }) == [.style])
    }

    @Test("A rule that is gone, a panel that is gone, another order of series")
    func structure() {
        let fewer = Figure("grid", title: "A", description: "", x: Axis("step"), y: Axis("y")) { _, _ in
            Line(x: [1, 2], y: [1, 2], as: .dense)
        }
        #expect(aspects(compare(fewer)) == [.data, .axes, .labels, .style])
        #expect(aspects(compare(changing: { $0.panels[0].marks.removeFirst() })).contains(.data))
        #expect(aspects(compare(changing: { $0.panels[4].marks.reverse() })).contains(.data))
    }

    @Test("A text that is no figure says so", arguments: ["", "<svg>", "<svg/>", "hello", "<a></b>", "<svg><x>&nope;</x></svg>"])
    func unreadable(text: String) {
        let comparison = FigureComparison(old: golden.svg(), new: text, oldTable: golden.table(), newTable: golden.table())
        #expect(comparison.verdict == .changed([.data]) && comparison.differences[0].text.hasPrefix("cannot be read"))
    }

    @Test("Damaged files are differences or errors, never crashes")
    func fuzz() {
        let svg = Array(everyMark().svg().utf8), table = Array(everyMark().table().utf8)
        var random = SplitMix(9)
        var unreadable = 0
        for _ in 0..<3000 {
            func damaged(_ bytes: [UInt8]) -> String {
                var bytes = bytes
                for _ in 0...random.next() % 3 {
                    let at = Int(random.next() % UInt64(bytes.count - 1))
                    switch random.next() % 4 {
                    case 0: bytes[at] = UInt8(truncatingIfNeeded: random.next())
                    case 1: bytes[at] = Array("0123456789.-<>\"/mlhvz".utf8).randomElement(using: &random)!
                    case 2: bytes.remove(at: at)
                    default: bytes.removeSubrange(at..<min(at + 40, bytes.count))
                    }
                }
                return String(decoding: bytes, as: UTF8.self)
            }
            let comparison = FigureComparison(
                old: everyMarkSVG, new: damaged(svg), oldTable: everyMarkTable,
                newTable: random.next() % 2 == 0 ? damaged(table) : everyMarkTable)
            if comparison.differences.first?.text.hasPrefix("cannot be read") == true { unreadable += 1 }
        }
        #expect(unreadable > 100 && unreadable < 2900)
    }

    private let everyMarkSVG = everyMark().svg(), everyMarkTable = everyMark().table()

    // MARK: - Report

    @Test("The report shows old, new and both, without a script, and is well formed")
    func report() throws {
        let new = grid { panel, measured in if panel == 4 { measured[20] *= 2 } }
        let comparison = compare(new)
        let report = ComparisonReport(
            title: "Figures <&>",
            entries: [
                ComparisonReport.Entry(
                    name: "grid", verdict: comparison.verdict.description, differences: comparison.differences.map(\.description),
                    old: golden.svg(), new: new.svg()),
                ComparisonReport.Entry(name: "missing", verdict: "no golden"),
            ])
        #expect(report.html.hasPrefix("<!DOCTYPE html>\n<html"))
        let root = try Element(parsing: String(report.html.dropFirst(16)))
        #expect(root.all.filter { $0.name == "img" }.count == 4 && !root.all.contains { $0.name == "script" })
        #expect(root.text.contains("became") && root.text.contains("Figures <&>"))
        let image = try #require(root.all.first { $0.name == "img" }?["src"])
        #expect(image.hasPrefix("data:image/svg+xml;base64,PD94bWwgdmVyc2lvbj0iMS4wIiBlbmNvZGluZz0iVVRGLTgiPz4K"))
    }

    @Test("The canonical text is that of the scene, whether drawn or read")
    func canonical() throws {
        for figure in DocumentTests.figures.map({ $0() }) {
            let scene = Layout(figure).scene()
            let drawn = try FigureReading(reading: scene.element).canonicalText
            #expect(try FigureReading(parsing: scene.svg).canonicalText == drawn && !drawn.isEmpty)
        }
    }
}
