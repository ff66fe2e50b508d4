/// A page that shows the figures that differ: old, new, both over each other, and what differs in words. No script.
package struct ComparisonReport: Sendable {
    /// One figure.
    package struct Entry: Sendable {
        package var name: String
        package var verdict: String
        package var differences: [String]
        /// SVG documents; none where there is no such file.
        package var old: String?
        package var new: String?

        /// A figure that was compared.
        package init(name: String, comparison: FigureComparison, old: String, new: String) {
            (self.name, self.old, self.new) = (name, old, new)
            verdict = comparison.verdict.description
            differences = comparison.differences.map(\.description)
        }

        /// A figure that only one side has.
        package init(name: String, verdict: String, old: String? = nil, new: String? = nil) {
            (self.name, self.verdict, self.old, self.new) = (name, verdict, old, new)
            differences = []
        }
    }

    package var title: String
    package var entries: [Entry]

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
        let body = Element(
            "body", children: [Element("h1", text: title), Element("table", children: rows)] + entries.map(section))
        let head = Element(
            "head", children: [Element("meta", [("charset", "utf-8")]), Element("title", text: title), Element("style", text: Self.style)])
        // The declaration of an XML document is none of HTML's.
        let page = Element("html", [("lang", "en")], children: [head, body]).document
        return "<!DOCTYPE html>\n" + page.drop { $0 != "\n" }.dropFirst()
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
            Element("img", [("alt", caption), ("src", "data:image/svg+xml;base64,\(base64(Array(document.utf8)))")])
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

/// Bytes in base 64 (RFC 4648).
func base64(_ bytes: [UInt8]) -> String {
    let digits = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
    var out: [UInt8] = []
    out.reserveCapacity((bytes.count + 2) / 3 * 4)
    for start in stride(from: 0, to: bytes.count, by: 3) {
        let count = min(3, bytes.count - start)
        let word = (0..<3).reduce(0) { $0 << 8 | ($1 < count ? Int(bytes[start + $1]) : 0) }
        for place in 0..<4 { out.append(place <= count ? digits[word >> (18 - 6 * place) & 63] : 0x3d) }
    }
    return String(decoding: out, as: UTF8.self)
}
