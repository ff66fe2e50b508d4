extension Sums {
    /// The sums of each block of `piece` elements' blocks, added up in order on the processor: a sum for each piece.
    static func enqueue(
        _ kernel: String, _ x: Matrix, _ y: Matrix, count: Int, piece: Int, device: Device, on queue: CommandQueue
    ) -> [Double] {
        if count == 0 { return [] }
        let blocksPerPiece = (piece + block - 1) / block, pieces = (count + piece - 1) / piece
        let blocks = (pieces - 1) * blocksPerPiece + (count - (pieces - 1) * piece + block - 1) / block
        let sums = device.scratchVector(ScratchSlot.first, count: 2 * blocks)
        queue.run(
            kernel, grid: [Lanes16.count, blocks], group: CommandQueue.rowGroup,
            [.matrix(x), .matrix(y), .vector(sums), .long(count), .long(piece), .int(blocks)])
        let totals = sums.withBytes(of: 0..<2 * blocks) { Array($0.bindMemory(to: Double.self)) }
        return (0..<pieces).map { piece in
            totals[piece * blocksPerPiece..<min((piece + 1) * blocksPerPiece, blocks)].reduce(0, +)
        }
    }
}

extension ColumnSums {
    static func enqueue(_ matrix: Matrix, to result: Matrix, pieces: Pieces, device: Device, on queue: CommandQueue) {
        let piece = pieces.rows(of: matrix.rows), blocks = Partials.blocks(of: matrix.rows, piece: piece)
        let partials = device.scratch(ScratchSlot.first, rows: blocks, columns: matrix.columns)
        queue.forEachColumn(
            matrix.columns, rows: blocks, "column_sums",
            [
                .matrix(matrix), .matrix(partials), .int(matrix.rows), .int(matrix.columns),
                .int(MatrixProduct.termsPerBlock), .int(piece),
            ])
        Partials.enqueue(partials, to: result, pieces: Partials.ofBlocks(pieces, rows: matrix.rows), on: queue)
    }
}

extension Partials {
    /// How many blocks `rows` rows are, where each piece of them has blocks of its own.
    static func blocks(of rows: Int, piece: Int) -> Int {
        let size = MatrixProduct.termsPerBlock, rest = rows % piece
        return rows / piece * ((piece + size - 1) / size) + (rest + size - 1) / size
    }

    /// The same pieces of `rows` rows, counted in blocks.
    static func ofBlocks(_ pieces: Pieces, rows: Int, perBlock: Int = MatrixProduct.termsPerBlock) -> Pieces {
        Pieces(of: (pieces.rows(of: rows) + perBlock - 1) / perBlock, lanes: pieces.lanes, distance: pieces.distance)
    }

    /// Adds the partial sums of several sets, which lie one below the other: a piece of each set, then the next one.
    ///
    /// - Parameter pieces: of partial sums.
    static func enqueue(
        _ partials: Matrix, of sets: Int = 1, to result: Matrix, pieces: Pieces, on queue: CommandQueue
    ) {
        if partials.rows == 0 { return }
        let blocks = partials.rows / max(1, result.rows) / sets
        queue.forEachColumn(
            result.columns, rows: result.rows, layers: pieces.lanes, "add_partials",
            [
                .matrix(partials), .matrix(result), .int(result.rows), .int(result.columns), .int(sets), .int(blocks),
            ] + pieces.arguments(rows: blocks))
    }
}
