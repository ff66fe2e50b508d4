extension Layout {
    /// A style and the mark whose key stands for it.
    typealias Entry = (label: RichText, mark: any Mark)

    /// The styles to name: each label once, data first, then by rank, then in the order of their first appearance.
    private var entries: [Entry] {
        var seen: Set<String> = []
        var marks: [any Mark] = []
        for mark in figure.panels.flatMap(\.marks) where !mark.style.label.isEmpty && seen.insert(mark.style.label).inserted {
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
        guard figure.legend == .top, entries.count > 1 else { return [] }
        let limit = width - theme.margin, height = theme.textSize * theme.lineHeight + 1
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
}
