/// Boxes of lines of text in columns, with arrows from earlier columns to later ones.
package struct Diagram: Sendable {
    /// A box.
    package struct Box: Sendable, Hashable {
        /// The heading of the box, in plain text; a rule parts it from the lines, where there are any.
        package var title: String
        /// The lines below the heading, in plain text, from top to bottom; never wrapped.
        package var lines: [String]
        /// The number of its column, from 0.
        package var column: Int

        /// A box of a heading and lines; its column is checked only when a diagram takes it.
        package init(_ title: String, lines: [String], column: Int) {
            (self.title, self.lines, self.column) = (title, lines, column)
        }
    }

    /// From one box to another, by their places among the boxes.
    package struct Arrow: Sendable, Hashable {
        /// The box that the arrow leaves, by the middle of its right side: an index of the diagram's `boxes`.
        package var from: Int
        /// The box that the arrow's head touches, in the middle of its left side: an index of the diagram's `boxes`.
        package var to: Int

        /// An arrow between two boxes; their columns are checked only when a diagram takes it.
        package init(from: Int, to: Int) { (self.from, self.to) = (from, to) }
    }

    /// The start of every identifier in the file; as a figure's name.
    package var name: String
    /// What stands above the boxes, in plain text and on one line.
    package var title: String
    /// For readers who cannot see it.
    package var description: String
    /// The boxes; those of one column stand below each other in this order.
    package var boxes: [Box]
    /// The arrows drawn, in the order given, without those that others in a row stand for.
    package var arrows: [Arrow]

    /// A diagram; an arrow that others in a row stand for is left out.
    ///
    /// - Precondition: columns start at 0, and every arrow leads to a later column.
    package init(_ name: String, title: String, description: String, boxes: [Box], arrows: [Arrow]) {
        for box in boxes { precondition(box.column >= 0, "the box \(box.title) in column \(box.column)") }
        for arrow in arrows {
            precondition(boxes[arrow.from].column < boxes[arrow.to].column, "an arrow back to \(boxes[arrow.to].title)")
        }
        (self.name, self.title, self.description, self.boxes) = (name, title, description, boxes)
        self.arrows = Self.reduced(arrows, count: boxes.count)
    }

    /// The diagram as an SVG document.
    package func svg() -> String { DiagramLayout(self).scene().svg }

    /// The arrows without those that others in a row stand for.
    private static func reduced(_ arrows: [Arrow], count: Int) -> [Arrow] {
        var next = [[Int]](repeating: [], count: count)
        for arrow in arrows { next[arrow.from].append(arrow.to) }
        func reaches(_ start: Int, _ end: Int) -> Bool {
            var open = [start], seen: Set<Int> = []
            while let box = open.popLast() {
                if box == end { return true }
                if seen.insert(box).inserted { open += next[box] }
            }
            return false
        }
        return arrows.filter { arrow in !next[arrow.from].contains { $0 != arrow.to && reaches($0, arrow.to) } }
    }
}
