/// A straight line across the whole panel.
package struct Rule: Mark {
    /// Where it runs.
    package enum Course: Sendable, Hashable {
        case horizontal(Double)
        case vertical(Double)
        /// Through the points whose two numbers are equal; from corner to corner in a square figure.
        case diagonal
    }

    /// Where the line runs, in numbers of the axes rather than points of the page.
    package var course: Course
    /// The stroke of the line; a marker would show in the legend alone.
    package var style: Style
    /// What table and drawing call the line, the style's label in plain text unless given; the diagonal goes without.
    package var name: String

    private init(_ course: Course, as style: Style, named name: String?) {
        (self.course, self.style, self.name) = (course, style, name ?? RichText(style.label).plain)
    }

    /// A horizontal line.
    package init(y: Double, as style: Style, named name: String? = nil) { self.init(.horizontal(y), as: style, named: name) }

    /// A vertical line.
    package init(x: Double, as style: Style, named name: String? = nil) { self.init(.vertical(x), as: style, named: name) }

    /// The line y = x.
    package static func diagonal(as style: Style) -> Rule { Rule(.diagonal, as: style, named: nil) }

    /// One point, without the coordinate that the line does not fix; none for the diagonal.
    package var series: [Series] {
        switch course {
        case .horizontal(let y): [Series(name, x: [.nan], y: [y])]
        case .vertical(let x): [Series(name, x: [x], y: [.nan])]
        case .diagonal: []
        }
    }

    /// The line from side to side of the frame, bent for a diagonal of unlike axes; nothing where the axis lacks its number.
    package func nodes(in frame: Frame) -> [SceneNode] {
        let box = frame.box
        switch course {
        case .horizontal(let value):
            guard let y = frame.y.map(value) else { return [] }
            return [line(from: Point(box.x, y), to: Point(box.maxX, y)).showing(name)]
        case .vertical(let value):
            guard let x = frame.x.map(value) else { return [] }
            return [line(from: Point(x, box.maxY), to: Point(x, box.y)).showing(name)]
        case .diagonal:
            // Straight where both axes are of one kind; otherwise followed through many points.
            let values = (0...64).map { frame.x.invert(frame.x.start + (frame.x.end - frame.x.start) * Double($0) / 64) }
            var outline = Outline()
            for stretch in frame.stretches(of: Series(name, x: values, y: values)) {
                outline.add(frame.x.kind == frame.y.kind ? [stretch[0], stretch[stretch.count - 1]] : stretch)
            }
            return [.path(ScenePath(outline, stroke: style.stroke))]
        }
    }

    private func line(from start: Point, to end: Point) -> ScenePath {
        ScenePath(Outline(from: start, to: end), stroke: style.stroke)
    }
}
