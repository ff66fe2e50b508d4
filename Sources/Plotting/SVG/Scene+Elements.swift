extension Scene {
    /// The scene as an SVG document.
    package var svg: String { element.document }

    /// The scene as a tree of SVG elements.
    package var element: Element {
        var writer = SceneWriter(name: name)
        let drawn = nodes.flatMap { writer.elements($0) }
        let ground = Element(
            "rect",
            [("class", "f-ground"), ("fill", Ink.ground.light), ("width", decimalText(width)), ("height", decimalText(height))])
        var parts = [
            Element("title", [("id", "\(name)-title")], text: title),
            Element("desc", [("id", "\(name)-desc")], text: description),
            metadata,
        ]
        if hasDarkRules { parts.append(Element("style", text: writer.darkRules)) }
        if !writer.clips.isEmpty { parts.append(Element("defs", children: writer.clips)) }
        return Element(
            "svg",
            [
                ("xmlns", "http://www.w3.org/2000/svg"), ("id", name), ("width", "\(decimalText(width))pt"),
                ("height", "\(decimalText(height))pt"), ("viewBox", "0 0 \(decimalText(width)) \(decimalText(height))"),
                ("role", "img"), ("aria-labelledby", "\(name)-title \(name)-desc"), ("font-family", fonts), ("fill", "none"),
                ("stroke-linejoin", "round"),
            ], children: parts + [ground] + drawn)
    }
}

/// Writes the parts of a scene, and remembers what they refer to.
struct SceneWriter {
    let name: String
    private(set) var clips: [Element] = []
    /// Those of lines, and those of areas and texts.
    private var strokes: Set<Ink> = []
    private var fills: Set<Ink> = [.ground]

    init(name: String) { self.name = name }

    mutating func elements(_ node: SceneNode) -> [Element] {
        switch node {
        case .group(let group): return [element(group)]
        case .path(let path): return path.outline.isEmpty ? [] : [element(path)]
        case .text(let text): return [element(text)]
        }
    }

    private mutating func element(_ group: SceneGroup) -> Element {
        var attributes = [("class", group.role.rawValue)]
        if let panel = group.panel { attributes.append(("data-panel", panel)) }
        if let clip = group.clip {
            let id = "\(name)-clip\(clips.count)"
            let box = Element(
                "rect",
                [
                    ("x", decimalText(clip.x)), ("y", decimalText(clip.y)), ("width", decimalText(clip.width)),
                    ("height", decimalText(clip.height)),
                ])
            clips.append(Element("clipPath", [("id", id)], children: [box]))
            attributes.append(("clip-path", "url(#\(id))"))
        }
        var children = group.nodes.flatMap { elements($0) }
        for attribute in Self.inherited {
            guard let value = Self.takeCommon(attribute, from: &children) else { continue }
            if attribute == "class" {
                attributes[0].1 += " " + value
            } else {
                attributes.append((attribute, value))
            }
        }
        return Element("g", attributes, children: children)
    }

    /// What a group can say for all its parts.
    private static let inherited = ["class", "stroke", "stroke-width", "fill", "font-size", "font-weight", "text-anchor"]

    /// Removes an attribute that all of several elements have alike, and gives its value.
    private static func takeCommon(_ attribute: String, from elements: inout [Element]) -> String? {
        guard elements.count > 1, elements.allSatisfy({ $0.name != "g" }), let value = elements[0][attribute],
            elements.allSatisfy({ $0[attribute] == value })
        else { return nil }
        for index in elements.indices { elements[index].attributes.removeAll { $0.name == attribute } }
        return value
    }

    private mutating func element(_ path: ScenePath) -> Element {
        var attributes: [(String, String)] = []
        var classes: [String] = []
        if let stroke = path.stroke { classes.append("s-\(stroke.ink.name)") }
        if let fill = path.fill { classes.append("f-\(fill.name)") }
        attributes.append(("class", classes.joined(separator: " ")))
        if let series = path.series { attributes.append(("data-series", series)) }
        if let marker = path.marker { attributes.append(("data-marker", marker.rawValue)) }
        if let strip = path.strip { attributes.append(("data-strip", decimalText(strip))) }
        if path.areTiles { attributes.append(("data-tiles", "yes")) }
        if path.isStaircase { attributes.append(("data-staircase", "yes")) }
        if let stroke = path.stroke {
            strokes.insert(stroke.ink)
            attributes += [("stroke", stroke.ink.light), ("stroke-width", decimalText(stroke.width))]
            if !stroke.dash.isEmpty {
                attributes.append(("stroke-dasharray", stroke.dash.map(decimalText).joined(separator: " ")))
            }
            if stroke.isRound { attributes.append(("stroke-linecap", "round")) }
        }
        if let fill = path.fill {
            fills.insert(fill)
            attributes.append(("fill", fill.light))
        }
        if path.opacity < 1 { attributes.append(("opacity", decimalText(path.opacity))) }
        attributes.append(("d", path.outline.pathData))
        return Element("path", attributes, children: path.tooltip.map { [Element("title", text: $0)] } ?? [])
    }

    /// Every ink used, for readers who prefer a dark ground; under the figure's own identifier, so that a page may hold several.
    var darkRules: String {
        let lines = strokes.sorted { $0.name < $1.name }.map { "#\(name) .s-\($0.name){stroke:\($0.dark)}" }
        let areas = fills.sorted { $0.name < $1.name }.map { "#\(name) .f-\($0.name){fill:\($0.dark)}" }
        return "@media (prefers-color-scheme:dark){\((lines + areas).joined())}"
    }
}

// MARK: - Text

extension SceneWriter {
    private mutating func element(_ text: SceneText) -> Element {
        fills.insert(text.ink)
        let x = decimalText(text.position.x), y = decimalText(text.position.y)
        var attributes = [
            ("class", "f-\(text.ink.name)"), ("x", x), ("y", y), ("font-size", decimalText(text.size)), ("fill", text.ink.light),
        ]
        if text.isBold { attributes.append(("font-weight", "bold")) }
        if text.anchor != .start { attributes.append(("text-anchor", text.anchor.rawValue)) }
        if text.turn != .level { attributes.append(("transform", "rotate(\(text.turn.rawValue) \(x) \(y))")) }
        attributes.append(
            ("data-box", [text.box.x, text.box.y, text.box.width, text.box.height].map(decimalText).joined(separator: " ")))
        // The blanks at a run's ends, and all but one of several, are else for each program to keep or to leave out.
        if text.text.runs.contains(where: { Self.mayLoseBlanks($0.text) }) { attributes.append(("xml:space", "preserve")) }
        return Element("text", attributes, runs(of: text))
    }

    private static func mayLoseBlanks(_ text: String) -> Bool {
        text.hasPrefix(" ") || text.hasSuffix(" ") || text.contains("  ")
    }

    /// The runs: plain text as it is, everything else in a span. Each shift is taken back by the next run.
    private func runs(of text: SceneText) -> [Element.Content] {
        let metrics = TextMetrics(scriptSize: text.scriptSize)
        var shift = 0.0
        return text.text.runs.map { run in
            let wanted =
                switch run.level {
                case .base: 0.0
                case .below: metrics.drop * text.size
                case .above: -metrics.rise * text.size
                }
            var attributes: [(String, String)] = []
            if wanted != shift { attributes.append(("dy", decimalText(wanted - shift))) }
            if run.level != .base { attributes.append(("font-size", decimalText(metrics.scriptSize))) }
            if run.isItalic { attributes.append(("font-style", "italic")) }
            shift = wanted
            // The fonts asked for lack the double line, and not every program looks for it in others.
            let letters = run.text.split(separator: "‖", omittingEmptySubsequences: false).joined(separator: "||")
            return attributes.isEmpty ? .text(letters) : .element(Element("tspan", attributes, text: letters))
        }
    }
}
