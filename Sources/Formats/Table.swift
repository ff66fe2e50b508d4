import Platform

/// A table of named columns as a tab-separated text: a header line, then a line for each row.
///
/// Numbers stand in the shortest form that reads back to the same value, `nan` for missing. A text that looks like a number
/// reads back as that number. As with `Double`, a table that holds `nan` differs from itself; compare texts instead.
public struct Table: Sendable, Hashable {
    /// One cell.
    public enum Cell: Sendable, Hashable {
        case number(Double)
        case text(String)

        /// The cell as a file holds it.
        public var description: String {
            switch self {
            case .number(let value): shortestText(value)
            case .text(let text): text
            }
        }
    }

    /// Names of the columns, all different.
    public private(set) var columns: [String]
    /// The rows, each with a cell for each column.
    public private(set) var rows: [[Cell]] = []

    /// A table without rows.
    ///
    /// - Precondition: there are columns; their names differ and hold no tab, line break or quote and are not empty.
    public init(columns: [String]) {
        precondition(!columns.isEmpty, "a table has at least one column")
        precondition(Set(columns).count == columns.count, "two columns have one name among \(columns)")
        for name in columns { precondition(Self.fits(name), "no column can be named \(name.debugDescription)") }
        self.columns = columns
    }

    /// A table of numbers.
    public init(columns: [String], rows: [[Double]]) {
        self.init(columns: columns)
        for row in rows { append(row) }
    }

    /// Adds a row.
    ///
    /// - Precondition: one cell for each column; texts are not empty and hold no tab or line break.
    public mutating func append(_ row: [Cell]) {
        precondition(row.count == columns.count, "a row of \(row.count) cells in a table of \(columns.count) columns")
        for case .text(let text) in row { precondition(Self.fits(text), "no cell can hold \(text.debugDescription)") }
        rows.append(row)
    }

    /// Adds a row of numbers.
    public mutating func append(_ row: [Double]) { append(row.map { Cell.number($0) }) }

    /// Whether a text can stand in a cell.
    static func fits(_ text: String) -> Bool {
        !text.utf8.isEmpty && !text.utf8.contains { $0 < 0x20 || $0 == 0x7f }
    }

    /// The whole text; every line ends with a newline.
    public var text: String {
        var out = Self.line(columns)
        for row in rows { out += Self.line(row.map(\.description)) }
        return out
    }

    /// The line of one row of numbers, for logs that grow; ends with a newline.
    public static func line(_ numbers: [Double]) -> String { line(numbers.map { shortestText($0) }) }

    /// The line of texts; ends with a newline.
    public static func line(_ cells: [String]) -> String { cells.joined(separator: "\t") + "\n" }

    /// Writes the text whole or not at all.
    ///
    /// - Throws: `FileSystemError`.
    public func write(to path: String) throws { try FileSystem().replace(path, with: text) }
}

// MARK: - Columns

extension Table {
    /// Whether there is such a column.
    public func has(_ name: String) -> Bool { columns.contains(name) }

    /// The numbers of a column.
    ///
    /// - Throws: `TableError` where there is no such column or a cell is a text.
    public func column(named name: String) throws(TableError) -> [Double] {
        let index = try index(of: name)
        var numbers: [Double] = []
        numbers.reserveCapacity(rows.count)
        for (number, row) in rows.enumerated() {
            guard case .number(let value) = row[index] else {
                throw TableError(.notNumber(row[index].description, column: name), line: number + 2)
            }
            numbers.append(value)
        }
        return numbers
    }

    /// The texts of a column; numbers in their shortest form.
    ///
    /// - Throws: `TableError` where there is no such column.
    public func texts(named name: String) throws(TableError) -> [String] {
        let index = try index(of: name)
        return rows.map { $0[index].description }
    }

    private func index(of name: String) throws(TableError) -> Int {
        guard let index = columns.firstIndex(of: name) else { throw TableError(.noColumn(name, among: columns)) }
        return index
    }
}

// MARK: - Errors

/// What is wrong with a table's text, and in which line.
public struct TableError: Error, Hashable, CustomStringConvertible {
    /// The fault.
    public enum Fault: Hashable, Sendable {
        case notUTF8
        case noFinalNewline
        case noHeader
        case columnName(String)
        case columnTwice(String)
        case cellCount(Int, expected: Int)
        case cell(column: String)
        case outOfRange(String, column: String)
        case notNumber(String, column: String)
        case noColumn(String, among: [String])
    }

    /// What is wrong.
    public var fault: Fault
    /// The line, from 1, where there is one.
    public var line: Int?
    /// The file, where it is known.
    public var path: String?

    /// A fault in a line, counted from 1, of the file at `path`.
    public init(_ fault: Fault, line: Int? = nil, path: String? = nil) {
        (self.fault, self.line, self.path) = (fault, line, path)
    }

    /// The fault in words, with the file and the line.
    public var description: String {
        let text =
            switch fault {
            case .notUTF8: "the text is not UTF-8"
            case .noFinalNewline: "the last line has no end; the file may be cut short"
            case .noHeader: "there is no header line"
            case .columnName(let name): "no column can be named \(name.debugDescription)"
            case .columnTwice(let name): "the column \(name) stands twice"
            case .cellCount(let count, let expected): "\(count) cells where the header has \(expected)"
            case .cell(let column): "an empty cell or a control character in column \(column) (missing numbers are written nan)"
            case .outOfRange(let text, let column): "\(text) in column \(column) is beyond double precision"
            case .notNumber(let text, let column): "\(text.debugDescription) in column \(column) is no number"
            case .noColumn(let name, let columns): "no column is named \(name); there are: \(columns.joined(separator: ", "))"
            }
        switch (path, line) {
        case (let path?, let line?): return "\(path):\(line): \(text)"
        case (let path?, nil): return "\(path): \(text)"
        case (nil, let line?): return "line \(line): \(text)"
        case (nil, nil): return text
        }
    }
}
