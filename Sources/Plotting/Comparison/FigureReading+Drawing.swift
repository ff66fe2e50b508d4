extension FigureReading {
    /// Where in the figure an element stands.
    struct Context {
        var role = ""
        var panel: String?
        /// What the groups around say for all their parts.
        var inherited: [(name: String, value: String)] = []

        /// For messages.
        var place: String { panel.map { "panel \($0), \(role)" } ?? role }
    }

    mutating func walk(_ element: Element, _ context: Context) throws(FigureReadingError) {
        switch element.name {
        case "g":
            var inner = context
            let role = element["class"]?.split(separator: " ").first.map(String.init) ?? ""
            inner.role = role
            if role == "panel" { inner.panel = element["data-panel"] }
            inner.inherited = merged(context.inherited, own(element))
            for child in element.children { try walk(child, inner) }
        case "path": try readPath(element, context)
        case "text":
            let isTick = context.role == "labels" && context.panel != nil
            let aspect: FigureComparison.Aspect = isTick ? .axes : .labels
            let numbers = self.numbers(element, ["x", "y"])
            add(aspect, "\(context.place) text", written(element), numbers)
            add(.style, "\(context.place) text style", style(element, context))
        case "rect": add(.style, "ground", style(element, context), numbers(element, ["width", "height"]))
        default: throw FigureReadingError(fault: "the figure holds an element \(element.name)")
        }
    }

    private mutating func readPath(_ element: Element, _ context: Context) throws(FigureReadingError) {
        let outline = try Outline(parsing: element["d"] ?? "")
        if let series = element["data-series"], let panel = context.panel {
            add(.style, "\(context.place) \(series)", style(element, context))
            let marker = element["data-marker"].flatMap { Marker(rawValue: $0) }
            var pieces = outline.pieces.map { $0.points.map { Point(Double($0.x) / 100, Double($0.y) / 100) } }
            if let corners = marker?.corners, let first = corners.first {
                let width = extent(corners)
                pieces = pieces.map { drawn in
                    let radius = extent(drawn) / width
                    return [Point(drawn[0].x - radius * first.x, drawn[0].y - radius * first.y)]
                }
            } else if element["data-staircase"] != nil {
                pieces = pieces.map { corners in stride(from: 0, to: corners.count, by: 2).map { corners[$0] } }
            }
            if element["data-tiles"] != nil {
                pieces = pieces.map { [Point(($0[0].x + $0[$0.count / 2].x) / 2, ($0[0].y + $0[$0.count / 2].y) / 2)] }
            }
            if let strip = element["data-strip"].flatMap({ Double($0) }) {
                pieces = pieces.map { $0.map { Point(strip, $0.y) } }
            }
            let isMarkers = pieces.allSatisfy { $0.count == 1 }
            drawn.append(Drawn(panel: panel, series: series, pieces: pieces, isMarkers: isMarkers))
        } else {
            let aspect: FigureComparison.Aspect = ["frame", "ticks"].contains(context.role) ? .axes : .style
            let positions = outline.pieces.flatMap(\.points).flatMap { [Double($0.x) / 100, Double($0.y) / 100] }
            add(aspect, "\(context.place) lines", "\(outline.pieces.count) pieces", positions)
            add(.style, "\(context.place) lines style", style(element, context))
        }
    }

    /// The distance between the leftmost and the rightmost point.
    private func extent(_ points: [Point]) -> Double {
        let xs = points.map(\.x)
        return (xs.max() ?? 0) - (xs.min() ?? 0)
    }

    // MARK: - Attributes

    /// The attributes that say how things look, in alphabetical order.
    func own(_ element: Element) -> [(name: String, value: String)] {
        let others = [
            "id", "d", "x", "y", "width", "height", "transform", "data-box", "data-panel", "data-series", "clip-path", "class",
            "xmlns",
            "viewBox", "role", "aria-labelledby",
        ]
        var attributes = element.attributes.filter { !others.contains($0.name) }
        // Of a group the first class is its role; the others name inks, for the dark rules.
        let inks = (element["class"] ?? "").split(separator: " ").dropFirst(element.name == "g" ? 1 : 0)
        if !inks.isEmpty { attributes.append(("class", inks.joined(separator: " "))) }
        return attributes.sorted { $0.name < $1.name }
    }

    private func merged(
        _ outer: [(name: String, value: String)], _ inner: [(name: String, value: String)]
    ) -> [(name: String, value: String)] {
        let names = inner.map(\.name)
        return (outer.filter { !names.contains($0.name) } + inner).sorted { $0.name < $1.name }
    }

    private func style(_ element: Element, _ context: Context) -> String {
        merged(context.inherited, own(element)).map { "\($0.name)=\($0.value)" }.joined(separator: " ")
    }

    /// The text with the manner of its runs.
    private func written(_ element: Element) -> String {
        let turn = element["transform"].flatMap { $0.split(separator: " ").first } ?? ""
        return turn
            + element.content.map {
                switch $0 {
                case .text(let text): text
                case .element(let run): "[" + own(run).map { "\($0.name)=\($0.value)" }.joined(separator: " ") + "]" + run.text
                }
            }.joined()
    }

    func numbers(_ element: Element, _ names: [String]) -> [Double] { names.compactMap { element[$0].flatMap { Double($0) } } }
}
