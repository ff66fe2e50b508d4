/// Rows of a table that tokens name, and of a table that their positions name.
///
/// Tokens are a matrix [rows, 1] of whole numbers: single precision holds them exactly up to 2²⁴, far beyond any alphabet.
/// Row r stands at position r mod the number of positions.
package enum TokenTable {
    /// Writes table[token] + positions[position] to each row of `result`.
    ///
    /// - Parameters:
    ///   - tokens: [rows, 1]; each one the number of a row of `table`.
    ///   - table: [vocabulary, features].
    ///   - positions: [length, features].
    ///   - result: [rows, features].
    package static func lookUp(
        _ tokens: Matrix, table: Matrix, positions: Matrix, into result: Matrix, device: Device
    ) {
        check(tokens, table: table, positions: positions, rows: result)
        if let queue = device.queue {
            queue.forEachColumn(
                table.columns, rows: tokens.rows, "look_up",
                [
                    .matrix(tokens), .matrix(table), .matrix(positions), .matrix(result), .int(positions.rows),
                    .int(table.columns),
                ])
            return
        }
        device.split(tokens.rows, grain: max(1, 16_384 / max(1, table.columns))) { _, range in
            for row in range {
                let a = table.start + Int(tokens.start[row * tokens.stride]) * table.stride
                let b = positions.start + row % positions.rows * positions.stride
                let target = result.start + row * result.stride
                forEachGroup(0..<table.columns) { column, count in
                    Lanes16.store(
                        Lanes16.load(a + column, count: count) + Lanes16.load(b + column, count: count),
                        to: target + column, count: count)
                }
            }
        }
    }

    /// The transposed map: adds each row of `gradient` to the rows of `table` and `positions` that it came from, in order.
    ///
    /// Threads take columns, so the order of every sum is that of a lane's rows, which are a whole number of times the positions.
    package static func add(
        _ gradient: Matrix, of tokens: Matrix, toTable table: Matrix, positions: Matrix, pieces: Pieces = .whole, device: Device
    ) {
        check(tokens, table: table, positions: positions, rows: gradient)
        if let queue = device.queue {
            queue.forEachColumn(
                table.columns, rows: table.rows, layers: pieces.lanes, "add_to_table",
                [.matrix(gradient), .matrix(tokens), .matrix(table), .int(table.columns), .int(tokens.rows)]
                    + pieces.arguments(rows: tokens.rows))
            queue.forEachColumn(
                table.columns, rows: positions.rows, layers: pieces.lanes, "add_to_positions",
                [.matrix(gradient), .matrix(positions), .int(positions.rows), .int(table.columns), .int(tokens.rows)]
                    + pieces.arguments(rows: tokens.rows))
            return
        }
        pieces.forEach(of: tokens.rows) { rows, offset in
            addWhole(
                gradient.rows(rows), of: tokens.rows(rows), toTable: table.moved(by: offset),
                positions: positions.moved(by: offset), device: device)
        }
    }

    private static func addWhole(
        _ gradient: Matrix, of tokens: Matrix, toTable table: Matrix, positions: Matrix, device: Device
    ) {
        let groups = (table.columns + 15) / 16
        device.split(groups, grain: max(1, 4096 / max(1, tokens.rows))) { _, range in
            let columns = range.lowerBound * 16..<min(range.upperBound * 16, table.columns)
            for row in 0..<tokens.rows {
                let a = table.start + Int(tokens.start[row * tokens.stride]) * table.stride
                let b = positions.start + row % positions.rows * positions.stride
                let source = gradient.start + row * gradient.stride
                forEachGroup(columns) { column, count in
                    let value = Lanes16.load(source + column, count: count)
                    Lanes16.store(Lanes16.load(a + column, count: count) + value, to: a + column, count: count)
                    Lanes16.store(Lanes16.load(b + column, count: count) + value, to: b + column, count: count)
                }
            }
        }
    }

    @inline(__always)
    private static func forEachGroup(_ columns: Range<Int>, _ body: (_ column: Int, _ count: Int) -> Void) {
        var column = columns.lowerBound
        while column < columns.upperBound {
            body(column, min(16, columns.upperBound - column))
            column += 16
        }
    }

    private static func check(_ tokens: Matrix, table: Matrix, positions: Matrix, rows: Matrix) {
        require(
            tokens.columns == 1 && rows.rows == tokens.rows && rows.columns == table.columns
                && positions.columns == table.columns && positions.rows > 0,
            "\(tokens.rows) tokens from \(table.shape) and \(positions.shape) into \(rows.shape)")
        let tokens = tokens.storage.memory == nil ? tokens : tokens.original
        for row in 0..<tokens.rows {
            let token = tokens.start[row * tokens.stride]
            require(
                token >= 0 && token < Float(table.rows) && token == token.rounded(.down),
                "token \(token) of a vocabulary of \(table.rows)")
        }
    }
}
