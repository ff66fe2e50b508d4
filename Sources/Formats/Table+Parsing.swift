import Platform

extension Table {
    /// Reads a table's text.
    ///
    /// Strict: a header, equal numbers of cells, no empty cell, no carriage return, and a newline at the end of every line, so that
    /// a file cut short is noticed.
    /// - Throws: `TableError` with the line.
    public init(parsing text: some Sequence<UInt8>, path: String? = nil) throws(TableError) {
        do throws(TableError) {
            try self.init(checking: Array(text))
        } catch {
            throw TableError(error.fault, line: error.line, path: path)
        }
    }

    /// Reads a table's text.
    public init(parsing text: String) throws(TableError) { try self.init(parsing: text.utf8) }

    /// Reads a table from a file.
    ///
    /// - Throws: `FileSystemError` or `TableError`, both with the path.
    public init(contentsOf path: String) throws { try self.init(parsing: try FileSystem().contents(of: path), path: path) }

    private init(checking text: [UInt8]) throws(TableError) {
        guard !text.isEmpty else { throw TableError(.noHeader) }
        guard text.last == 0x0a else { throw TableError(.noFinalNewline) }
        var table: Table?
        for (index, line) in text.dropLast().split(separator: 0x0a, omittingEmptySubsequences: false).enumerated() {
            let number = index + 1
            var cells: [String] = []
            for cell in line.split(separator: 0x09, omittingEmptySubsequences: false) {
                guard let cell = String(validating: cell, as: UTF8.self) else { throw TableError(.notUTF8, line: number) }
                cells.append(cell)
            }
            if table == nil {
                table = try Self.header(cells)
            } else {
                try table?.append(parsing: cells, line: number)
            }
        }
        guard let table else { throw TableError(.noHeader) }
        self = table
    }

    private static func header(_ names: [String]) throws(TableError) -> Table {
        if names == [""] { throw TableError(.noHeader, line: 1) }
        var seen: Set<String> = []
        for name in names {
            guard fits(name) else { throw TableError(.columnName(name), line: 1) }
            guard seen.insert(name).inserted else { throw TableError(.columnTwice(name), line: 1) }
        }
        return Table(columns: names)
    }

    private mutating func append(parsing cells: [String], line: Int) throws(TableError) {
        guard cells.count == columns.count else {
            throw TableError(.cellCount(cells.count, expected: columns.count), line: line)
        }
        var row: [Cell] = []
        row.reserveCapacity(cells.count)
        for (cell, column) in zip(cells, columns) {
            guard Self.fits(cell) else { throw TableError(.cell(column: column), line: line) }
            switch Self.number(cell) {
            case .some(.some(let value)): row.append(.number(value))
            case .some(.none): throw TableError(.outOfRange(cell, column: column), line: line)
            case .none: row.append(.text(cell))
            }
        }
        append(row)
    }

    /// The number that a cell holds: `nil` for a text, `.some(nil)` for a number that double precision cannot hold.
    private static func number(_ cell: String) -> Double?? {
        switch cell {
        case "nan": return .nan
        case "inf": return .infinity
        case "-inf": return -.infinity
        default: break
        }
        guard isDecimal(Array(cell.utf8)) else { return nil }
        guard let value = Double(cell), value.isFinite else { return .some(nil) }
        return value
    }

    /// Whether a text is `[-]digits[.digits][e[±]digits]`.
    private static func isDecimal(_ text: [UInt8]) -> Bool {
        var position = 0
        func digits() -> Bool {
            let start = position
            while position < text.count, text[position] >= 0x30, text[position] <= 0x39 { position += 1 }
            return position > start
        }
        func takes(_ options: [UInt8]) -> Bool {
            guard position < text.count, options.contains(text[position]) else { return false }
            position += 1
            return true
        }
        _ = takes([0x2d])
        guard digits() else { return false }
        if takes([0x2e]), !digits() { return false }
        if takes([0x65, 0x45]) {
            _ = takes([0x2b, 0x2d])
            if !digits() { return false }
        }
        return position == text.count
    }
}
