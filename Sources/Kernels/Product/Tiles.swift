/// One thread's share of a matrix product: some panels of rows against all packed panels of columns.
struct Tiles {
    let a: Factor
    /// All terms of each panel of 32 columns, one panel after the other.
    let packedB: UnsafeMutablePointer<Float>
    let columns: Range<Int>
    let result: Matrix
    let accumulate: Bool
    let epilogue: Epilogue
    /// Room for `rowsPerBlock` × 256 packed elements of the first factor.
    let packedA: UnsafeMutablePointer<Float>
    let rowsPerBlock: Int

    func run(rowPanels: Range<Int>) {
        withUnsafeTemporaryAllocation(byteCount: 24 * 64, alignment: 64) { tile in
            let tile = tile.baseAddress!.assumingMemoryBound(to: MicroKernel.Lanes.self)
            let height = MicroKernel.rows
            let lastRow = min(result.rows, rowPanels.upperBound * height)
            let depth = a.columns
            var term = 0
            repeat {
                let terms = term..<min(term + MatrixProduct.termsPerBlock, depth)
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

    /// One block of rows and terms against every panel of columns.
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
                let rowStride = packed ? 1 : a.matrix.stride
                let termStride = packed ? height : 1
                if columnCount > 16 {
                    MicroKernel.wide(depth: depth, a: start, rowStride: rowStride, termStride: termStride, b: b, tile: tile)
                } else {
                    MicroKernel.narrow(depth: depth, a: start, rowStride: rowStride, termStride: termStride, b: b, tile: tile)
                }
                write(
                    tile, rows: first..<first + count, columns: column..<column + columnCount,
                    add: accumulate || !isFirst, finish: isLast)
            }
        }
    }

    private func write(
        _ tile: UnsafeMutablePointer<MicroKernel.Lanes>, rows: Range<Int>, columns: Range<Int>, add: Bool, finish: Bool
    ) {
        var mode = Mode.none
        var bias: UnsafeMutablePointer<Float>? = nil
        var mask: Matrix? = nil
        if finish {
            switch epilogue {
            case .none: break
            case .bias(let vector): (mode, bias) = (.plain, vector.start)
            case .biasThenReLU(let vector): (mode, bias) = (.rectify, vector.start)
            case .whereActive(let matrix): (mode, mask) = (.mask, matrix)
            case .biasWhereActive(let vector, let matrix): (mode, bias, mask) = (.mask, vector.start, matrix)
            }
        }
        for row in rows {
            let sums = tile + 2 * (row - rows.lowerBound)
            let target = result.start + row * result.stride
            let active = mask.map { $0.start + row * $0.stride }
            var column = columns.lowerBound
            while column < columns.upperBound {
                let count = min(16, columns.upperBound - column)
                var value = sums[(column - columns.lowerBound) / 16]
                if add { value = Lanes16.load(target + column, count: count) + value }
                if let bias { value += Lanes16.load(bias + column, count: count) }
                switch mode {
                case .none, .plain: break
                case .rectify: value.replace(with: 0, where: value .< 0)
                case .mask:
                    if let active {
                        value.replace(with: 0, where: Lanes16.load(active + column, count: count) .<= 0)
                    }
                }
                Lanes16.store(value, to: target + column, count: count)
                column += count
            }
        }
    }

    private enum Mode { case none, plain, rectify, mask }
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
