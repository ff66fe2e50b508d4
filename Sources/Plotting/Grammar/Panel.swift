/// A frame with its axes and what is drawn in it.
package struct Panel: Sendable {
    /// What the table calls it, in plain text; the layout makes equal ones differ.
    package var label: String
    /// The line above the frame, bold, with marks as in `RichText`; none where it is empty.
    package var header: String
    /// The colour of the header.
    package var headerInk: Ink
    /// The abscissas; in a square panel their scale and domain hold for the ordinates too.
    package var x: Axis
    /// The ordinates.
    package var y: Axis
    /// Panels of one group have one domain of abscissas; of those below each other the lowest alone has labels.
    package var xGroup: String?
    /// Panels of one group have one domain of ordinates; of those beside each other the leftmost alone has labels.
    package var yGroup: String?
    /// What is drawn.
    package var marks: [any Mark]

    /// A panel.
    ///
    /// - Throws: what `marks` throws.
    package init(
        _ label: String, header: String = "", headerInk: Ink = .text, x: Axis, y: Axis, xGroup: String? = nil,
        yGroup: String? = nil, @PanelBuilder marks: () throws -> [any Mark]
    ) rethrows {
        (self.label, self.header, self.headerInk, self.x, self.y) = (label, header, headerInk, x, y)
        (self.xGroup, self.yGroup) = (xGroup, yGroup)
        self.marks = try marks()
    }
}

/// Which panels stand beside and below each other, at one width of the page.
package struct Arrangement: Sendable, Hashable {
    /// A part of a row.
    package enum Cell: Sendable, Hashable {
        /// A panel by its number; weights share out the width.
        case panel(Int, weight: Double = 1)
        /// Nothing.
        case blank(weight: Double = 1)
    }

    /// How high the frames of a row are.
    package enum Height: Sendable, Hashable {
        /// In points.
        case points(Double)
        /// Relative to the width of the row's first panel, about.
        case aspect(Double)
        /// As high as the first panel is wide.
        case square
    }

    /// Panels side by side, or a line of text in their place.
    package struct Row: Sendable, Hashable {
        /// What stands beside each other; empty for a line of text.
        package var cells: [Cell]
        /// The height of the frames.
        package var height: Height
        /// What stands to the right of the frames, or is the line of text; with marks as in `RichText`.
        package var note: String

        /// A row of cells.
        package init(_ cells: [Cell], height: Height, note: String = "") {
            (self.cells, self.height, self.note) = (cells, height, note)
        }

        /// A line of text, such as of runs that all diverged.
        package static func line(_ text: String) -> Row { Row([], height: .points(0), note: text) }
    }

    /// From top to bottom.
    package var rows: [Row]

    /// An arrangement of rows.
    package init(_ rows: [Row]) { self.rows = rows }

    /// All panels of a figure in as few rows of at most so many as there must be, of about the same number.
    package static func rows(ofAtMost most: Int, panels: Int, height: Height) -> Arrangement {
        let rows = max(1, (panels + most - 1) / most)
        return .rows(of: max(1, (panels + rows - 1) / rows), panels: panels, height: height)
    }

    /// All panels of a figure in rows of so many.
    package static func rows(of count: Int, panels: Int, height: Height) -> Arrangement {
        Arrangement(
            stride(from: 0, to: panels, by: count).map { start in
                let shown = (start..<min(start + count, panels)).map { Cell.panel($0) }
                return Row(shown + (shown.count..<count).map { _ in .blank() }, height: height)
            })
    }
}
