/// What an SVG document of ours shows: the semantic side of the file, without the order of attributes or the grouping.
package struct FigureReading: Sendable {
    /// Something that the figure says, apart from the data.
    package struct Fact: Sendable, Hashable {
        /// The aspect of the figure that a change of the fact counts as.
        package var aspect: FigureComparison.Aspect
        /// What it is about.
        package var key: String
        /// The words of the fact, such as a text, attributes as `name=value` or a count of pieces; empty where numbers say all.
        package var text: String
        /// Positions in points, or the ends of a domain.
        package var numbers: [Double]
    }

    /// A path that shows a series.
    package struct Drawn: Sendable, Hashable {
        /// The label of the panel that the path is drawn in, as in the table.
        package var panel: String
        /// The name of the series that the path shows, as in the table.
        package var series: String
        /// The data's positions: polylines, and single points for dots and markers.
        package var pieces: [[Point]]
        /// Whether every piece is a single point, so that the path shows data one by one and no line between them.
        package var isMarkers: Bool
    }

    /// All that the figure says apart from its series, in the order of the file.
    package var facts: [Fact] = []
    /// The paths that show series, in the order of the file: back to front within a panel.
    package var drawn: [Drawn] = []
    /// The panels with their axes, row by row, as the metadata declare them.
    package var panels: [PlacedPanel] = []
    /// The tolerance that the figure declares.
    package var tolerance = 0.0
    /// The inputs' names and digests.
    package var sources: [String] = []

    /// Reads an SVG document.
    ///
    /// - Throws: `FigureReadingError` where it is none of ours.
    package init(parsing svg: String) throws(FigureReadingError) { try self.init(reading: try Element(parsing: svg)) }

    /// Reads a tree of SVG elements.
    package init(reading root: Element) throws(FigureReadingError) {
        guard root.name == "svg" else { throw FigureReadingError(fault: "the root is \(root.name), not svg") }
        guard root.children.contains(where: { $0.name == "metadata" }) else {
            throw FigureReadingError(fault: "the figure has no metadata")
        }
        add(.axes, "page", "", (root["viewBox"] ?? "").split(separator: " ").compactMap { Double($0) })
        for child in root.children {
            switch child.name {
            case "title", "desc": add(.labels, child.name, child.text)
            case "metadata": try readMetadata(child)
            case "style": add(.style, "dark rules", child.text)
            case "defs":
                child.children.forEach { clip in
                    add(.axes, "clip", "", clip.children.flatMap { numbers($0, ["x", "y", "width", "height"]) })
                }
            default: try walk(child, Context(inherited: own(root)))
            }
        }
    }

    /// The scene's canonical text: a line for each fact, then for each drawn series. Equal texts mean equal pictures.
    package var canonicalText: String {
        var text = ""
        for fact in facts {
            text += "\(fact.aspect.rawValue)\t\(fact.key)\t\(fact.text)\t\(fact.numbers.map(numberText).joined(separator: " "))\n"
        }
        for path in drawn {
            let pieces = path.pieces.map { piece in piece.map { "\(numberText($0.x)),\(numberText($0.y))" }.joined(separator: " ")
            }
            text += "data\t\(path.panel)\t\(path.series)\t\(pieces.joined(separator: "; "))\n"
        }
        return text
    }

    mutating func add(_ aspect: FigureComparison.Aspect, _ key: String, _ text: String, _ numbers: [Double] = []) {
        facts.append(Fact(aspect: aspect, key: key, text: text, numbers: numbers))
    }

    // MARK: - Metadata

    private mutating func readMetadata(_ metadata: Element) throws(FigureReadingError) {
        for record in metadata.children.flatMap(\.children).flatMap(\.children) where record.name == "dc:source" {
            sources.append(record.text)
        }
        guard let figure = metadata.children.first(where: { $0["xmlns"] == Scene.namespace }),
            let tolerance = figure["tolerance"].flatMap({ Double($0) }), (0...1).contains(tolerance)
        else { throw FigureReadingError(fault: "the metadata say nothing of the axes") }
        self.tolerance = tolerance
        add(.axes, "tolerance", numberText(tolerance))
        for panel in figure.children {
            guard let label = panel["label"], panel.children.count == 2 else {
                throw FigureReadingError(fault: "the metadata name a panel without two axes")
            }
            panels.append(
                PlacedPanel(label: label, x: try Scale(reading: panel.children[0]), y: try Scale(reading: panel.children[1])))
        }
    }
}

extension Scale {
    /// Reads an axis of the metadata.
    init(reading element: Element) throws(FigureReadingError) {
        func number(_ name: String) -> Double? { element[name].flatMap { Double($0) } }
        let kind: Axis.Kind? =
            switch element["scale"] {
            case "linear": .linear
            case "log": .log
            case "symlog": number("threshold").flatMap { $0 > 0 && $0.isFinite ? .symlog(threshold: $0) : nil }
            default: nil
            }
        guard let kind, let low = number("low"), let high = number("high"), let start = number("start"), let end = number("end"),
            low < high, low.isFinite, high.isFinite, start != end, kind != .log || low > 0
        else { throw FigureReadingError(fault: "the metadata hold no scale for an axis") }
        self.init(kind, low: low, high: high, from: start, to: end)
    }
}
