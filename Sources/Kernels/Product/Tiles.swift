/// One thread's share of a matrix product: some panels of rows against all packed panels of columns.
struct Tiles {
    let a: Factor
    /// All terms of each panel of 32 columns, one panel after the other.
    let packedB: UnsafeMutablePointer<Float>
    let columns: Range<Int>
    let result: Matrix
    let accumulate: Bool
    let epilogue: Epilogue
    /// Room for `rowsPerBlock` × `termsPerGroup` packed elements of the first factor.
    let packedA: UnsafeMutablePointer<Float>
    let rowsPerBlock: Int

    func run(rowPanels: Range<Int>) {
        withUnsafeTemporaryAllocation(byteCount: 2 * 24 * 64, alignment: 64) { tiles in
            let tile = tiles.baseAddress!.assumingMemoryBound(to: MicroKernel.Lanes.self)
            let height = MicroKernel.rows
            let lastRow = min(result.rows, rowPanels.upperBound * height)
            let depth = a.columns
            var term = 0
            repeat {
                let terms = term..<min(term + MatrixProduct.termsPerGroup, depth)
                let isFirst = term == 0, isLast = terms.upperBound == depth
                var row = rowPanels.lowerBound * height
                while row < lastRow {
                    let end = min(row + rowsPerBlock, lastRow)
                    block(rows: row..<end, terms: terms, isFirst: isFirst, isLast: isLast, tile: tile)
                    row = end
                }
                term = terms.upperBound
            } while term < depth
        }
    }

    /// One block of rows and one group of terms against every panel of columns.
    private func block(
        rows: Range<Int>, terms: Range<Int>, isFirst: Bool, isLast: Bool, tile: UnsafeMutablePointer<MicroKernel.Lanes>
    ) {
        let height = MicroKernel.rows, width = MicroKernel.columns
        let depth = terms.count
        // A plain first factor is read where it stands: its rows are as good as a packed panel. Only a last, incomplete
        // panel is packed, because nothing may be read beyond the matrix.
        let panels = (rows.count + height - 1) / height
        for panel in 0..<panels {
            let first = rows.lowerBound + panel * height
            let count = min(height, rows.upperBound - first)
            if a.isTransposed || count < height {
                Packing.rows(of: a, from: first, count: count, terms: terms, into: packedA + panel * height * depth)
            }
        }
        let panelSize = a.columns * width
        for columnPanel in 0..<(columns.count + width - 1) / width {
            let column = columns.lowerBound + columnPanel * width
            let columnCount = min(width, columns.upperBound - column)
            let b = packedB + columnPanel * panelSize + terms.lowerBound * width
            for panel in 0..<panels {
                let first = rows.lowerBound + panel * height
                let count = min(height, rows.upperBound - first)
                let packed = a.isTransposed || count < height
                let start = packed ? packedA + panel * height * depth : a.matrix.start + first * a.matrix.stride + terms.lowerBound
                let isAdded = accumulate || !isFirst
                if isAdded { load(rows: first..<first + count, columns: column..<column + columnCount, into: tile) }
                sum(
                    depth: depth, a: start, rowStride: packed ? 1 : a.matrix.stride, termStride: packed ? height : 1, b: b,
                    isWide: columnCount > 16, addedTo: isAdded, tile: tile)
                write(tile, rows: first..<first + count, columns: column..<column + columnCount, finish: isLast)
            }
        }
    }

    /// Writes to `tile` the sums over blocks of terms, each of which starts afresh at zero; or adds them, one by one, to what
    /// `tile` holds.
    ///
    /// Doing so here, not in the result, spares a pass over it for each block.
    @inline(__always)
    private func sum(
        depth: Int, a: UnsafePointer<Float>, rowStride: Int, termStride: Int, b: UnsafePointer<Float>, isWide: Bool,
        addedTo isAdded: Bool, tile: UnsafeMutablePointer<MicroKernel.Lanes>
    ) {
        let size = 2 * MicroKernel.rows
        var term = 0
        repeat {
            let count = min(MatrixProduct.termsPerBlock, depth - term)
            let a = a + term * termStride, b = b + term * MicroKernel.columns
            let adds = isAdded || term > 0
            let target = adds ? tile + size : tile
            if isWide {
                MicroKernel.wide(depth: count, a: a, rowStride: rowStride, termStride: termStride, b: b, tile: target)
            } else {
                MicroKernel.narrow(depth: count, a: a, rowStride: rowStride, termStride: termStride, b: b, tile: target)
            }
            if adds { for i in 0..<size { tile[i] += target[i] } }
            term += count
        } while term < depth
    }

    /// Fills `tile` with what is in the result.
    @inline(__always)
    private func load(rows: Range<Int>, columns: Range<Int>, into tile: UnsafeMutablePointer<MicroKernel.Lanes>) {
        var sums = tile
        for row in rows {
            let source = result.start + row * result.stride + columns.lowerBound
            for half in 0..<2 {
                let count = columns.count - 16 * half
                if count >= 16 {
                    sums[half] = Lanes16.load(source + 16 * half, count: 16)
                } else if count > 0 {
                    sums[half] = Lanes16.load(source + 16 * half, count: count)
                }
            }
            sums += 2
        }
    }

    /// Stores the sums in `tile`, finished by the epilogue where they are complete.
    private func write(
        _ tile: UnsafeMutablePointer<MicroKernel.Lanes>, rows: Range<Int>, columns: Range<Int>, finish: Bool
    ) {
        switch finish ? epilogue : .none {
        case .none: each(tile, rows, columns) { value, _, _, _ in value }
        case .bias(let bias):
            let bias = bias.start
            each(tile, rows, columns) { value, _, column, count in
                value + Lanes16.load(bias + column, count: count)
            }
        case .biasThenReLU(let bias):
            let bias = bias.start
            each(tile, rows, columns) { value, _, column, count in
                let biased = value + Lanes16.load(bias + column, count: count)
                return biased.replacing(with: 0, where: biased .< 0)
            }
        case .whereActive(let mask):
            let active = mask.start, stride = mask.stride
            each(tile, rows, columns) { value, row, column, count in
                value.replacing(with: 0, where: Lanes16.load(active + row * stride + column, count: count) .<= 0)
            }
        case .biasWhereActive(let bias, let mask):
            let bias = bias.start, active = mask.start, stride = mask.stride
            each(tile, rows, columns) { value, row, column, count in
                (value + Lanes16.load(bias + column, count: count))
                    .replacing(with: 0, where: Lanes16.load(active + row * stride + column, count: count) .<= 0)
            }
        }
    }

    /// Stores what `body` makes of each vector of sums, its row, its first column and its number of columns.
    @inline(__always)
    private func each(
        _ tile: UnsafeMutablePointer<MicroKernel.Lanes>, _ rows: Range<Int>, _ columns: Range<Int>,
        _ body: (SIMD16<Float>, _ row: Int, _ column: Int, _ count: Int) -> SIMD16<Float>
    ) {
        var sums = tile
        for row in rows {
            let target = result.start + row * result.stride
            for half in 0..<2 {
                let column = columns.lowerBound + 16 * half
                let count = columns.upperBound - column
                if count >= 16 {
                    // A constant, so that loads and stores are single instructions.
                    Lanes16.store(body(sums[half], row, column, 16), to: target + column, count: 16)
                } else if count > 0 {
                    Lanes16.store(body(sums[half], row, column, count), to: target + column, count: count)
                }
            }
            sums += 2
        }
    }
}

/// Loads and stores of up to 16 numbers.
enum Lanes16 {
    /// The first `count` numbers from `pointer` on, zeros after them.
    @inline(__always)
    static func load(_ pointer: UnsafePointer<Float>, count: Int) -> SIMD16<Float> {
        if count >= 16 { return UnsafeRawPointer(pointer).loadUnaligned(as: SIMD16<Float>.self) }
        var lanes = SIMD16<Float>.zero
        for i in 0..<count { lanes[i] = pointer[i] }
        return lanes
    }

    /// Writes the first `count` lanes.
    @inline(__always)
    static func store(_ lanes: SIMD16<Float>, to pointer: UnsafeMutablePointer<Float>, count: Int) {
        if count >= 16 {
            UnsafeMutableRawPointer(pointer).storeBytes(of: lanes, as: SIMD16<Float>.self)
        } else {
            for i in 0..<count { pointer[i] = lanes[i] }
        }
    }
}
