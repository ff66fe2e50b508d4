/// Places the boxes of a diagram: each column as wide as its widest text and centred on the tallest; an arrow that passes a
/// column has a lane of its own there, so that none runs behind a box.
struct DiagramLayout {
    private let diagram: Diagram
    private let theme: Theme = {
        var theme = Theme()
        (theme.titleSize, theme.textSize, theme.scriptSize) = (9.5, 8, 6.5)
        return theme
    }()
    private let metrics: TextMetrics
    /// By box.
    private var places: [Rectangle] = []
    /// By arrow, the middles of its lanes from left to right.
    private var lanes: [[(start: Double, end: Double, y: Double)]] = []
    private var width = 0.0
    private var bottom = 0.0

    init(_ diagram: Diagram) {
        self.diagram = diagram
        metrics = TextMetrics(theme)
        place()
    }

    private var lineHeight: Double { theme.textSize * theme.lineHeight }
    private let padding = 5.0, gap = 12.0, columnGap = 36.0, laneHeight = 14.0

    private func width(_ text: String) -> Double { metrics.width(of: RichText(plain: text), size: theme.textSize) }
    private func height(_ box: Diagram.Box) -> Double { Double(box.lines.count + 1) * lineHeight + 2 * padding }

    private mutating func place() {
        places = diagram.boxes.map { _ in Rectangle(x: 0, y: 0, width: 0, height: 0) }
        lanes = diagram.arrows.map { _ in [] }
        let columns = (diagram.boxes.map(\.column).max() ?? -1) + 1
        func passing(_ column: Int) -> [Int] {
            diagram.arrows.indices.filter {
                diagram.boxes[diagram.arrows[$0].from].column < column && diagram.boxes[diagram.arrows[$0].to].column > column
            }
        }
        let contents = (0..<columns).map { column in
            (boxes: diagram.boxes.indices.filter { diagram.boxes[$0].column == column }, lanes: passing(column))
        }
        let heights = contents.map { boxes, lanes in
            boxes.reduce(0) { $0 + height(diagram.boxes[$1]) + gap } + Double(lanes.count) * laneHeight
                - (lanes.isEmpty ? gap : 0)
        }
        let top = theme.margin + theme.titleSize * theme.lineHeight + 3 * theme.pad, tallest = heights.max() ?? 0
        var x = theme.margin
        for (column, content) in contents.enumerated() {
            let widest =
                content.boxes.map { box in ([diagram.boxes[box].title] + diagram.boxes[box].lines).map(width).max() ?? 0 }.max()
                ?? 0
            let columnWidth = widest + 2 * padding + 2 * metrics.overhang * theme.textSize
            var y = top + (tallest - heights[column]) / 2
            for box in content.boxes {
                places[box] = Rectangle(x: x, y: y, width: columnWidth, height: height(diagram.boxes[box]))
                y += places[box].height + gap
            }
            for arrow in content.lanes {
                lanes[arrow].append((x, x + columnWidth, y + laneHeight / 2))
                y += laneHeight
            }
            x += columnWidth + columnGap
        }
        width =
            max(x - columnGap, theme.margin + metrics.width(of: RichText(plain: diagram.title), size: theme.titleSize))
            + theme.margin
        bottom = top + tallest + theme.margin
    }

    // MARK: - The scene

    func scene() -> Scene {
        let title = metrics.place(
            RichText(plain: diagram.title), at: Point(theme.margin, theme.margin + metrics.ascent * theme.titleSize),
            size: theme.titleSize,
            anchor: .start)
        let arrows = diagram.arrows.indices.map { SceneNode.path(ScenePath(line(of: $0), stroke: stroke)) }
        let heads = diagram.arrows.indices.map { SceneNode.path(ScenePath(head(of: $0), fill: .frame)) }
        let boxes = diagram.boxes.indices.map { SceneNode.group(SceneGroup(.boxes, nodes(of: $0))) }
        // Whole pixels of 1/96 inch, so that all programs draw pictures of one size.
        func whole(_ length: Double) -> Double { (length / 0.75).rounded(.up) * 0.75 }
        return Scene(
            name: diagram.name, title: diagram.title, description: diagram.description, width: whole(width),
            height: whole(bottom),
            fonts: theme.fonts, hasDarkRules: theme.hasDarkRules, inputs: [], tolerance: 0, panels: [],
            nodes: [
                .group(SceneGroup(.title, [.text(title)])), .group(SceneGroup(.arrows, arrows)),
                .group(SceneGroup(.arrows, heads)),
            ] + boxes)
    }

    private var stroke: Stroke { Stroke(ink: .frame, width: theme.frameWidth) }
    private static let headLength = 5.0

    private func end(of arrow: Int) -> Point {
        let box = places[diagram.arrows[arrow].to]
        return Point(box.x, box.midY)
    }

    /// From the middle of the right side to the middle of the left side, along the lanes.
    private func line(of arrow: Int) -> Outline {
        let start = places[diagram.arrows[arrow].from], end = end(of: arrow)
        var outline = Outline()
        outline.add(
            [Point(start.maxX, start.midY)] + lanes[arrow].flatMap { [Point($0.start, $0.y), Point($0.end, $0.y)] }
                + [Point(end.x - Self.headLength, end.y), end])
        return outline
    }

    private func head(of arrow: Int) -> Outline {
        let tip = end(of: arrow), back = tip.x - Self.headLength
        var outline = Outline()
        outline.add([tip, Point(back, tip.y - 2.2), Point(back, tip.y + 2.2)], isClosed: true)
        return outline
    }

    private func nodes(of index: Int) -> [SceneNode] {
        let box = diagram.boxes[index], place = places[index]
        let left = place.x + padding + metrics.overhang * theme.textSize
        func text(_ text: String, line: Int) -> SceneText {
            // The title in the middle of its part, the lines evenly below.
            let middle =
                line == 0 && !box.lines.isEmpty ? (padding + lineHeight) / 2 : padding + (Double(line) + 0.5) * lineHeight
            let y = place.y + middle + metrics.capHeight * theme.textSize / 2
            return metrics.place(RichText(plain: text), at: Point(left, y), size: theme.textSize, anchor: .start)
        }
        let rule = place.y + padding + lineHeight
        let frame = ScenePath(Outline(place), stroke: stroke, fill: .ground)
        let title = SceneNode.text(text(box.title, line: 0))
        let divider = ScenePath(
            Outline(from: Point(place.x, rule), to: Point(place.maxX, rule)), stroke: Stroke(ink: .minor, width: theme.frameWidth)
        )
        let lines = box.lines.enumerated().map { SceneNode.text(text($1, line: $0 + 1)) }
        return [.path(frame)] + (lines.isEmpty ? [] : [.path(divider)]) + [title] + lines
    }
}
