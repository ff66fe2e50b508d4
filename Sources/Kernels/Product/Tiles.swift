/// One thread's share of a matrix product: some panels of rows against all packed panels of columns.
struct Tiles {
    let a: Factor
    /// All terms of each panel of 32 columns, one panel after the other.
    let packedB: UnsafeMutablePointer<Float>
    let columns: Range<Int>
    let target: TileTarget
    let accumulate: Bool
    let triangle: Triangle
    /// Room for `rowsPerBlock` × `termsPerGroup` packed elements of the first factor.
    let packedA: UnsafeMutablePointer<Float>
    let rowsPerBlock: Int

    func run(rowPanels: Range<Int>) {
        MicroKernel.withTile { tile in
            let height = MicroKernel.rows
            let lastRow = min(target.rows, rowPanels.upperBound * height)
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
        // A plain first factor is read where it stands: its rows are as good as a packed panel. Only a last panel of which
        // more rows are read than there are is packed, because nothing may be read beyond the matrix.
        func isPacked(_ count: Int) -> Bool { a.isTransposed || MicroKernel.rowsRead(count) > count }
        let panels = (rows.count + height - 1) / height
        for panel in 0..<panels {
            let first = rows.lowerBound + panel * height
            let count = min(height, rows.upperBound - first)
            if isPacked(count) {
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
                if triangle == .aboveResultUnwanted, column >= first + count { continue }
                let needed = triangle.needed(terms, byRows: first..<first + count)
                let packed = isPacked(count)
                let start =
                    packed ? packedA + panel * height * depth : a.matrix.start + first * a.matrix.stride + terms.lowerBound
                let isAdded = accumulate || !isFirst
                if isAdded { target.load(rows: first..<first + count, columns: column..<column + columnCount, into: tile) }
                sum(
                    needed.lowerBound - terms.lowerBound..<needed.upperBound - terms.lowerBound, of: depth, a: start,
                    rowStride: packed ? 1 : a.matrix.stride, termStride: packed ? height : 1, b: b, rows: count,
                    isWide: columnCount > 16, addedTo: isAdded, tile: tile)
                target.write(tile, rows: first..<first + count, columns: column..<column + columnCount, isComplete: isLast)
            }
        }
    }

    /// Writes to `tile` the sums over blocks of terms, each of which starts afresh at zero; or adds them, one by one, to what
    /// `tile` holds. The terms beyond `needed` are left out.
    @inline(__always)
    private func sum(
        _ needed: Range<Int>, of depth: Int, a: UnsafePointer<Float>, rowStride: Int, termStride: Int, b: UnsafePointer<Float>,
        rows: Int, isWide: Bool, addedTo isAdded: Bool, tile: UnsafeMutablePointer<MicroKernel.Lanes>
    ) {
        var term = 0
        repeat {
            let start = max(term, needed.lowerBound)
            let count = min(term + MatrixProduct.termsPerBlock, needed.upperBound) - start
            withUnsafePointer(to: MicroKernel.Run(a: start * termStride, b: start * MicroKernel.columns, count: count)) { run in
                MicroKernel.block(
                    UnsafeBufferPointer(start: run, count: count > 0 ? 1 : 0), a: a, rowStride: rowStride,
                    termStride: termStride, b: b, bStride: MicroKernel.columns, rows: rows, isWide: isWide,
                    addedTo: isAdded || term > 0, tile: tile)
            }
            term += MatrixProduct.termsPerBlock
        } while term < depth
    }
}
