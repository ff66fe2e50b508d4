/// A staircase: each number holds until the next.
package struct Step: Mark {
    /// The data in their order: each ordinate holds until the abscissa of the next point.
    package var points: Series
    /// The stroke of the line; a marker is not drawn.
    package var style: Style

    /// A staircase.
    package init(x: [Double], y: [Double], as style: Style, named name: String? = nil) {
        points = Series(name ?? RichText(style.label).plain, x: x, y: y)
        self.style = style
    }

    /// The points, without the corners between them.
    package var series: [Series] { [points] }

    /// The staircase with every point in it, parted at gaps, and a circle for each point between two gaps.
    package func nodes(in frame: Frame) -> [SceneNode] {
        var line = Outline(), dots: [Point] = []
        for stretch in frame.stretches(of: points) {
            if stretch.count == 1 {
                dots.append(stretch[0])
                continue
            }
            var corners = [stretch[0]]
            for (previous, next) in zip(stretch, stretch.dropFirst()) { corners += [Point(next.x, previous.y), next] }
            line.add(corners)
        }
        var staircase = ScenePath(line, stroke: style.stroke)
        staircase.isStaircase = true
        var nodes = line.isEmpty ? [] : [staircase.showing(points.name)]
        if !dots.isEmpty { nodes.append(Marker.circle.path(at: dots, ink: style.ink).showing(points.name)) }
        return nodes
    }

    /// A level line in the style, without a marker.
    package func key(in box: Rectangle) -> [SceneNode] {
        let line = Outline(from: Point(box.x, box.midY), to: Point(box.maxX, box.midY))
        return [.path(ScenePath(line, stroke: style.stroke))]
    }
}
