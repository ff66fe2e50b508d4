/// The table of a figure as it was written: what each series of each panel holds.
package struct FigureTable: Sendable {
    /// One series.
    package struct Entry: Sendable {
        /// The label of the panel, from the table's first column; one of `Figure.panelLabels`.
        package var panel: String
        /// The series under the name that the second column gives it, with all its rows; `nan` where a coordinate is missing.
        package var series: Series
    }

    /// In the order of the table.
    package var entries: [Entry] = []
    /// What the reader must know of the numbers, as the figure says it; `none` where that is nothing.
    package var warning = "none"

    /// Reads the text of `Figure.table()`.
    ///
    /// - Throws: `FigureReadingError` with the line.
    package init(parsing text: String) throws(FigureReadingError) {
        guard text.utf8.last == 0x0a else { throw FigureReadingError(fault: "the table's last line has no end") }
        var lines = text.utf8.split(separator: 0x0a, omittingEmptySubsequences: false).dropLast().makeIterator()
        guard let header = lines.next(), String(Substring(header)) == Figure.tableHeader else {
            throw FigureReadingError(fault: "the table has no header of panel, series, x, y, warning")
        }
        var places: [String: Int] = [:]
        // Rows of a series stand together, so that its names are read once.
        var head: Substring.UTF8View?, place = 0
        var number = 1
        while let line = lines.next() {
            number += 1
            let tabs = line.indices.filter { line[$0] == 0x09 }
            guard tabs.count == 4, let x = Self.number(line[line.index(after: tabs[1])..<tabs[2]]),
                let y = Self.number(line[line.index(after: tabs[2])..<tabs[3]])
            else { throw FigureReadingError(fault: "line \(number) of the table is no panel, series, x, y and warning") }
            // Every line has the figure's only warning.
            if number == 2 { warning = String(Substring(line[line.index(after: tabs[3])...])) }
            let names = line[..<tabs[1]]
            if head.map({ !$0.elementsEqual(names) }) ?? true {
                head = names
                let key = String(Substring(names))
                place = places[key] ?? entries.count
                if place == entries.count {
                    places[key] = place
                    let series = Series(String(Substring(line[line.index(after: tabs[0])..<tabs[1]])), x: [], y: [])
                    entries.append(Entry(panel: String(Substring(line[..<tabs[0]])), series: series))
                }
            }
            entries[place].series.x.append(x)
            entries[place].series.y.append(y)
        }
    }

    private static func number(_ cell: Substring.UTF8View) -> Double? {
        cell.elementsEqual("nan".utf8) ? .nan : Double(Substring(cell))
    }
}
