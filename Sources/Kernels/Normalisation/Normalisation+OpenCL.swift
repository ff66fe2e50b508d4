extension Normalisation {
    /// Whether there is a mask, and the mask.
    static func arguments(mask: Matrix?) -> [CommandQueue.Argument] { [.int(mask == nil ? 0 : 1), .matrix(mask)] }

    /// Queues a kernel for each row of x, whose arguments end with the numbers of rows and columns.
    static func enqueueRows(_ x: Matrix, _ kernel: String, _ arguments: [CommandQueue.Argument], on queue: CommandQueue) {
        queue.forEachRow(x.rows, kernel, arguments + [.int(x.rows), .int(x.columns)])
    }

    /// Queues a kernel for each block of rows of x and each column, and adds the blocks' sums to the gradients.
    static func enqueueSums(
        _ x: Matrix, _ kernel: String, _ arguments: [CommandQueue.Argument], scaleGradient: Matrix, biasGradient: Matrix,
        pieces: Pieces, device: Device, on queue: CommandQueue
    ) {
        let piece = pieces.rows(of: x.rows), blocks = Partials.blocks(of: x.rows, piece: piece)
        let ofBlocks = Partials.ofBlocks(pieces, rows: x.rows)
        let scales = device.scratch(ScratchSlot.first, rows: blocks, columns: x.columns)
        let biases = device.scratch(ScratchSlot.second, rows: blocks, columns: x.columns)
        queue.forEachColumn(
            x.columns, rows: blocks, kernel,
            arguments + [.matrix(scales), .matrix(biases), .int(x.rows), .int(x.columns), .int(rowsPerBlock), .int(piece)])
        Partials.enqueue(scales, to: scaleGradient, pieces: ofBlocks, on: queue)
        Partials.enqueue(biases, to: biasGradient, pieces: ofBlocks, on: queue)
    }
}
