extension Layout {
    /// A style and the mark whose key stands for it.
    typealias Entry = (label: RichText, mark: any Mark)

    /// The styles to name: each label once, data first, then by rank, then in the order of their first appearance.
    private var entries: [Entry] {
        var seen: Set<String> = []
        var marks: [any Mark] = []
        for mark in figure.panels.joined() where !mark.style.label.isEmpty && seen.insert(mark.style.label).inserted {
            marks.append(mark)
        }
        // Sorting is stable by the index, which the standard library's sort alone does not promise.
        let ordered = marks.enumerated().sorted {
            (-$0.element.style.layer.rawValue, $0.element.style.rank ?? 0, $0.offset)
                < (-$1.element.style.layer.rawValue, $1.element.style.rank ?? 0, $1.offset)
        }
        return ordered.map { (RichText($0.element.style.label), $0.element) }
    }

    /// Keys and names in lines above the panels. A single style needs none: the axis names it.
    func legend(from y: inout Double) -> [SceneNode] {
        let entries = entries
        guard entries.count > 1 else { return [] }
        let limit = figure.width.points - theme.margin, height = theme.textSize * theme.lineHeight + 1
        var x = theme.margin
        var nodes: [SceneNode] = []
        for entry in entries {
            let textWidth = metrics.width(of: entry.label, size: theme.textSize)
            if x > theme.margin, x + theme.keyLength + 4 + textWidth > limit {
                x = theme.margin
                y += height
            }
            let key = Rectangle(x: x, y: y, width: theme.keyLength, height: height)
            nodes += entry.mark.key(in: key)
            let base = Point(key.maxX + 4, key.midY + baseline(theme.textSize))
            nodes.append(.text(metrics.place(entry.label, at: base, size: theme.textSize, anchor: .start)))
            x = base.x + textWidth + 12
        }
        y += height + theme.pad
        return [.group(SceneGroup(.legend, nodes))]
    }

    // MARK: - Beside the lines

    /// The room for names to the right of a single panel.
    var directWidth: Double {
        let widest = entries.map { metrics.width(of: $0.label, size: theme.textSize) }.max() ?? 0
        return widest + Self.leader + 2
    }

    /// The length of the line from a curve's end to its name.
    private static let leader = 10.0

    /// Names at the right ends of the curves, moved apart where they would overlap, each led to its curve.
    func directLegend(beside frame: Frame) -> [SceneNode] {
        let marks = figure.panels[0]
        var places: [(label: RichText, style: Style, end: Double)] = []
        for entry in entries {
            let style = entry.mark.style
            guard let mark = marks.first(where: { $0.style.label == style.label }), let end = Self.end(of: mark, in: frame) else {
                continue
            }
            places.append((entry.label, style, end))
        }
        places.sort { $0.end < $1.end }
        let middles = Self.apart(places.map(\.end), by: theme.textSize * 1.25, within: frame.box.y...frame.box.maxY)
        let nodes = zip(places, middles).flatMap { place, middle -> [SceneNode] in
            let start = Point(frame.box.maxX + 1.5, place.end), end = Point(frame.box.maxX + Self.leader - 1.5, middle)
            let leader = ScenePath(Outline(from: start, to: end), stroke: Stroke(ink: place.style.ink, width: theme.frameWidth))
            let base = Point(frame.box.maxX + Self.leader, middle + baseline(theme.textSize))
            return [.path(leader), .text(metrics.place(place.label, at: base, size: theme.textSize, anchor: .start))]
        }
        return [.group(SceneGroup(.legend, nodes))]
    }

    /// The ordinate of a mark's rightmost point.
    private static func end(of mark: any Mark, in frame: Frame) -> Double? {
        if let rule = mark as? Rule, case .horizontal(let y) = rule.course { return frame.y.map(y) }
        let points = mark.series.flatMap { frame.stretches(of: $0).joined() }
        return points.max { $0.x < $1.x }?.y
    }

    /// The places in ascending order, moved as little as keeps neighbours `distance` apart.
    private static func apart(_ places: [Double], by distance: Double, within limits: ClosedRange<Double>) -> [Double] {
        var moved = places
        for index in moved.indices.dropFirst() { moved[index] = max(moved[index], moved[index - 1] + distance) }
        if let last = moved.indices.last { moved[last] = min(moved[last], limits.upperBound) }
        for index in moved.indices.dropLast().reversed() { moved[index] = min(moved[index], moved[index + 1] - distance) }
        return moved
    }
}
