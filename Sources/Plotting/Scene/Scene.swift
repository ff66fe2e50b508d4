/// A figure with every position resolved: what is written as SVG.
package struct Scene: Sendable, Hashable {
    /// The figure's name: the start of every identifier.
    package var name: String
    /// Plain text.
    package var title: String
    /// Plain text.
    package var description: String
    /// The width of the page, in points; of figures and diagrams a whole number of pixels of 1/96 inch.
    package var width: Double
    /// The height of the page, in points; of figures and diagrams a whole number of pixels of 1/96 inch.
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
    /// From abscissas to positions across the page; its ends are the left and right sides of the frame, in either order.
    package var x: Scale
    /// From ordinates to positions down the page; its ends are the lower and upper sides of the frame, in either order.
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
        case title, subtitle, warning, legend, headers, panel, series, frame, ticks, labels, notes, arrows, boxes
    }

    /// What the parts are; the first class of the group in the file.
    package var role: Role
    /// The panel's label, where the group is a panel.
    package var panel: String?
    /// What the parts are cut off at.
    package var clip: Rectangle?
    /// The parts, back to front.
    package var nodes: [SceneNode]

    init(_ role: Role, panel: String? = nil, clip: Rectangle? = nil, _ nodes: [SceneNode]) {
        (self.role, self.panel, self.clip, self.nodes) = (role, panel, clip, nodes)
    }
}

/// How a line is drawn.
package struct Stroke: Sendable, Hashable {
    /// The colour of the line.
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
    /// Where the lines, or the borders of the area, run on the lattice.
    package var outline: Outline
    /// How the outline is drawn; `nil` where it is not.
    package var stroke: Stroke?
    /// What the outline is filled with; `nil` where it is not.
    package var fill: Ink?
    /// Of stroke and fill together: from 0, invisible, to 1, which hides what lies below.
    package var opacity = 1.0
    /// The name of the series that the path shows.
    package var series: String?
    /// The kind of mark, where the points cannot be read off without knowing it.
    package var marker: Marker?
    /// Whether every second vertex is a corner of a staircase, not a datum.
    package var isStaircase = false
    /// Where the data of a strip lie across the page: its marks stand beside that, so that none hides another.
    package var strip: Double?
    /// Whether the pieces are tiles: the middles of their areas are the data.
    package var areTiles = false
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

    /// What is written, in one line.
    package var text: RichText
    /// Where the base line meets the anchor.
    package var position: Point
    /// Of the text, apart from subscripts and superscripts, in points.
    package var size: Double
    /// Of subscripts and superscripts.
    package var scriptSize: Double
    /// Whether the text starts at the position, has its middle there, or ends there.
    package var anchor: Anchor
    /// The colour of the letters.
    package var ink: Ink
    /// The direction of reading, as a turn about the position.
    package var turn: Turn
    /// The space kept for the text, before it is turned about the position.
    package var box: Rectangle
    /// Whether the letters are bold.
    package var isBold = false

    /// The space kept for the text on the page.
    package var pageBox: Rectangle {
        switch turn {
        case .level: box
        case .upward:
            Rectangle(
                x: position.x + (box.y - position.y), y: position.y - (box.maxX - position.x), width: box.height,
                height: box.width)
        case .downward:
            Rectangle(
                x: position.x - (box.maxY - position.y), y: position.y + (box.x - position.x), width: box.height,
                height: box.width)
        }
    }
}
