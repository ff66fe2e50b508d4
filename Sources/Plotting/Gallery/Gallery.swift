/// Every mark, scale, regime of ticks, form of label, edge case and theme on one sheet: for people to look at, and for tests.
package enum Gallery {
    /// Figures of one kind.
    package struct Section: Sendable {
        /// The heading above the figures on the sheet, in plain text.
        package var title: String
        /// The figures in the order of the sheet.
        package var figures: [Figure]
    }

    /// All of it, in the order of the sheet.
    package static var sections: [Section] { [marks, scales, ticks, labels, panels, edgeCases, themes] }

    /// All figures; no two of one name.
    package static var figures: [Figure] { sections.flatMap(\.figures) }

    /// The sheet: one page with every figure in it.
    ///
    /// - Throws: `FigureReadingError`, where a figure of ours could not be read back.
    package static func html() throws(FigureReadingError) -> String {
        var content = [
            Element("h1", text: "Gallery"),
            Element(
                "p", text: "Every mark, scale, regime of ticks, form of label, edge case and theme. Drawn at the size of print."),
        ]
        for section in sections {
            var pictures: [Element] = []
            for figure in section.figures { pictures.append(Element("div", children: [try Element(parsing: figure.svg())])) }
            content.append(Element("h2", text: section.title))
            content.append(Element("div", [("class", "pictures")], children: pictures))
        }
        // As images, which take the ground that the page gives them; inlined, all figures follow the reader's preference.
        content.append(Element("h2", text: "On a dark ground"))
        let dark = [everyMark("dark-marks"), grid("dark-grid")].map {
            HTMLPage.image(of: $0.svg(), saying: $0.title, [("style", "color-scheme:dark")])
        }
        content.append(Element("div", [("class", "pictures")], children: dark))
        return HTMLPage(title: "Gallery", style: style, content: content).html
    }

    private static let style = """
        body{font:15px/1.4 sans-serif;margin:2em;max-width:1500px}
        .pictures{display:flex;flex-wrap:wrap;gap:1em;align-items:start}
        .pictures svg{display:block}
        """

    /// A column wide figure of one panel.
    static func single(
        _ name: String, _ title: String, x: Axis = Axis("step"), y: Axis = Axis("*y*"), legend: Figure.Legend = .top,
        height: Arrangement.Height = .aspect(0.5), @PanelBuilder marks: () -> [any Mark]
    ) -> Figure {
        let content = marks()
        return Figure(
            name, title: title, description: "\(RichText(title).plain): a figure of the gallery.", x: x, y: y, legend: legend,
            width: .oneColumn, height: height
        ) { _, _ in content }
    }

    /// Made-up numbers between −1 and 1 without a pattern that the eye would see, the same each time.
    static func noise(_ index: Int) -> Double {
        var z = UInt64(truncatingIfNeeded: index &+ 1) &* 0x9e37_79b9_7f4a_7c15
        z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
        z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
        return Double((z ^ (z >> 31)) >> 11) / 4_503_599_627_370_496 - 1
    }
}
