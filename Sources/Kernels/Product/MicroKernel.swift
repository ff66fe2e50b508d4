/// The innermost loop of matrix products and convolutions: one tile of 12 rows × 32 (or 16) columns over a block of terms; or
/// a lower one, for what is left below whole tiles.
///
/// Each element's sum starts at zero and takes its terms in order by fused multiply-add; so a tile's size, the vector
/// width and the place of the tile in the matrix leave no trace in the result.
enum MicroKernel {
    /// Rows of a tile.
    static let rows = 12
    /// Columns of a full tile: two vectors of 16.
    static let columns = 32

    typealias Lanes = SIMD16<Float>

    /// Terms that lie evenly in both factors: where the first one stands, counted from the tile's first element, and how many
    /// there are, at least one.
    struct Run {
        let a: Int
        let b: Int
        let count: Int
    }

    /// How many rows of the first factor are read for `rows` wanted ones.
    static func rowsRead(_ rows: Int) -> Int { (rows + rowStep - 1) / rowStep * rowStep }

    /// Writes a row's sums, or adds them to what is there, and goes on to the next row.
    @inline(__always)
    static func put(_ first: Lanes, _ second: Lanes? = nil, to row: inout UnsafeMutablePointer<Lanes>, isAdded: Bool) {
        if isAdded {
            row[0] += first
            if let second { row[1] += second }
        } else {
            row[0] = first
            if let second { row[1] = second }
        }
        row += 2
    }

    /// Calls `body` with room for a tile.
    @inline(__always)
    static func withTile(_ body: (UnsafeMutablePointer<Lanes>) -> Void) {
        withUnsafeTemporaryAllocation(byteCount: 24 * 64, alignment: 64) { tile in
            body(tile.baseAddress!.assumingMemoryBound(to: Lanes.self))
        }
    }
}

#if SAMEDGE_AVX512
/// Whole tiles: 24 of the 32 registers of AVX-512 hold the sums.
extension MicroKernel {
    /// The rows of a low tile.
    static let rowStep = 4

    /// Writes one block's sums to `tile`, or adds them to what is there, a sum a number: so blocks are added in order.
    ///
    /// - Parameters:
    ///   - rows: how many are wanted, at most 12; of `a` as many are read, and of `tile` as many written, as `rowsRead` says.
    ///   - isWide: whether 32 columns are written, not 16.
    @inline(__always)
    static func block(
        _ runs: UnsafeBufferPointer<Run>, a: UnsafePointer<Float>, rowStride: Int, termStride: Int, b: UnsafePointer<Float>,
        bStride: Int, rows: Int = rows, isWide: Bool, addedTo isAdded: Bool, tile: UnsafeMutablePointer<Lanes>
    ) {
        if rowsRead(rows) < Self.rows {
            for row in stride(from: 0, to: rows, by: rowStep) {
                low(
                    runs, a: a + row * rowStride, rowStride: rowStride, termStride: termStride, b: b, bStride: bStride,
                    addedTo: isAdded, tile: tile + 2 * row)
            }
        } else if isWide {
            wide(
                runs, a: a, rowStride: rowStride, termStride: termStride, b: b, bStride: bStride, addedTo: isAdded,
                tile: tile)
        } else {
            narrow(
                runs, a: a, rowStride: rowStride, termStride: termStride, b: b, bStride: bStride, addedTo: isAdded,
                tile: tile)
        }
    }

    /// Writes to `tile` (12 rows of 32), or adds to it, the sums over the terms of all `runs` of `a[i, k]·b[k, j]`.
    ///
    /// - Parameters:
    ///   - runs: where the terms lie, one run after the other; together at most a block, since the sum starts at zero.
    ///   - a: element (i, k) of a run stands at `a[run.a + i·rowStride + k·termStride]`.
    ///   - b: row k of a run stands at `b[run.b + k·bStride]`: 32 numbers.
    @inline(__always)
    private static func wide(
        _ runs: UnsafeBufferPointer<Run>, a: UnsafePointer<Float>, rowStride: Int, termStride: Int, b: UnsafePointer<Float>,
        bStride: Int, addedTo isAdded: Bool, tile: UnsafeMutablePointer<Lanes>
    ) {
        let r1 = rowStride, r2 = 2 * rowStride
        var c00 = Lanes.zero, c01 = Lanes.zero, c10 = Lanes.zero, c11 = Lanes.zero
        var c20 = Lanes.zero, c21 = Lanes.zero, c30 = Lanes.zero, c31 = Lanes.zero
        var c40 = Lanes.zero, c41 = Lanes.zero, c50 = Lanes.zero, c51 = Lanes.zero
        var c60 = Lanes.zero, c61 = Lanes.zero, c70 = Lanes.zero, c71 = Lanes.zero
        var c80 = Lanes.zero, c81 = Lanes.zero, c90 = Lanes.zero, c91 = Lanes.zero
        var ca0 = Lanes.zero, ca1 = Lanes.zero, cb0 = Lanes.zero, cb1 = Lanes.zero
        for run in runs {
            var p0 = a + run.a
            var p3 = p0 + 3 * rowStride
            var p6 = p0 + 6 * rowStride
            var p9 = p0 + 9 * rowStride
            var q = UnsafeRawPointer(b + run.b)
            var k = run.count
            repeat {
                let b0 = q.loadUnaligned(as: Lanes.self)
                let b1 = q.loadUnaligned(fromByteOffset: 64, as: Lanes.self)
                q += 4 * bStride
                var x = Lanes(repeating: p0[0])
                c00.addProduct(x, b0)
                c01.addProduct(x, b1)
                x = Lanes(repeating: p0[r1])
                c10.addProduct(x, b0)
                c11.addProduct(x, b1)
                x = Lanes(repeating: p0[r2])
                c20.addProduct(x, b0)
                c21.addProduct(x, b1)
                x = Lanes(repeating: p3[0])
                c30.addProduct(x, b0)
                c31.addProduct(x, b1)
                x = Lanes(repeating: p3[r1])
                c40.addProduct(x, b0)
                c41.addProduct(x, b1)
                x = Lanes(repeating: p3[r2])
                c50.addProduct(x, b0)
                c51.addProduct(x, b1)
                x = Lanes(repeating: p6[0])
                c60.addProduct(x, b0)
                c61.addProduct(x, b1)
                x = Lanes(repeating: p6[r1])
                c70.addProduct(x, b0)
                c71.addProduct(x, b1)
                x = Lanes(repeating: p6[r2])
                c80.addProduct(x, b0)
                c81.addProduct(x, b1)
                x = Lanes(repeating: p9[0])
                c90.addProduct(x, b0)
                c91.addProduct(x, b1)
                x = Lanes(repeating: p9[r1])
                ca0.addProduct(x, b0)
                ca1.addProduct(x, b1)
                x = Lanes(repeating: p9[r2])
                cb0.addProduct(x, b0)
                cb1.addProduct(x, b1)
                p0 += termStride
                p3 += termStride
                p6 += termStride
                p9 += termStride
                k -= 1
            } while k > 0
        }
        var row = tile
        put(c00, c01, to: &row, isAdded: isAdded)
        put(c10, c11, to: &row, isAdded: isAdded)
        put(c20, c21, to: &row, isAdded: isAdded)
        put(c30, c31, to: &row, isAdded: isAdded)
        put(c40, c41, to: &row, isAdded: isAdded)
        put(c50, c51, to: &row, isAdded: isAdded)
        put(c60, c61, to: &row, isAdded: isAdded)
        put(c70, c71, to: &row, isAdded: isAdded)
        put(c80, c81, to: &row, isAdded: isAdded)
        put(c90, c91, to: &row, isAdded: isAdded)
        put(ca0, ca1, to: &row, isAdded: isAdded)
        put(cb0, cb1, to: &row, isAdded: isAdded)
    }

    /// The same for 16 columns, or the last of a panel: only the first vector of each row is written.
    @inline(__always)
    private static func narrow(
        _ runs: UnsafeBufferPointer<Run>, a: UnsafePointer<Float>, rowStride: Int, termStride: Int, b: UnsafePointer<Float>,
        bStride: Int, addedTo isAdded: Bool, tile: UnsafeMutablePointer<Lanes>
    ) {
        let r1 = rowStride, r2 = 2 * rowStride
        var c0 = Lanes.zero, c1 = Lanes.zero, c2 = Lanes.zero, c3 = Lanes.zero
        var c4 = Lanes.zero, c5 = Lanes.zero, c6 = Lanes.zero, c7 = Lanes.zero
        var c8 = Lanes.zero, c9 = Lanes.zero, ca = Lanes.zero, cb = Lanes.zero
        for run in runs {
            var p0 = a + run.a
            var p3 = p0 + 3 * rowStride
            var p6 = p0 + 6 * rowStride
            var p9 = p0 + 9 * rowStride
            var q = UnsafeRawPointer(b + run.b)
            var k = run.count
            repeat {
                let b0 = q.loadUnaligned(as: Lanes.self)
                q += 4 * bStride
                c0.addProduct(Lanes(repeating: p0[0]), b0)
                c1.addProduct(Lanes(repeating: p0[r1]), b0)
                c2.addProduct(Lanes(repeating: p0[r2]), b0)
                c3.addProduct(Lanes(repeating: p3[0]), b0)
                c4.addProduct(Lanes(repeating: p3[r1]), b0)
                c5.addProduct(Lanes(repeating: p3[r2]), b0)
                c6.addProduct(Lanes(repeating: p6[0]), b0)
                c7.addProduct(Lanes(repeating: p6[r1]), b0)
                c8.addProduct(Lanes(repeating: p6[r2]), b0)
                c9.addProduct(Lanes(repeating: p9[0]), b0)
                ca.addProduct(Lanes(repeating: p9[r1]), b0)
                cb.addProduct(Lanes(repeating: p9[r2]), b0)
                p0 += termStride
                p3 += termStride
                p6 += termStride
                p9 += termStride
                k -= 1
            } while k > 0
        }
        var row = tile
        put(c0, to: &row, isAdded: isAdded)
        put(c1, to: &row, isAdded: isAdded)
        put(c2, to: &row, isAdded: isAdded)
        put(c3, to: &row, isAdded: isAdded)
        put(c4, to: &row, isAdded: isAdded)
        put(c5, to: &row, isAdded: isAdded)
        put(c6, to: &row, isAdded: isAdded)
        put(c7, to: &row, isAdded: isAdded)
        put(c8, to: &row, isAdded: isAdded)
        put(c9, to: &row, isAdded: isAdded)
        put(ca, to: &row, isAdded: isAdded)
        put(cb, to: &row, isAdded: isAdded)
    }

    /// The same for 4 rows of 32 columns, for what is left below whole tiles; of 16 columns only the first vectors are of use.
    @inline(__always)
    private static func low(
        _ runs: UnsafeBufferPointer<Run>, a: UnsafePointer<Float>, rowStride: Int, termStride: Int, b: UnsafePointer<Float>,
        bStride: Int, addedTo isAdded: Bool, tile: UnsafeMutablePointer<Lanes>
    ) {
        let r1 = rowStride, r2 = 2 * rowStride, r3 = 3 * rowStride
        var c00 = Lanes.zero, c01 = Lanes.zero, c10 = Lanes.zero, c11 = Lanes.zero
        var c20 = Lanes.zero, c21 = Lanes.zero, c30 = Lanes.zero, c31 = Lanes.zero
        for run in runs {
            var p = a + run.a
            var q = UnsafeRawPointer(b + run.b)
            var k = run.count
            repeat {
                let b0 = q.loadUnaligned(as: Lanes.self)
                let b1 = q.loadUnaligned(fromByteOffset: 64, as: Lanes.self)
                q += 4 * bStride
                var x = Lanes(repeating: p[0])
                c00.addProduct(x, b0)
                c01.addProduct(x, b1)
                x = Lanes(repeating: p[r1])
                c10.addProduct(x, b0)
                c11.addProduct(x, b1)
                x = Lanes(repeating: p[r2])
                c20.addProduct(x, b0)
                c21.addProduct(x, b1)
                x = Lanes(repeating: p[r3])
                c30.addProduct(x, b0)
                c31.addProduct(x, b1)
                p += termStride
                k -= 1
            } while k > 0
        }
        var row = tile
        put(c00, c01, to: &row, isAdded: isAdded)
        put(c10, c11, to: &row, isAdded: isAdded)
        put(c20, c21, to: &row, isAdded: isAdded)
        put(c30, c31, to: &row, isAdded: isAdded)
    }
}
#endif
