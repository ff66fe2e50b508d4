/// The table of a figure as it was written: what each series of each panel holds.
package struct FigureTable: Sendable {
    /// One series.
    package struct Entry: Sendable {
        package var panel: String
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
        var number = 1
        while let line = lines.next() {
            number += 1
            let cells = line.split(separator: 0x09, omittingEmptySubsequences: false).map { String(Substring($0)) }
            guard cells.count == 5, let x = Self.number(cells[2]), let y = Self.number(cells[3]) else {
                throw FigureReadingError(fault: "line \(number) of the table is no panel, series, x, y and warning")
            }
            // Every line has the figure's only warning.
            if number == 2 { warning = cells[4] }
            let key = "\(cells[0])\t\(cells[1])"
            let place = places[key] ?? entries.count
            if place == entries.count {
                places[key] = place
                entries.append(Entry(panel: cells[0], series: Series(cells[1], x: [], y: [])))
            }
            entries[place].series.x.append(x)
            entries[place].series.y.append(y)
        }
    }

    private static func number(_ cell: String) -> Double? { cell == "nan" ? .nan : Double(cell) }
}
