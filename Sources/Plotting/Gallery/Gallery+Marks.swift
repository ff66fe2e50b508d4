extension Gallery {
    /// Each mark alone, and all in one panel.
    static var marks: Section {
        let x = (0...20).map { Double($0) * 50 }
        let falling = x.map { 400 / (100 + $0) }
        return Section(
            title: "Marks",
            figures: [
                single("mark-line", "Line, with markers and with dashes") {
                    Line(x: x, y: falling, as: .predicted)
                    Line(x: x, y: x.indices.map { falling[$0] * (1 + 0.1 * noise($0)) }, as: .measured)
                },
                single("mark-step", "Step") { Step(x: x, y: falling.map { ($0 * 4).rounded() / 4 }, as: .dense) },
                single("mark-dots", "Dots of five kinds") {
                    for kind in 0..<5 {
                        Dots(
                            x: x, y: x.indices.map { Double(kind) + 0.4 * noise($0 + 100 * kind) },
                            as: .category(kind, label: "kind \(kind + 1)"))
                    }
                },
                single("mark-band", "Band") {
                    Band(x: x, lower: falling.map { $0 * 0.8 }, upper: falling.map { $0 * 1.3 }, as: .region("between"))
                    Line(x: x, y: falling, as: .measured)
                },
                single("mark-rule", "Rules along and across") {
                    Line(x: x, y: falling, as: .measured)
                    Rule(y: 2, as: .reference("2/*η*"))
                    Rule(x: 400, as: .reference("step 400"))
                },
                single("mark-text", "Text") {
                    Line(x: x, y: falling, as: .dense)
                    Text("*η*‖*g*‖ is small here", x: 500, y: 1.5)
                    Text("a remark that ends here", x: 900, y: 3, anchor: .end)
                },
                single("mark-divergence", "Divergence") {
                    Line(x: x, y: x.map { $0 > 600 ? .infinity : 1 + $0 / 100 }, as: .measured)
                    Divergence(after: 600)
                },
                single("mark-zone", "Zone: a range of ordinates") {
                    Zone(0.9...1.15, as: Style("", ink: .void, width: 0, layer: .area))
                    Line(x: x, y: falling, as: .dense)
                },
                single("mark-arrow", "Arrow, and a number beside it") {
                    Line(x: x, y: falling, as: .predicted)
                    Line(x: x, y: falling.map { $0 / 3 }, as: .dense)
                    Arrow(x: 400, from: 0.27, to: 0.8, named: "factor")
                    Text("3.0×", .near(0.45, 0.5), isBold: true)
                },
                single(
                    "mark-strip", "Strips: markers beside each other", x: .categories(["one", "two", "three"]), legend: .none
                ) {
                    for kind in 0..<3 {
                        Strip(
                            at: Double(kind), y: (0..<40).map { noise($0 + 100 * kind) * Double(kind + 1) },
                            as: .category(kind, label: "kind \(kind + 1)"))
                    }
                },
                single(
                    "mark-tiles", "Tiles of two states", x: .categories(["0.1", "0.3", "1"], label: "*η*"),
                    y: .categories(["0", "0.1"], label: "*ρ*")
                ) {
                    Tiles(
                        x: [0, 1, 0], y: [0, 0, 1], labels: [".5", ".8", ".9"],
                        as: Style("below", ink: .sky, width: 0, layer: .data), textInk: .text)
                    Tiles(
                        x: [2, 1, 2], y: [0, 1, 1], labels: ["1.02", "1.00", "×"],
                        as: Style("at", ink: .ground, width: 0, layer: .data), textInk: .text, isBordered: true)
                },
                single("mark-remarks", "Remarks that find their places", legend: .none) {
                    let line = Line(x: x, y: falling, as: .dense)
                    line
                    Text("beside the line", .beside(line.points, 0.3), ink: .blue)
                    Text(["two lines where", "there is room"], .near(1, 0), ink: .quiet)
                    Text("at its end", .end(line.points), ink: .blue, isBold: true)
                    Text("above", .above(x: 400))
                },
                everyMark("mark-all"),
            ])
    }

    /// All marks in one panel.
    static func everyMark(_ name: String) -> Figure {
        let x = (0...8).map(Double.init)
        return single(
            name, "Every mark together", x: Axis("*x*"), y: Axis("*y*", scale: .symlog(threshold: 1)), height: .aspect(0.66)
        ) {
            Band(x: x, lower: x.map { $0 - 3 }, upper: x.map { $0 * 2 }, as: .region("between"))
            Rule(x: 4, as: .reference("here"))
            Rule(y: 2, as: .reference("2/*η*"))
            Line(x: x, y: x.map { $0 * $0 - 20 }, as: .predicted)
            Step(x: x, y: x.map { 30 - 9 * $0 }, as: .dense)
            for kind in 0..<5 { Dots(x: x, y: x.map { $0 * Double(kind) }, as: .category(kind, label: "kind \(kind)")) }
            Text("a remark", x: 1.5, y: 40)
            Divergence(after: 7)
        }
    }
}
