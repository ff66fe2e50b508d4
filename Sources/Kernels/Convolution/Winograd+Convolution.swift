extension Winograd {
    /// `result = epilogue(Σ x ∗ kernel)` over the pairs in `terms`, which have the same shapes.
    ///
    /// A tile's sum runs over the terms and their channels in order.
    static func compute(
        _ terms: [(x: Matrix, kernel: Matrix)], shape: ImageShape, into result: Matrix, epilogue: Epilogue, device: Device
    ) {
        let channels = terms[0].x.columns, outputs = result.columns, width = MicroKernel.columns
        let images = shape.images(in: result), tiling = Tiling(shape), room = MicroKernel.rows
        let panels = (outputs + width - 1) / width
        // A panel's kernels, term by term, component by component.
        let kernelSize = components * channels * width, inputSize = components * componentStride(channels: channels, tiles: room)
        let kernels = Shared(device.scratch(ScratchSlot.first, count: panels * terms.count * kernelSize))
        for panel in 0..<panels {
            for (index, term) in terms.enumerated() {
                transform(
                    term.kernel, columns: panel * width..<min((panel + 1) * width, outputs),
                    to: kernels.pointer + (panel * terms.count + index) * kernelSize)
            }
        }
        let runs = terms.indices.map { MicroKernel.Run(a: $0 * inputSize, b: $0 * kernelSize, count: channels) }
        let target = TileTarget(result: result, epilogue: epilogue)
        let singles = device.singleThreads()
        device.split(images) { part, range in
            let zeros = singles[part].scratch(ScratchSlot.second, count: channels)
            zeros.update(repeating: 0, count: channels)
            let inputs = singles[part].scratch(ScratchSlot.first, count: terms.count * inputSize)
            let sources = terms.map { Pixels(start: $0.x.start, channels: channels, tiling: tiling, zeros: zeros) }
            withProducts { products, results in
                var tile = range.lowerBound * tiling.count
                let end = range.upperBound * tiling.count
                while tile < end {
                    let tiles = tile..<min(tile + room, end)
                    for (index, source) in sources.enumerated() {
                        source.transformInputs(of: tiles, room: room, to: inputs + index * inputSize)
                    }
                    for panel in 0..<panels {
                        let columns = panel * width..<min((panel + 1) * width, outputs)
                        let kernels = kernels.pointer + panel * terms.count * kernelSize
                        multiply(runs, inputs, kernels, channels: channels, isWide: columns.count > 16, into: products)
                        write(products, of: tiles, tiling, columns: columns, by: results, to: target)
                    }
                    tile += room
                }
            }
        }
    }

    /// The products of a tile of the micro-kernel, 24 vectors a component; and room for 2 rows of 24 results.
    private static func withProducts(_ body: (UnsafeMutablePointer<Lanes>, UnsafeMutablePointer<Lanes>) -> Void) {
        let size = 2 * MicroKernel.rows * components
        withUnsafeTemporaryAllocation(byteCount: 64 * (size + 8 * MicroKernel.rows), alignment: 64) { memory in
            let lanes = memory.baseAddress!.assumingMemoryBound(to: Lanes.self)
            body(lanes, lanes + size)
        }
    }

    /// The sums over channels of each component.
    @inline(__always)
    private static func multiply(
        _ runs: [MicroKernel.Run], _ inputs: UnsafePointer<Float>, _ kernels: UnsafePointer<Float>, channels: Int, isWide: Bool,
        into products: UnsafeMutablePointer<Lanes>
    ) {
        let stride = padded(channels)
        runs.withUnsafeBufferPointer { runs in
            for component in 0..<components {
                MicroKernel.block(
                    runs, a: inputs + component * componentStride(channels: channels, tiles: MicroKernel.rows), rowStride: stride,
                    termStride: 1, b: kernels + component * channels * MicroKernel.columns, bStride: MicroKernel.columns,
                    isWide: isWide,
                    addedTo: false, tile: products + component * 2 * MicroKernel.rows)
            }
        }
    }

    /// Makes results of the products and writes those that are inside the images, by runs of tiles that stand side by side.
    private static func write(
        _ products: UnsafePointer<Lanes>, of tiles: Range<Int>, _ tiling: Tiling, columns: Range<Int>,
        by results: UnsafeMutablePointer<Lanes>, to target: TileTarget
    ) {
        let shape = tiling.shape, rowSize = 4 * MicroKernel.rows, halves = columns.count > 16 ? 2 : 1
        var tile = tiles.lowerBound
        while tile < tiles.upperBound {
            let (image, y, x) = tiling.place(of: tile)
            let count = min(tiles.upperBound - tile, tiling.columns - x / 2)
            for index in 0..<count {
                for half in 0..<halves {
                    let first = products + 2 * (tile - tiles.lowerBound + index) + half
                    @inline(__always) func column(_ j: Int) -> (Lanes, Lanes) {
                        Self.results(
                            first[24 * j], first[24 * (4 + j)], first[24 * (8 + j)], first[24 * (12 + j)])
                    }
                    let c0 = column(0), c1 = column(1), c2 = column(2), c3 = column(3)
                    let upper = Self.results(c0.0, c1.0, c2.0, c3.0), lower = Self.results(c0.1, c1.1, c2.1, c3.1)
                    let place = results + 4 * index + half
                    (place[0], place[2]) = upper
                    (place[rowSize], place[rowSize + 2]) = lower
                }
            }
            let pixels = min(2 * count, shape.width - x)
            for dy in 0..<min(2, shape.height - y) {
                let first = image * shape.pixels + (y + dy) * shape.width + x
                target.write(results + dy * rowSize, rows: first..<first + pixels, columns: columns, isComplete: true)
            }
            tile += count
        }
    }

    /// Writes u = G·g·Gᵀ of each input and the outputs `columns` to `target`: [component, input, 32].
    private static func transform(_ kernel: Matrix, columns: Range<Int>, to target: UnsafeMutablePointer<Float>) {
        let inputs = kernel.rows / 9, width = MicroKernel.columns, componentStride = inputs * width
        for input in 0..<inputs {
            for half in 0..<2 {
                let column = columns.lowerBound + 16 * half
                let count = min(16, columns.upperBound - column)
                guard count > 0 else { continue }
                @inline(__always) func rows(_ dx: Int) -> Four {
                    @inline(__always) func tap(_ dy: Int) -> Lanes {
                        Lanes16.load(kernel.start + ((3 * dy + dx) * inputs + input) * kernel.stride + column, count: count)
                    }
                    return kernels(tap(0), tap(1), tap(2))
                }
                let c0 = rows(0), c1 = rows(1), c2 = rows(2)
                let place = target + input * width + 16 * half
                store(kernels(c0.0, c1.0, c2.0), to: place, componentStride)
                store(kernels(c0.1, c1.1, c2.1), to: place + 4 * componentStride, componentStride)
                store(kernels(c0.2, c1.2, c2.2), to: place + 8 * componentStride, componentStride)
                store(kernels(c0.3, c1.3, c2.3), to: place + 12 * componentStride, componentStride)
            }
        }
    }
}
