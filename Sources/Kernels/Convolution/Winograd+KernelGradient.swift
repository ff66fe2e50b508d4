extension Winograd {
    /// Tiles whose products are summed up before they are added to the others'.
    static let tilesPerBlock = 64

    /// Writes Σ_p x[p + d]ᵀ·ȳ[p] over images to `kernel`.
    ///
    /// Sums run over an image's tiles in blocks of 64, which are added in order.
    static func kernelGradient(
        _ x: Matrix, _ outputGradient: Matrix, shape: ImageShape, into kernel: Matrix, worker: Device
    ) {
        let inputs = x.columns, outputs = outputGradient.columns, tiling = Tiling(shape)
        // The sums are tiles of the micro-kernel: inputs × outputs or the reverse, whichever takes fewer products.
        let isReversed = Accumulators.products(outputs, inputs) < Accumulators.products(inputs, outputs)
        let (inputSize, outputSize) = (
            components * componentStride(channels: inputs, tiles: tilesPerBlock),
            components * componentStride(channels: outputs, tiles: tilesPerBlock)
        )
        let slack = 2 * MicroKernel.columns
        let zeros = worker.scratch(ScratchSlot.second, count: max(inputs, outputs))
        zeros.update(repeating: 0, count: max(inputs, outputs))
        let v = worker.scratch(ScratchSlot.first, count: inputSize + outputSize + 2 * slack)
        let above = v + inputSize + slack
        let pixels = Pixels(start: x.start, channels: inputs, tiling: tiling, zeros: zeros)
        let gradients = Pixels(start: outputGradient.start, channels: outputs, tiling: tiling, zeros: zeros)
        Accumulators.with(rows: isReversed ? outputs : inputs, columns: isReversed ? inputs : outputs) { sums in
            for image in 0..<shape.images(in: x) {
                for tile in stride(from: 0, to: tiling.count, by: tilesPerBlock) {
                    let first = image * tiling.count + tile
                    let tiles = first..<first + min(tilesPerBlock, tiling.count - tile)
                    pixels.transformInputs(of: tiles, room: tilesPerBlock, to: v)
                    gradients.transformGradients(of: tiles, room: tilesPerBlock, to: above)
                    sums.add(rows: isReversed ? above : v, columns: isReversed ? v : above, tiles: tiles.count)
                }
            }
            sums.finish(into: kernel, isReversed: isReversed)
        }
    }

    /// Sums of products of rows and columns, for each component, in tiles of the micro-kernel.
    private struct Accumulators {
        let rows: Int
        let columns: Int
        let sums: UnsafeMutablePointer<Lanes>

        private static let tileSize = 2 * MicroKernel.rows
        private static func rowTiles(_ rows: Int) -> Int { (rows + MicroKernel.rows - 1) / MicroKernel.rows }
        private static func columnTiles(_ columns: Int) -> Int { (columns + MicroKernel.columns - 1) / MicroKernel.columns }

        /// The products that the micro-kernel computes, those beyond the last row and column included.
        static func products(_ rows: Int, _ columns: Int) -> Int {
            let whole = rows / MicroKernel.rows * MicroKernel.rows
            return (whole + MicroKernel.rowsRead(rows - whole)) * padded(columns)
        }

        /// Calls `body` with sums that are zero.
        static func with(rows: Int, columns: Int, _ body: (Accumulators) -> Void) {
            let count = components * rowTiles(rows) * columnTiles(columns) * tileSize
            withUnsafeTemporaryAllocation(byteCount: 64 * count, alignment: 64) { memory in
                let lanes = memory.baseAddress!.assumingMemoryBound(to: Lanes.self)
                lanes.update(repeating: .zero, count: count)
                body(Accumulators(rows: rows, columns: columns, sums: lanes))
            }
        }

        private func tile(_ component: Int, _ row: Int, _ column: Int) -> UnsafeMutablePointer<Lanes> {
            sums + ((component * Self.columnTiles(columns) + column) * Self.rowTiles(rows) + row) * Self.tileSize
        }

        /// Adds the products of a block of tiles.
        func add(rows rowFactor: UnsafePointer<Float>, columns columnFactor: UnsafePointer<Float>, tiles: Int) {
            let rowStride = padded(rows), columnStride = padded(columns)
            withUnsafePointer(to: MicroKernel.Run(a: 0, b: 0, count: tiles)) { run in
                for component in 0..<components {
                    let a = rowFactor + component * componentStride(channels: rows, tiles: tilesPerBlock)
                    let b = columnFactor + component * componentStride(channels: columns, tiles: tilesPerBlock)
                    for column in 0..<Self.columnTiles(columns) {
                        let isWide = columns - column * MicroKernel.columns > 16
                        for row in 0..<Self.rowTiles(rows) {
                            let height = min(MicroKernel.rows, rows - row * MicroKernel.rows)
                            MicroKernel.block(
                                UnsafeBufferPointer(start: run, count: 1), a: a + row * MicroKernel.rows, rowStride: 1,
                                termStride: rowStride, b: b + column * MicroKernel.columns, bStride: columnStride,
                                rows: height, isWide: isWide, addedTo: true, tile: tile(component, row, column))
                        }
                    }
                }
            }
        }

        /// Writes Gᵀ(·)G of the sums to `kernel`.
        func finish(into kernel: Matrix, isReversed: Bool) {
            let inputs = isReversed ? columns : rows
            for row in 0..<rows {
                let (rowTile, tileRow) = row.quotientAndRemainder(dividingBy: MicroKernel.rows)
                for column in stride(from: 0, to: columns, by: 16) {
                    let count = min(16, columns - column)
                    @inline(__always) func taps(_ j: Int) -> (Lanes, Lanes, Lanes) {
                        @inline(__always) func sum(_ i: Int) -> Lanes {
                            tile(4 * i + j, rowTile, column / MicroKernel.columns)[2 * tileRow + column / 16 % 2]
                        }
                        return kernelGradients(sum(0), sum(1), sum(2), sum(3))
                    }
                    let c0 = taps(0), c1 = taps(1), c2 = taps(2), c3 = taps(3)
                    func store(_ dy: Int, _ g: (Lanes, Lanes, Lanes)) {
                        for (dx, lanes) in [g.0, g.1, g.2].enumerated() {
                            let tap = kernel.start + (3 * dy + dx) * inputs * kernel.stride
                            if isReversed {
                                for lane in 0..<count { tap[(column + lane) * kernel.stride + row] = lanes[lane] }
                            } else {
                                Lanes16.store(lanes, to: tap + row * kernel.stride + column, count: count)
                            }
                        }
                    }
                    store(0, kernelGradients(c0.0, c1.0, c2.0, c3.0))
                    store(1, kernelGradients(c0.1, c1.1, c2.1, c3.1))
                    store(2, kernelGradients(c0.2, c1.2, c2.2, c3.2))
                }
            }
        }
    }
}
