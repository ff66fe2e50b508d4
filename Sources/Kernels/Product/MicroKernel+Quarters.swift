#if !SAMEDGE_AVX512
/// The same tiles from quarters of 6 rows × 16 columns in vectors of eight numbers, which is what sixteen registers of 256
/// bits (AVX2) or thirty-two of 128 (NEON) hold.
///
/// The sums have the same order, so the bits are the same.
extension MicroKernel {
    /// The rows of a quarter.
    static let rowStep = 6

    /// Writes one block's sums, or adds them, quarter by quarter; of 16 columns only the first vector of each row.
    static func block(
        _ runs: UnsafeBufferPointer<Run>, a: UnsafePointer<Float>, rowStride: Int, termStride: Int, b: UnsafePointer<Float>,
        bStride: Int, rows: Int = rows, isWide: Bool, addedTo isAdded: Bool, tile: UnsafeMutablePointer<Lanes>
    ) {
        for row in stride(from: 0, to: rows, by: rowStep) {
            for half in 0..<(isWide ? 2 : 1) {
                quarter(
                    runs, a: a + row * rowStride, rowStride: rowStride, termStride: termStride, b: b + 16 * half,
                    bStride: bStride, addedTo: isAdded, tile: tile + 2 * row + half)
            }
        }
    }

    private typealias Half = SIMD8<Float>

    private static func quarter(
        _ runs: UnsafeBufferPointer<Run>, a: UnsafePointer<Float>, rowStride: Int, termStride: Int, b: UnsafePointer<Float>,
        bStride: Int, addedTo isAdded: Bool, tile: UnsafeMutablePointer<Lanes>
    ) {
        let r1 = rowStride, r2 = 2 * rowStride
        var c00 = Half.zero, c01 = Half.zero, c10 = Half.zero, c11 = Half.zero, c20 = Half.zero, c21 = Half.zero
        var c30 = Half.zero, c31 = Half.zero, c40 = Half.zero, c41 = Half.zero, c50 = Half.zero, c51 = Half.zero
        for run in runs {
            var p0 = a + run.a
            var p3 = p0 + 3 * rowStride
            var q = UnsafeRawPointer(b + run.b)
            var k = run.count
            repeat {
                let b0 = q.loadUnaligned(as: Half.self)
                let b1 = q.loadUnaligned(fromByteOffset: 32, as: Half.self)
                q += 4 * bStride
                var x = Half(repeating: p0[0])
                c00.addProduct(x, b0)
                c01.addProduct(x, b1)
                x = Half(repeating: p0[r1])
                c10.addProduct(x, b0)
                c11.addProduct(x, b1)
                x = Half(repeating: p0[r2])
                c20.addProduct(x, b0)
                c21.addProduct(x, b1)
                x = Half(repeating: p3[0])
                c30.addProduct(x, b0)
                c31.addProduct(x, b1)
                x = Half(repeating: p3[r1])
                c40.addProduct(x, b0)
                c41.addProduct(x, b1)
                x = Half(repeating: p3[r2])
                c50.addProduct(x, b0)
                c51.addProduct(x, b1)
                p0 += termStride
                p3 += termStride
                k -= 1
            } while k > 0
        }
        var row = tile
        put(Lanes(lowHalf: c00, highHalf: c01), to: &row, isAdded: isAdded)
        put(Lanes(lowHalf: c10, highHalf: c11), to: &row, isAdded: isAdded)
        put(Lanes(lowHalf: c20, highHalf: c21), to: &row, isAdded: isAdded)
        put(Lanes(lowHalf: c30, highHalf: c31), to: &row, isAdded: isAdded)
        put(Lanes(lowHalf: c40, highHalf: c41), to: &row, isAdded: isAdded)
        put(Lanes(lowHalf: c50, highHalf: c51), to: &row, isAdded: isAdded)
    }
}
#endif
