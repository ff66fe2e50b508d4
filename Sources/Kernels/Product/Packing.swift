/// Copies of parts of the factors in the order in which the micro-kernel reads them.
enum Packing {
    /// Packs `count` ≤ 32 columns of `factor` from column `first` on: all its rows, 32 values each, zeros at the end.
    static func columns(of factor: Factor, from first: Int, count: Int, into panel: UnsafeMutablePointer<Float>) {
        let width = MicroKernel.columns
        let depth = factor.rows
        let stride = factor.matrix.stride
        if factor.isTransposed {
            let source = factor.matrix.start + first * stride
            if count < width { panel.update(repeating: 0, count: depth * width) }
            var k = 0
            while k < depth {
                let end = min(k + 16, depth)
                var j = 0
                if end == k + 16 {
                    while j + 16 <= count {
                        Square16.transpose(
                            source + j * stride + k, sourceStride: stride, to: panel + k * width + j, targetStride: width)
                        j += 16
                    }
                }
                while j < count {
                    let row = source + j * stride
                    for i in k..<end { panel[i * width + j] = row[i] }
                    j += 1
                }
                k = end
            }
        } else {
            let source = factor.matrix.start + first
            if count == width {
                for k in 0..<depth {
                    let from = UnsafeRawPointer(source + k * stride)
                    let to = UnsafeMutableRawPointer(panel + k * width)
                    to.storeBytes(of: from.loadUnaligned(as: SIMD16<Float>.self), as: SIMD16<Float>.self)
                    to.storeBytes(
                        of: from.loadUnaligned(fromByteOffset: 64, as: SIMD16<Float>.self), toByteOffset: 64,
                        as: SIMD16<Float>.self)
                }
            } else {
                for k in 0..<depth {
                    let from = source + k * stride
                    let to = UnsafeMutableRawPointer(panel + k * width)
                    to.storeBytes(of: Lanes16.load(from, count: count), as: SIMD16<Float>.self)
                    to.storeBytes(
                        of: count > 16 ? Lanes16.load(from + 16, count: count - 16) : .zero, toByteOffset: 64,
                        as: SIMD16<Float>.self)
                }
            }
        }
    }

    /// Packs `count` ≤ 12 rows of `factor` from row `first` on, for the terms in `terms`: 12 values a term, zeros at the end.
    static func rows(
        of factor: Factor, from first: Int, count: Int, terms: Range<Int>, into panel: UnsafeMutablePointer<Float>
    ) {
        let height = MicroKernel.rows
        let stride = factor.matrix.stride
        if factor.isTransposed {
            let source = factor.matrix.start + first
            if count == height {
                for k in terms {
                    let from = UnsafeRawPointer(source + k * stride)
                    let to = UnsafeMutableRawPointer(panel + (k - terms.lowerBound) * height)
                    to.storeBytes(of: from.loadUnaligned(as: SIMD8<Float>.self), as: SIMD8<Float>.self)
                    to.storeBytes(
                        of: from.loadUnaligned(fromByteOffset: 32, as: SIMD4<Float>.self), toByteOffset: 32,
                        as: SIMD4<Float>.self)
                }
            } else {
                for k in terms {
                    let lanes = Lanes16.load(source + k * stride, count: count)
                    let to = UnsafeMutableRawPointer(panel + (k - terms.lowerBound) * height)
                    to.storeBytes(of: lanes.lowHalf, as: SIMD8<Float>.self)
                    to.storeBytes(of: lanes.highHalf.lowHalf, toByteOffset: 32, as: SIMD4<Float>.self)
                }
            }
        } else {
            let source = factor.matrix.start + first * stride
            for k in terms {
                let to = panel + (k - terms.lowerBound) * height
                for i in 0..<count { to[i] = source[i * stride + k] }
                for i in count..<height { to[i] = 0 }
            }
        }
    }
}
