/// A figure as a value: what is shown, without a single position.
///
/// ```swift
/// Figure(
///     "loss", title: "Training loss", description: "The training loss at every step.",
///     x: Axis("step"), y: Axis("training loss", scale: .log), facet: Facet(rows: ["*η* = 0.1"], columns: ["*ρ* = 0"])
/// ) { row, column in
///     Line(x: steps, y: losses, as: .dense)
/// }
/// ```
package struct Figure: Sendable {
    /// A file that numbers of the figure come from.
    package struct Input: Sendable, Hashable {
        /// The file's name, as the metadata of the SVG give it.
        package var name: String
        /// The SHA-256 digest of the file's bytes, as hexadecimal text; written into the metadata as it is.
        package var sha256: String

        /// A file by its name and digest; neither is checked.
        package init(_ name: String, sha256: String) { (self.name, self.sha256) = (name, sha256) }
    }

    /// Where the styles are named.
    package enum Legend: Sendable {
        /// Above the panels.
        case top
        /// Beside the ends of the lines; for a single panel only.
        case direct
    }

    /// The width in print.
    package enum Width: Sendable {
        /// 3.4 inches, and a whole number of pixels.
        case oneColumn
        /// 7 inches.
        case twoColumns

        /// In points.
        package var points: Double { self == .oneColumn ? 244.5 : 504 }
        /// For people who set the page.
        var text: String { self == .oneColumn ? "one column, 3.4 inches wide" : "two columns (figure*), 7 inches wide" }
    }

    /// The shape of the panels.
    package enum Shape: Sendable, Hashable {
        /// Height over width.
        case aspect(Double)
        /// As high as wide, with one domain for both axes of a panel.
        case square
    }

    /// The name of the file, and the start of every identifier in it.
    package var name: String
    /// With marks as in `RichText`.
    package var title: String
    /// What is to be seen, for readers who cannot see it; plain text.
    package var description: String
    /// The abscissas of all panels; in a square figure the scale and domain of the ordinates too.
    package var x: Axis
    /// The ordinates of all panels; in a square figure `x` decides on their scale and domain.
    package var y: Axis
    /// The headers of the rows and columns of panels; there is a panel for each row and column.
    package var facet: Facet
    /// Where the styles are named; above the panels in any case where there are several.
    package var legend: Legend
    /// The width on the page; the height follows from it, the shape of the panels and what stands around them.
    package var width: Width
    /// The shape of every panel; all panels are of one size.
    package var shape: Shape
    /// Fonts, sizes and distances; set after the figure is made, where the usual ones do not do.
    package var theme = Theme()
    /// What the reader must know of the numbers; shown on the figure and in every row of its table.
    package var warning: String?
    /// The files that the numbers come from, for the metadata of the SVG; none unless set after the figure is made.
    package var inputs: [Input] = []
    /// How the numbers came about, for the caption; plain text, a sentence each.
    package var settings: [String] = []
    /// By how much numbers may differ and still count as the same, relative to what an axis shows.
    package var tolerance = 1e-6
    /// The marks of each panel, row by row.
    package var panels: [[any Mark]]

    /// A figure whose panels are filled one by one.
    ///
    /// - Throws: what `marks` throws.
    /// - Precondition: the name is made of ASCII letters, digits and hyphens, and starts with a letter.
    package init(
        _ name: String, title: String, description: String, x: Axis, y: Axis, facet: Facet = .single, legend: Legend = .top,
        width: Width = .twoColumns, shape: Shape = .aspect(0.66),
        @PanelBuilder marks: (_ row: Int, _ column: Int) throws -> [any Mark]
    ) rethrows {
        let isLetter = { (byte: UInt8) in (0x41...0x5a).contains(byte & 0xdf) }
        precondition(
            name.utf8.first.map(isLetter) ?? false
                && name.utf8.allSatisfy { isLetter($0) || (0x30...0x39).contains($0) || $0 == 0x2d },
            "no figure can be named \(name)")
        (self.name, self.title, self.description, self.x, self.y) = (name, title, description, x, y)
        (self.facet, self.legend, self.width, self.shape) = (facet, legend, width, shape)
        panels = []
        for row in facet.rows.indices {
            for column in facet.columns.indices { panels.append(try marks(row, column)) }
        }
    }

    /// What the table calls the panels, row by row: their headers in plain text; no two alike.
    package var panelLabels: [String] {
        let labels = facet.rows.flatMap { row in
            facet.columns.map { column in
                [row, column].map { RichText($0).plain }.filter { !$0.isEmpty }.joined(separator: ", ")
            }
        }
        return distinct(labels.map { $0.isEmpty ? "all" : $0 })
    }
}

/// The names, with a number behind those that stood there before.
func distinct(_ names: [String]) -> [String] {
    var seen: Set<String> = []
    return names.map { name in
        var candidate = name, number = 1
        while !seen.insert(candidate).inserted {
            number += 1
            candidate = "\(name) (\(number))"
        }
        return candidate
    }
}
