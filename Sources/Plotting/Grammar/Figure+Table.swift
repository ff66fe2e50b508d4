extension Figure {
    /// The drawn numbers as a tab-separated text: a header, then a line for each point of each series of each panel.
    ///
    /// Missing coordinates are `nan`. The last column says what the reader must know of the numbers, `none` where that is nothing.
    package func table() -> String {
        var text = "\(Self.tableHeader)\n"
        let warning = cell(warning ?? "none")
        for (panel, label) in zip(panels, panelLabels) {
            let marks = panel.marks
            let names = seriesNames(of: marks)
            for (index, mark) in marks.enumerated() {
                for series in mark.series {
                    let head = "\(cell(label))\t\(cell(names[index][series.name] ?? series.name))\t"
                    for (x, y) in zip(series.x, series.y) {
                        text += head
                        text += numberText(x)
                        text += "\t"
                        text += numberText(y)
                        text += "\t\(warning)\n"
                    }
                }
            }
        }
        return text
    }

    /// The names of the table's columns.
    static let tableHeader = "panel\tseries\tx\ty\twarning"

    /// For each mark of a panel, its series' names and what they are called in the panel, where no two are alike.
    func seriesNames(of marks: [any Mark]) -> [[String: String]] {
        var unique = distinct(marks.flatMap { $0.series.map(\.name) })[...]
        return marks.map { mark in
            var names: [String: String] = [:]
            for series in mark.series { names[series.name] = unique.removeFirst() }
            return names
        }
    }

    /// A text as a cell: one line, not empty, and nothing that reads as a number.
    private func cell(_ text: String) -> String {
        let line = String(String.UnicodeScalarView(text.unicodeScalars.map { $0.value < 0x20 || $0.value == 0x7f ? " " : $0 }))
        return line.isEmpty ? "-" : line
    }
}
