/// A figure with every position resolved: what is written as SVG.
package struct Scene: Sendable, Hashable {
    /// The figure's name: the start of every identifier.
    package var name: String
    /// Plain text.
    package var title: String
    /// Plain text.
    package var description: String
    package var width: Double
    package var height: Double
    /// The fonts asked for.
    package var fonts: String
    /// Whether the file carries colours for a dark ground.
    package var hasDarkRules: Bool
    /// The file names and digests that the numbers come from.
    package var inputs: [Figure.Input]
    /// By how much numbers may differ from another drawing's and still count as the same, relative to what an axis shows.
    package var tolerance: Double
    /// The panels' frames and axes, row by row.
    package var panels: [PlacedPanel]
    /// What is drawn, back to front.
    package var nodes: [SceneNode]
}

/// Where a panel lies, and how its numbers become positions.
package struct PlacedPanel: Sendable, Hashable {
    /// What the table calls it; no two have one label.
    package var label: String
    package var x: Scale
    package var y: Scale
}

/// A part of a scene.
package indirect enum SceneNode: Sendable, Hashable {
    case group(SceneGroup)
    case path(ScenePath)
    case text(SceneText)
}

/// Parts that belong together.
package struct SceneGroup: Sendable, Hashable {
    /// What the parts are, for readers of the file and for comparisons.
    package enum Role: String, Sendable {
        case title, warning, legend, headers, panel, grid, series, frame, ticks, labels, arrows, boxes
    }

    package var role: Role
    /// The panel's label, where the group is a panel.
    package var panel: String?
    /// What the parts are cut off at.
    package var clip: Rectangle?
    package var nodes: [SceneNode]

    init(_ role: Role, panel: String? = nil, clip: Rectangle? = nil, _ nodes: [SceneNode]) {
        (self.role, self.panel, self.clip, self.nodes) = (role, panel, clip, nodes)
    }
}

/// How a line is drawn.
package struct Stroke: Sendable, Hashable {
    package var ink: Ink
    /// In points.
    package var width: Double
    /// Lengths of strokes and gaps in points; none for a solid line.
    package var dash: [Double] = []
    /// Whether ends are round, as dots are; otherwise they are cut.
    package var isRound = false
}

/// Lines, or an area.
package struct ScenePath: Sendable, Hashable {
    package var outline: Outline
    package var stroke: Stroke?
    package var fill: Ink?
    package var opacity = 1.0
    /// The name of the series that the path shows.
    package var series: String?
    /// The kind of mark, where the points cannot be read off without knowing it.
    package var marker: Marker?
    /// Whether every second vertex is a corner of a staircase, not a datum.
    package var isStaircase = false
    /// What a pointer resting on the path brings up.
    package var tooltip: String?

    init(_ outline: Outline, stroke: Stroke? = nil, fill: Ink? = nil, opacity: Double = 1) {
        (self.outline, self.stroke, self.fill, self.opacity) = (outline, stroke, fill, opacity)
    }
}

/// One line of text.
package struct SceneText: Sendable, Hashable {
    /// Which part of the text stands at the position.
    package enum Anchor: String, Sendable { case start, middle, end }
    /// The direction of reading.
    package enum Turn: Int, Sendable { case level = 0, upward = -90, downward = 90 }

    package var text: RichText
    /// Where the base line meets the anchor.
    package var position: Point
    package var size: Double
    /// Of subscripts and superscripts.
    package var scriptSize: Double
    package var anchor: Anchor
    package var ink: Ink
    package var turn: Turn
    /// The space kept for the text, before it is turned about the position.
    package var box: Rectangle

    /// The space kept for the text on the page.
    package var pageBox: Rectangle {
        switch turn {
        case .level: box
        case .upward:
            Rectangle(
                x: position.x + (box.y - position.y), y: position.y - (box.maxX - position.x), width: box.height, height: box.width)
        case .downward:
            Rectangle(
                x: position.x - (box.maxY - position.y), y: position.y + (box.x - position.x), width: box.height, height: box.width)
        }
    }
}
