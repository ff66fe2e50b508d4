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
        /// Above the panels, where there are several.
        case top
        /// Nowhere: texts in the panels name them.
        case none
    }

    /// The width in print.
    package enum Width: Sendable, CaseIterable {
        /// 3.25 inches.
        case oneColumn
        /// 6.75 inches.
        case twoColumns

        /// In points; a whole number of pixels of 1/96 inch.
        package var points: Double { self == .oneColumn ? 234 : 486 }
        /// For people who set the page.
        var text: String { self == .oneColumn ? "one column, 3.25 inches wide" : "two columns (figure*), 6.75 inches wide" }
    }

    /// The name of the file, and the start of every identifier in it.
    package var name: String
    /// With marks as in `RichText`; of a figure of the paper its finding.
    package var title: String
    /// The lines below the title, in grey: what is drawn; none where it is empty.
    package var subtitle = ""
    /// What is to be seen, for readers who cannot see it; plain text.
    package var description: String
    /// Where the styles are named.
    package var legend: Legend
    /// The width on the page unless another is asked for.
    package var width: Width
    /// Which panels stand where in one column; `nil` of a figure that needs two.
    package var oneColumn: Arrangement?
    /// Which panels stand where in two columns.
    package var twoColumns: Arrangement
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
    /// The panels, in the order of the table.
    package var panels: [Panel]

    /// A figure of panels, each with axes of its own.
    ///
    /// - Precondition: the name is made of ASCII letters, digits and hyphens, and starts with a letter; each arrangement names
    ///   every panel once.
    package init(
        _ name: String, title: String, subtitle: String = "", description: String, legend: Legend = .none,
        width: Width = .twoColumns, oneColumn: Arrangement?, twoColumns: Arrangement, panels: [Panel]
    ) {
        let isLetter = { (byte: UInt8) in (0x41...0x5a).contains(byte & 0xdf) }
        precondition(
            name.utf8.first.map(isLetter) ?? false
                && name.utf8.allSatisfy { isLetter($0) || (0x30...0x39).contains($0) || $0 == 0x2d },
            "no figure can be named \(name)")
        for arrangement in [oneColumn ?? twoColumns, twoColumns] {
            precondition(arrangement.panels.sorted() == Array(panels.indices), "an arrangement of \(name) lacks a panel")
        }
        (self.name, self.title, self.subtitle, self.description, self.legend) = (name, title, subtitle, description, legend)
        (self.width, self.oneColumn, self.twoColumns, self.panels) = (width, oneColumn, twoColumns, panels)
    }

    /// A grid of panels with one kind of axes, filled one by one; at one column a row of several becomes several rows.
    ///
    /// - Throws: what `marks` throws.
    package init(
        _ name: String, title: String, description: String, x: Axis, y: Axis, facet: Facet = .single, legend: Legend = .top,
        width: Width = .twoColumns, height: Arrangement.Height = .aspect(0.66),
        @PanelBuilder marks: (_ row: Int, _ column: Int) throws -> [any Mark]
    ) rethrows {
        func group(_ sharing: Axis.Sharing, _ row: Int, _ column: Int) -> String? {
            switch sharing {
            case .all: "all"
            case .rows: "row \(row)"
            case .columns: "column \(column)"
            case .none: nil
            }
        }
        var panels: [Panel] = []
        for row in facet.rows.indices {
            for column in facet.columns.indices {
                let label = [facet.rows[row], facet.columns[column]].map { RichText($0).plain }.filter { !$0.isEmpty }
                panels.append(
                    try Panel(
                        label.joined(separator: ", "), header: row == 0 ? facet.columns[column] : "", x: x, y: y,
                        xGroup: group(x.sharing, row, column), yGroup: group(y.sharing, row, column)
                    ) { try marks(row, column) })
            }
        }
        let columns = facet.columns.count
        let grid = Arrangement(
            facet.rows.indices.map { row in
                .init(facet.columns.indices.map { .panel(row * columns + $0) }, height: height, note: facet.rows[row])
            })
        let stack = Arrangement.rows(of: 1, panels: columns, height: height)
        self.init(
            name, title: title, description: description, legend: legend, width: width,
            oneColumn: facet.rows.count == 1 ? stack : grid, twoColumns: grid, panels: panels)
    }

    /// What the table calls the panels; no two alike.
    package var panelLabels: [String] { distinct(panels.map { $0.label.isEmpty ? "all" : $0.label }) }

    /// The figure for a width of the page; for two columns where it needs them.
    package func drawn(for width: Width) -> Figure {
        var figure = self
        figure.width = oneColumn == nil ? .twoColumns : width
        return figure
    }

    /// The arrangement at its width.
    var arrangement: Arrangement { width == .oneColumn ? oneColumn ?? twoColumns : twoColumns }
}

extension Arrangement {
    /// The panels in the order of reading.
    var panels: [Int] {
        rows.flatMap(\.cells).compactMap { if case .panel(let panel, _) = $0 { panel } else { nil } }
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
