extension Element {
    /// A drawing of ours for a page that says in text what the figure is called and what it shows: without its title, which is cut
    /// off at the top, and without what a page has no use for.
    ///
    /// Its width in points is the variable `--width` of its style. Identifiers stay; they begin with the figure's name, so that a page may hold several figures.
    ///
    /// - Parameter id: the element of the page that describes the figure.
    /// - Throws: `FigureReadingError` where the element is no drawing of ours.
    package func embedded(describedBy id: String) throws(FigureReadingError) -> Element {
        let box = (self["viewBox"] ?? "").split(separator: " ").compactMap { Double($0) }
        guard name == "svg", box.count == 4, box[2] > 0, box[3] > 0, let own = self["id"] else {
            throw FigureReadingError(fault: "the root is no SVG element with a viewBox and an identifier")
        }
        let cut = children.filter(\.isTitle).flatMap(\.textBottoms).max() ?? 0
        var drawing = without { $0.name == "metadata" || $0.name == "desc" || $0.isTitle }
        drawing.attributes = attributes.compactMap { attribute in
            switch attribute.name {
            case "viewBox":
                ("viewBox", "\(hundredths(box[0])) \(hundredths(cut)) \(hundredths(box[2])) \(hundredths(box[3] - cut))")
            case "height": ("height", "\(hundredths(box[3] - cut))pt")
            case "aria-labelledby": (attribute.name, "\(own)-title")
            default: attribute
            }
        }
        drawing.attributes += [("aria-describedby", id), ("style", "--width: \(hundredths(box[2]))")]
        return drawing
    }

    /// A length as a decimal of at most two places.
    private func hundredths(_ value: Double) -> String {
        let text = "\((value * 100).rounded() / 100)"
        return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
    }

    /// Whether it is the group of a figure's title.
    private var isTitle: Bool { name == "g" && self["class"]?.split(separator: " ").first == "title" }

    /// Where the rooms kept for the texts end below.
    private var textBottoms: [Double] {
        let box = (self["data-box"] ?? "").split(separator: " ").compactMap { Double($0) }
        return (box.count == 4 ? [box[1] + box[3]] : []) + children.flatMap(\.textBottoms)
    }

    /// The element without those within it that `isLeftOut` names, and without the rooms kept for texts.
    private func without(_ isLeftOut: (Element) -> Bool) -> Element {
        var rest = self
        rest.attributes.removeAll { $0.name == "data-box" }
        rest.content = content.compactMap { part in
            guard case .element(let element) = part else { return part }
            return isLeftOut(element) ? nil : .element(element.without(isLeftOut))
        }
        return rest
    }
}
