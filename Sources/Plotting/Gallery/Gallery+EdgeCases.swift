extension Gallery {
    /// Data that a figure must survive.
    static var edgeCases: Section {
        func line(_ name: String, _ title: String, _ x: [Double], _ y: [Double], scale: Axis.Kind = .linear) -> Figure {
            single("edge-\(name)", title, y: Axis("*y*", scale: scale), height: .aspect(0.35)) { Line(x: x, y: y, as: .dense) }
        }
        let x = (0...10).map(Double.init)
        let many = (0..<20_000).map(Double.init)
        return Section(
            title: "Edge cases",
            figures: [
                line("empty", "No points", [], []), line("point", "One point", [3], [4]),
                line("missing", "Not a number anywhere", x, x.map { _ in .nan }),
                line("gaps", "Gaps, and a point between two", x, x.map { [3, 5, 6].contains($0) ? .nan : $0 }),
                line("infinite", "Infinity in the middle", x, x.map { $0 == 5 ? .infinity : $0 }),
                line("not-positive", "Nothing positive on a logarithmic axis", x, x.map { -$0 }, scale: .log),
                line("partly-positive", "Partly positive on a logarithmic axis", x, x.map { $0 - 4 }, scale: .log),
                line("constant", "All equal", x, x.map { _ in 5 }), line("zero", "All zero", x, x.map { _ in 0 }),
                line("huge", "From 10^{−300} to 10^{300}", [0, 1], [1e-300, 1e300]),
                line("many", "Twenty thousand points", many, many.map { noise(Int($0)) }),
                line(
                    "period", "An oscillation of period two", many.prefix(1001).map { $0 },
                    many.prefix(1001).map { $0.truncatingRemainder(dividingBy: 2) * 2 - 1 + $0 / 500 }),
                line("return", "A line that runs back", [0, 4, 2, 6, 1], [0, 1, 2, 3, 4]),
                single("edge-divergence", "Diverged before the first step", height: .aspect(0.35)) {
                    Line(x: [0, 1, 2], y: [.nan, .nan, .nan], as: .measured)
                    Divergence(after: nil)
                },
                single("edge-blow-up", "A last step that would flatten all others", height: .aspect(0.35)) {
                    Line(x: x, y: x.map { $0 < 8 ? 1 + $0 / 10 : $0 == 8 ? 1e9 : .infinity }, as: .measured)
                    Divergence(after: 8)
                },
                single("edge-twins", "Two series of one name", height: .aspect(0.35)) {
                    Line(x: x, y: x, as: .dense)
                    Line(x: x, y: x.map { 10 - $0 }, as: .dense)
                },
            ])
    }

    /// Other sizes, and without colours for the dark.
    static var themes: Section {
        func themed(_ name: String, _ title: String, _ change: (inout Theme) -> Void) -> Figure {
            var figure = everyMark(name)
            figure.title = title
            change(&figure.theme)
            return figure
        }
        return Section(
            title: "Themes",
            figures: [
                themed("theme-plain", "The theme as it is") { _ in },
                themed("theme-light", "On white alone") { $0.hasDarkRules = false },
                themed("theme-large", "Larger text, for a screen") { ($0.titleSize, $0.textSize, $0.scriptSize) = (12, 10, 8) },
                themed("theme-font", "Another font") { ($0.fonts, $0.letterWidth) = ("'DejaVu Sans',sans-serif", 1.2) },
                themed("theme-airy", "More room and stronger frames") {
                    ($0.margin, $0.pad, $0.frameWidth, $0.tickLength) = (10, 5, 1, 5)
                },
            ])
    }
}
