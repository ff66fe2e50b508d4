import Plotting
import Testing

@Suite("Documents")
struct DocumentTests {
    static let figures: [@Sendable () -> Figure] =
        [
            { grid() }, { everyMark() }, { square() }, { direct() }, { grid("linear", y: Axis("*y*", sharing: .none)) },
            { grid("twelve", rows: 3, columns: 4) }, { grid("row", rows: 1, columns: 3) },
        ] + Gallery.figures.map { figure -> @Sendable () -> Figure in { figure } }

    @Test("The same figure gives the same bytes", arguments: figures.indices)
    func repeated(index: Int) {
        let first = Self.figures[index](), second = Self.figures[index]()
        #expect(first.svg() == second.svg() && first.table() == second.table())
    }

    @Test("Identifiers are unique, and every reference meets one", arguments: figures.indices)
    func references(index: Int) throws {
        let figure = Self.figures[index]()
        let elements = try Element(parsing: figure.svg()).all
        let ids = elements.compactMap { $0["id"] }
        #expect(Set(ids).count == ids.count)
        #expect(ids.allSatisfy { $0 == figure.name || $0.hasPrefix("\(figure.name)-") })
        var references = elements.compactMap { $0["aria-labelledby"] }.flatMap { $0.split(separator: " ").map(String.init) }
        for value in elements.flatMap(\.attributes).map(\.value) where value.hasPrefix("url(") {
            references.append(String(value.dropFirst(5).dropLast()))
        }
        #expect(references.count >= 3 && references.allSatisfy(ids.contains))
    }

    @Test(
        "Nothing but the allowed elements and attributes is drawn; no script, no reference beyond the file",
        arguments: figures.indices)
    func allowed(index: Int) throws {
        let svg = Self.figures[index]().svg()
        let root = try Element(parsing: svg)
        let drawing: Set = [
            "svg", "title", "desc", "metadata", "style", "defs", "clipPath", "rect", "g", "path", "text", "tspan",
        ]
        let names = Set(([root] + root.children.filter { $0.name != "metadata" }.flatMap(\.all)).map(\.name))
        #expect(names.isSubset(of: drawing), "\(names.subtracting(drawing))")
        for word in [
            "href", "script", "foreignObject", "textLength", "dominant-baseline", "baseline-shift", "@import", "<image", " on",
        ] {
            #expect(!root.all.flatMap(\.attributes).contains { $0.name.contains(word) } && !svg.contains("<\(word)"), "\(word)")
        }
        #expect(root["role"] == "img" && root.children.first?.name == "title" && root.children.dropFirst().first?.name == "desc")
    }

    @Test("The document reads back as it was written", arguments: figures.indices)
    func readsBack(index: Int) throws {
        let element = Layout(Self.figures[index]()).scene().element
        #expect(try Element(parsing: element.document) == element)
    }

    @Test("Blanks at the ends of a text's runs, and several in a row, are kept by every program; other texts need no word of it")
    func blanks() throws {
        let figure = Figure(
            "blanks", title: "*ρ* = 0.1 and 2/*η*", description: "", x: Axis("two  blanks"), y: Axis("‖*H*‖")
        ) { _, _ in
            Line(x: [0, 1], y: [0, 1], as: .dense.labelled("the edge at *η*"))
            Line(x: [0, 1], y: [1, 0], as: .dense.labelled("one run"))
        }
        let texts = try Element(parsing: figure.svg()).all.filter { $0.name == "text" }
        let kept = texts.filter { $0["xml:space"] == "preserve" }.map(\.text)
        #expect(kept == ["ρ = 0.1 and 2/η", "the edge at η", "two  blanks"])
        #expect(texts.contains { $0.text == "||H||" && $0.children.count == 1 } && texts.contains { $0.text == "one run" })
    }

    @Test("Labels of any characters are escaped, in the picture and in the table")
    func escaping() throws {
        let nasty = "<&\"'>]]> 😀 \u{1}\u{7f} \u{202e}x"
        let figure = Figure(
            "nasty", title: nasty, description: nasty, x: Axis(nasty), y: Axis(nasty),
            facet: Facet(rows: [nasty], columns: [nasty])
        ) { _, _ in
            Line(x: [0, 1], y: [0, 1], as: .dense.labelled(nasty))
            Line(x: [0, 1], y: [1, 0], as: .dense.labelled("tab\tnewline\n"))
        }
        let root = try Element(parsing: figure.svg())
        let shown = "<&\"'>]]> 😀 \u{fffd}\u{7f} \u{202e}x"
        #expect(root.children[0].text == shown && root.children[1].text == shown)
        #expect(root.all.filter { $0.name == "text" && $0.text == shown }.count == 6)
        let rows = figure.table().split(separator: "\n", omittingEmptySubsequences: false)
        #expect(
            rows.count == 6
                && rows.dropLast().allSatisfy { $0.split(separator: "\t", omittingEmptySubsequences: false).count == 5 })
    }

    @Test("Three figures inlined in one page have no identifier in common, and style rules reach their own figure alone")
    func inlined() throws {
        let roots = try [grid("a-one"), grid("b-two"), everyMark("c-three")].map { try Element(parsing: $0.svg()) }
        let ids = roots.flatMap(\.all).compactMap { $0["id"] }
        #expect(Set(ids).count == ids.count)
        for root in roots {
            let name = try #require(root["id"])
            let style = try #require(root.children.first { $0.name == "style" }).text
            let inner = try #require(style.split(separator: "{", maxSplits: 1).last)
            for rule in inner.split(separator: "}") { #expect(rule.hasPrefix("#\(name) .")) }
        }
    }

    @Test("Figures keep to their size")
    func budgets() {
        func size(_ figure: Figure) -> Int { figure.svg().utf8.count }
        for figure in Self.figures.map({ $0() }) {
            #expect(size(figure) <= (figure.panels.count < 12 ? 40_000 : 80_000), "\(figure.name)")
        }
        // Every step of every panel noisy: the most that a figure of losses can need.
        #expect(size(losses(rows: 3, columns: 3)) <= 40_000)
        #expect(size(losses(rows: 3, columns: 4)) <= 80_000)
        // Three dense lines a panel, which no figure of the paper has.
        #expect(size(grid("twelve", rows: 3, columns: 4, checks: 1001, noise: 0.9)) <= 80_000)
    }

    @Test("A warning stands on the figure and in every row of its table")
    func warning() throws {
        let figure = grid()
        let root = try Element(parsing: figure.svg())
        #expect(root.all.contains { $0.name == "text" && $0.text == "stand-in data" && $0["fill"] != nil })
        let rows = figure.table().split(separator: "\n").dropFirst()
        #expect(rows.count > 500 && rows.allSatisfy { $0.hasSuffix("\tstand-in data") })
        #expect(everyMark().table().split(separator: "\n").dropFirst().allSatisfy { $0.hasSuffix("\tnone") })
    }
}
