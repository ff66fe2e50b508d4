extension Scene {
    /// What the figure is and where its numbers come from (Dublin Core), and how its positions become numbers again.
    var metadata: Element {
        let sources = inputs.map { Element("dc:source", text: "\($0.name) sha256:\($0.sha256)") }
        let description = Element(
            "rdf:Description",
            [("rdf:about", "")],
            children: [
                Element("dc:title", text: title), Element("dc:description", text: self.description),
                Element("dc:format", text: "image/svg+xml"), Element("dc:type", text: "StillImage"),
            ] + sources)
        let record = Element(
            "rdf:RDF",
            [("xmlns:rdf", "http://www.w3.org/1999/02/22-rdf-syntax-ns#"), ("xmlns:dc", "http://purl.org/dc/elements/1.1/")],
            children: [description])
        let axes = Element(
            "figure", [("xmlns", Self.namespace), ("tolerance", numberText(tolerance))],
            children: panels.map { panel in
                Element("panel", [("label", panel.label)], children: [axis("x", panel.x), axis("y", panel.y)])
            })
        return Element("metadata", children: [record, axes])
    }

    /// The name space of the axes.
    static let namespace = "urn:samedge:figure"

    private func axis(_ name: String, _ scale: Scale) -> Element {
        var attributes: [(String, String)] = []
        switch scale.kind {
        case .linear: attributes.append(("scale", "linear"))
        case .log: attributes.append(("scale", "log"))
        case .symlog(let threshold): attributes += [("scale", "symlog"), ("threshold", numberText(threshold))]
        }
        attributes += [
            ("low", numberText(scale.low)), ("high", numberText(scale.high)), ("start", decimalText(scale.start)),
            ("end", decimalText(scale.end)),
        ]
        return Element(name, attributes)
    }
}
