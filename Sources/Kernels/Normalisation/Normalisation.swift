/// Layer normalisation: each row is shifted and scaled to mean 0 and variance 1, then by learnt numbers, one a column.
///
/// With μ and σ² a row's mean and variance over the n columns and s = 1/√(σ² + ε):
///
///     x̂ = (x − μ)·s,    y = γ·x̂ + β.
///
/// Sums over a row run in 16 lanes (column j in lane j mod 16), which are then added by halves; sums over rows run in
/// blocks of 256, which are then added in order.
package enum Normalisation {
    static let rowsPerBlock = MatrixProduct.termsPerBlock

    /// Writes y to `result`, and μ and s of each row to `statistics`.
    ///
    /// - Parameters:
    ///   - x: [rows, columns].
    ///   - scale, bias: γ and β, [1, columns].
    ///   - result: [rows, columns].
    ///   - statistics: [rows, 2].
    package static func compute(
        _ x: Matrix, scale: Matrix, bias: Matrix, epsilon: Float, into result: Matrix, statistics: Matrix, workers: Workers
    ) {
        check(x, same: [result], vectors: [scale, bias], statistics)
        let columns = x.columns, count = Float(columns)
        workers.split(x.rows, grain: max(1, 16_384 / columns)) { _, range in
            forEachSixteen(range) { rows in
                rows[0] = rows.sums { row in
                    let source = x.start + row * x.stride
                    var sum = Lanes.zero
                    Lanes16.forEachGroup(columns) { column, width in sum += Lanes16.load(source + column, count: width) }
                    return sum
                } / count
                let variances = rows.sums { row in
                    let source = x.start + row * x.stride, mean = rows.number(0, of: row)
                    var squares = Lanes.zero
                    Lanes16.forEachGroup(columns) { column, width in
                        let centred = Lanes16.keep(width, of: Lanes16.load(source + column, count: width) - mean)
                        squares.addProduct(centred, centred)
                    }
                    return squares
                } / count
                rows[1] = 1 / (variances + epsilon).squareRoot()
                for row in rows.range {
                    let source = x.start + row * x.stride, target = result.start + row * result.stride
                    let mean = rows.number(0, of: row), inverse = rows.number(1, of: row)
                    statistics.start[row * statistics.stride] = mean
                    statistics.start[row * statistics.stride + 1] = inverse
                    Lanes16.forEachGroup(columns) { column, width in
                        let normal = (Lanes16.load(source + column, count: width) - mean) * inverse
                        let value = Lanes16.load(bias.start + column, count: width)
                            .addingProduct(Lanes16.load(scale.start + column, count: width), normal)
                        Lanes16.store(value, to: target + column, count: width)
                    }
                }
            }
        }
    }

    /// The transposed derivative: adds γ̄ = Σ ȳ·x̂ and β̄ = Σ ȳ to the gradients and writes x̄ to `result`.
    ///
    /// With a = γ·ȳ and ⟨·⟩ for the mean over a row's columns,
    ///
    ///     x̄ = s·(a − ⟨a⟩ − x̂·⟨a·x̂⟩),
    ///
    /// because ∂x̂ᵢ/∂xⱼ = s·(δᵢⱼ − 1/n − x̂ᵢx̂ⱼ/n), which is symmetric.
    /// - Parameter mask: where it is not positive, x̄ is 0.
    package static func backward(
        _ x: Matrix, statistics: Matrix, scale: Matrix, outputGradient: Matrix, mask: Matrix?, into result: Matrix,
        scaleGradient: Matrix, biasGradient: Matrix, workers: Workers
    ) {
        check(x, same: [outputGradient, result, mask ?? x], vectors: [scale, scaleGradient, biasGradient], statistics)
        let columns = x.columns, count = Float(columns)
        forEachBlock(of: x, scaleGradient: scaleGradient, biasGradient: biasGradient, workers: workers) { rows, sums in
            let (first, second) = rows.twoSums { row in
                let source = x.start + row * x.stride, above = outputGradient.start + row * outputGradient.stride
                let (mean, inverse) = moments(statistics, of: row)
                var first = Lanes.zero, second = Lanes.zero
                Lanes16.forEachGroup(columns) { column, width in
                    let normal = (Lanes16.load(source + column, count: width) - mean) * inverse
                    let gradient = Lanes16.load(above + column, count: width)
                    let weighted = Lanes16.load(scale.start + column, count: width) * gradient
                    first += weighted
                    second.addProduct(weighted, normal)
                    sums.add(scale: gradient * normal, bias: gradient, column: column, count: width)
                }
                return (first, second)
            }
            (rows[0], rows[1]) = (first / count, second / count)
            for row in rows.range {
                let m1 = rows.number(0, of: row), m2 = rows.number(1, of: row)
                let source = x.start + row * x.stride, above = outputGradient.start + row * outputGradient.stride
                let target = result.start + row * result.stride
                let active = mask.map { $0.start + row * $0.stride }
                let (mean, inverse) = moments(statistics, of: row)
                Lanes16.forEachGroup(columns) { column, width in
                    let normal = (Lanes16.load(source + column, count: width) - mean) * inverse
                    let weighted =
                        Lanes16.load(scale.start + column, count: width) * Lanes16.load(above + column, count: width)
                    var value = (weighted - m1).addingProduct(-normal, Lanes(repeating: m2)) * inverse
                    if let active { value = Lanes16.keep(value, whereActive: active + column, count: width) }
                    Lanes16.store(value, to: target + column, count: width)
                }
            }
        }
    }

    typealias Lanes = SIMD16<Float>

    /// μ and s of a row.
    @inline(__always)
    static func moments(_ statistics: Matrix, of row: Int) -> (mean: Float, inverse: Float) {
        let start = statistics.start + row * statistics.stride
        return (start[0], start[1])
    }

    /// One thread's sums over a block of rows, for the gradients of γ and β.
    struct BlockSums {
        let scale: UnsafeMutablePointer<Float>
        let bias: UnsafeMutablePointer<Float>

        @inline(__always)
        func add(scale more: Lanes, bias another: Lanes, column: Int, count: Int) {
            Lanes16.store(Lanes16.load(scale + column, count: count) + more, to: scale + column, count: count)
            Lanes16.store(Lanes16.load(bias + column, count: count) + another, to: bias + column, count: count)
        }
    }

    /// Up to sixteen rows, whose sums are taken together, and memory for what is known of each.
    struct Sixteen {
        let range: Range<Int>
        fileprivate let sums: UnsafeMutablePointer<Lanes>
        fileprivate let numbers: UnsafeMutablePointer<Lanes>

        /// Number `slot` of each row; zeros for rows that are not there.
        @inline(__always)
        subscript(slot: Int) -> Lanes {
            get { numbers[slot] }
            nonmutating set { numbers[slot] = newValue }
        }

        /// Number `slot` of one row.
        @inline(__always)
        func number(_ slot: Int, of row: Int) -> Float {
            UnsafeRawPointer(numbers).load(
                fromByteOffset: 64 * slot + 4 * (row - range.lowerBound), as: Float.self)
        }

        /// The sums over each row of what `body` makes of it; zeros for rows that are not there.
        @inline(__always)
        func sums(_ body: (_ row: Int) -> Lanes) -> Lanes {
            for row in range { sums[row - range.lowerBound] = body(row) }
            for index in range.count..<16 { sums[index] = .zero }
            return Square16.sums { sums[$0] }
        }

        /// Two sums over each row.
        @inline(__always)
        func twoSums(_ body: (_ row: Int) -> (Lanes, Lanes)) -> (Lanes, Lanes) {
            for row in range {
                let index = row - range.lowerBound
                (sums[index], sums[16 + index]) = body(row)
            }
            for index in range.count..<16 { (sums[index], sums[16 + index]) = (.zero, .zero) }
            return (Square16.sums { sums[$0] }, Square16.sums { sums[16 + $0] })
        }
    }

    /// Calls `body` for the rows of `range`, sixteen by sixteen.
    @inline(__always)
    static func forEachSixteen(_ range: Range<Int>, _ body: (Sixteen) -> Void) {
        withUnsafeTemporaryAllocation(byteCount: 64 * (32 + 6), alignment: 64) { memory in
            let lanes = memory.baseAddress!.assumingMemoryBound(to: Lanes.self)
            var row = range.lowerBound
            while row < range.upperBound {
                body(Sixteen(range: row..<min(row + 16, range.upperBound), sums: lanes, numbers: lanes + 32))
                row += 16
            }
        }
    }

    /// Calls `body` for each sixteen rows with the sums of their block, then adds the blocks' sums to the gradients.
    @inline(__always)
    static func forEachBlock(
        of x: Matrix, scaleGradient: Matrix, biasGradient: Matrix, workers: Workers,
        _ body: @Sendable (_ rows: Sixteen, _ sums: BlockSums) -> Void
    ) {
        let blocks = (x.rows + rowsPerBlock - 1) / rowsPerBlock, columns = x.columns
        let scales = workers.scratch(ScratchSlot.first, rows: blocks, columns: columns)
        let biases = workers.scratch(ScratchSlot.second, rows: blocks, columns: columns)
        workers.split(blocks) { _, range in
            for block in range {
                let sums = BlockSums(scale: scales.start + block * columns, bias: biases.start + block * columns)
                sums.scale.update(repeating: 0, count: columns)
                sums.bias.update(repeating: 0, count: columns)
                forEachSixteen(block * rowsPerBlock..<min((block + 1) * rowsPerBlock, x.rows)) { body($0, sums) }
            }
        }
        Partials.add(scales, to: scaleGradient)
        Partials.add(biases, to: biasGradient)
    }

    static func check(_ x: Matrix, same: [Matrix], vectors: [Matrix], _ statistics: Matrix) {
        require(
            x.columns > 0 && same.allSatisfy { $0.rows == x.rows && $0.columns == x.columns }
                && vectors.allSatisfy { $0.rows == 1 && $0.columns == x.columns } && statistics.rows == x.rows
                && statistics.columns == 2,
            "normalising \(x.shape) with \(same.map(\.shape)), \(vectors.map(\.shape)), statistics \(statistics.shape)")
    }
}
