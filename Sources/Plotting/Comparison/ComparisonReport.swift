/// A page that shows the figures that differ: old, new, both over each other, and what differs in words. No script.
package struct ComparisonReport: Sendable {
    /// One figure.
    package struct Entry: Sendable {
        /// The figure's name: its heading on the page, its row in the list, and the anchor that the row leads to.
        package var name: String
        /// The outcome in words, shown beside the name in the list and in the heading.
        package var verdict: String
        /// What differs, in plain text: a point of a list each; no list where it is empty.
        package var differences: [String]
        /// SVG documents; none where there is no such file.
        package var old: String?
        /// The SVG document just drawn; `nil` where there is only an old one.
        package var new: String?

        /// A figure that was compared, or that only one side has.
        package init(name: String, verdict: String, differences: [String] = [], old: String? = nil, new: String? = nil) {
            (self.name, self.verdict, self.differences, self.old, self.new) = (name, verdict, differences, old, new)
        }
    }

    /// The title of the page and its heading, in plain text.
    package var title: String
    /// The figures in the order in which the page lists and shows them.
    package var entries: [Entry]

    /// A page on the figures given; it is for the caller to leave out those that agree.
    package init(title: String, entries: [Entry]) { (self.title, self.entries) = (title, entries) }

    /// The page. Pictures are within it as images, so that identifiers of old and new do not meet.
    package var html: String {
        let rows = entries.map { entry in
            Element(
                "tr",
                children: [
                    Element("td", children: [Element("a", [("href", "#\(entry.name)")], text: entry.name)]),
                    Element("td", text: entry.verdict),
                ])
        }
        let content = [Element("h1", text: title), Element("table", children: rows)] + entries.map(section)
        return HTMLPage(title: title, style: Self.style, content: content).html
    }

    private func section(_ entry: Entry) -> Element {
        var parts = [Element("h2", text: "\(entry.name): \(entry.verdict)")]
        if !entry.differences.isEmpty { parts.append(Element("ul", children: entry.differences.map { Element("li", text: $0) })) }
        var pictures: [Element] = []
        if let old = entry.old { pictures.append(figure("old", [old])) }
        if let new = entry.new { pictures.append(figure("new", [new])) }
        if let old = entry.old, let new = entry.new, old != new {
            pictures.append(figure("overlay: black where both agree", [old, new]))
        }
        if !pictures.isEmpty { parts.append(Element("div", [("class", "pictures")], children: pictures)) }
        return Element("section", [("id", entry.name)], children: parts)
    }

    private func figure(_ caption: String, _ documents: [String]) -> Element {
        let images = documents.map { document in
            HTMLPage.image(of: document, saying: caption)
        }
        return Element(
            "figure",
            children: [
                Element("figcaption", text: caption),
                Element("div", [("class", documents.count > 1 ? "overlay" : "single")], children: images),
            ])
    }

    private static let style = """
        body{font:15px/1.4 sans-serif;margin:2em;max-width:1500px}
        td{padding:.1em 1em .1em 0}
        .pictures{display:flex;flex-wrap:wrap;gap:1em}
        figure{margin:0}
        .overlay{display:grid;background:#000;isolation:isolate}
        .overlay img{grid-area:1/1}
        .overlay img+img{mix-blend-mode:difference}
        """
}
