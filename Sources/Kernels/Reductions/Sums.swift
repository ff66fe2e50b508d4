/// Sums over whole vectors, in double precision and in an order that depends on the length alone.
///
/// A vector is cut into blocks of 4,096; each block is summed in 16 interleaved lanes, the lanes are added in order, then
/// the blocks are. Threads take whole blocks.
package enum Sums {
    private static let block = 4096

    /// ⟨a, b⟩.
    package static func dot(_ a: Vector, _ b: Vector, workers: Workers) -> Double {
        require(a.count == b.count, "the inner product of \(a.count) and \(b.count) elements")
        let x = Shared(a.start), y = Shared(b.start)
        return blocks(a.count, workers: workers) { range in
            lanes(range, { UnsafeRawPointer(x.pointer + $0) }, { UnsafeRawPointer(y.pointer + $0) })
        }
    }

    /// ‖a‖, the Euclidean norm.
    package static func norm(_ a: Vector, workers: Workers) -> Double { dot(a, a, workers: workers).squareRoot() }

    /// Σᵢ (aᵢ − bᵢ)².
    package static func squaredDistance(_ a: Matrix, _ b: Matrix, workers: Workers) -> Double {
        require(
            a.rows == b.rows && a.columns == b.columns && a.isContiguous && b.isContiguous,
            "the distance of \(a.shape) and \(b.shape)")
        let x = Shared(a.start), y = Shared(b.start)
        return blocks(a.rows * a.columns, workers: workers) { range in
            var sum = 0.0
            for i in range {
                let difference = Double(x.pointer[i]) - Double(y.pointer[i])
                sum.addProduct(difference, difference)
            }
            return sum
        }
    }

    private static func blocks(_ count: Int, workers: Workers, _ body: @Sendable (Range<Int>) -> Double) -> Double {
        let blocks = (count + block - 1) / block
        return withUnsafeTemporaryAllocation(of: Double.self, capacity: max(1, blocks)) { sums in
            let shared = Shared(sums.baseAddress!)
            workers.split(blocks, grain: 16) { _, range in
                for i in range { shared.pointer[i] = body(i * block..<min((i + 1) * block, count)) }
            }
            var total = 0.0
            for i in 0..<blocks { total += sums[i] }
            return total
        }
    }

    @inline(__always)
    private static func lanes(
        _ range: Range<Int>, _ x: (Int) -> UnsafeRawPointer, _ y: (Int) -> UnsafeRawPointer
    ) -> Double {
        var sum = SIMD16<Double>.zero
        var i = range.lowerBound
        while i + 16 <= range.upperBound {
            sum.addProduct(
                SIMD16<Double>(x(i).loadUnaligned(as: SIMD16<Float>.self)),
                SIMD16<Double>(y(i).loadUnaligned(as: SIMD16<Float>.self)))
            i += 16
        }
        var total = 0.0
        for lane in 0..<16 { total += sum[lane] }
        while i < range.upperBound {
            total.addProduct(Double(x(i).load(as: Float.self)), Double(y(i).load(as: Float.self)))
            i += 1
        }
        return total
    }
}
