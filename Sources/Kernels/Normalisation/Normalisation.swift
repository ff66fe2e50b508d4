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

    /// Writes y to `result`, and μ and s of each row to rows 0 and 1 of `statistics`.
    ///
    /// - Parameters:
    ///   - x: [rows, columns].
    ///   - scale, bias: γ and β, [1, columns].
    ///   - result: [rows, columns].
    ///   - statistics: [4, rows]; the last two rows are for `backward`.
    package static func compute(
        _ x: Matrix, scale: Matrix, bias: Matrix, epsilon: Float, into result: Matrix, statistics: Matrix, device: Device
    ) {
        check(x, same: [result], vectors: [scale, bias], statistics)
        if let queue = device.queue {
            enqueueRows(
                x, "normalise",
                [.matrix(x), .matrix(scale), .matrix(bias), .float(epsilon), .matrix(result), .matrix(statistics)], on: queue)
            return
        }
        let rows = x.rows, columns = x.columns, count = Float(columns)
        let (x, scale, bias, result) = (Numbers(x), Numbers(scale), Numbers(bias), Numbers(result))
        let statistics = Statistics(statistics)
        device.split(rows, grain: max(1, 16_384 / columns)) { _, range in
            forEachSixteen(range) { rows in
                let means =
                    rows.sums { row in
                        var sum = Lanes.zero
                        Lanes16.forEachGroup(columns) { column, width in sum += x.load(row, column, width) }
                        return sum
                    } / count
                statistics.set(Statistics.mean, of: rows, to: means)
                let variances =
                    rows.sums { row in
                        let mean = statistics[Statistics.mean, row]
                        var squares = Lanes.zero
                        Lanes16.forEachGroup(columns) { column, width in
                            let centred = Lanes16.keep(width, of: x.load(row, column, width) - mean)
                            squares.addProduct(centred, centred)
                        }
                        return squares
                    } / count
                statistics.set(Statistics.inverse, of: rows, to: 1 / (variances + epsilon).squareRoot())
                Lanes16.forEachGroup(columns) { column, width in
                    let scale = scale.load(0, column, width), bias = bias.load(0, column, width)
                    for row in rows.range {
                        let normal = normal(x, statistics, row: row, column: column, count: width)
                        result.store(bias.addingProduct(scale, normal), row, column, width)
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
    /// because ∂x̂ᵢ/∂xⱼ = s·(δᵢⱼ − 1/n − x̂ᵢx̂ⱼ/n), which is symmetric. Writes ⟨a⟩ and ⟨a·x̂⟩ of each row to rows 2 and 3 of
    /// `statistics`.
    /// - Parameters:
    ///   - mask: where it is not positive, x̄ is 0.
    ///   - pieces: how sums over rows are cut; the processor takes one piece at a time.
    package static func backward(
        _ x: Matrix, statistics: Matrix, scale: Matrix, outputGradient: Matrix, mask: Matrix?, into result: Matrix,
        scaleGradient: Matrix, biasGradient: Matrix, pieces: Pieces = .whole, device: Device
    ) {
        check(x, same: [outputGradient, result, mask ?? x], vectors: [scale, scaleGradient, biasGradient], statistics)
        if let queue = device.queue {
            enqueueRows(
                x, "normalise_backward",
                [.matrix(x), .matrix(statistics), .matrix(scale), .matrix(outputGradient)] + arguments(mask: mask)
                    + [.matrix(result)], on: queue)
            enqueueSums(
                x, "normalise_backward_sums", [.matrix(x), .matrix(statistics), .matrix(outputGradient)],
                scaleGradient: scaleGradient, biasGradient: biasGradient, pieces: pieces, device: device,
                on: queue)
            return
        }
        let columns = x.columns, count = Float(columns)
        let input = Numbers(x), above = Numbers(outputGradient), scale = Numbers(scale), result = Numbers(result)
        let mask = mask.map(Numbers.init), statistics = Statistics(statistics)
        forEachBlock(of: x, pieces, scaleGradient: scaleGradient, biasGradient: biasGradient, device: device) { rows, sums in
            let (first, second) = rows.twoSums { row in
                var first = Lanes.zero, second = Lanes.zero
                Lanes16.forEachGroup(columns) { column, width in
                    let weighted = scale.load(0, column, width) * above.load(row, column, width)
                    first += weighted
                    second.addProduct(weighted, normal(input, statistics, row: row, column: column, count: width))
                }
                return (first, second)
            }
            statistics.set(Statistics.weighted, of: rows, to: first / count)
            statistics.set(Statistics.weightedNormal, of: rows, to: second / count)
            Lanes16.forEachGroup(columns) { column, width in
                let scale = scale.load(0, column, width)
                sums.add(column: column, count: width) { scaleSum, biasSum in
                    for row in rows.range {
                        let normal = normal(input, statistics, row: row, column: column, count: width)
                        let gradient = above.load(row, column, width)
                        scaleSum += gradient * normal
                        biasSum += gradient
                        let value =
                            (scale * gradient - statistics[Statistics.weighted, row])
                            .addingProduct(-normal, Lanes(repeating: statistics[Statistics.weightedNormal, row]))
                            * statistics[Statistics.inverse, row]
                        result.store(keep(value, mask, row, column, width), row, column, width)
                    }
                }
            }
        }
    }

    /// `value` where the mask, if there is one, is positive.
    @inline(__always)
    static func keep(_ value: Lanes, _ mask: Numbers?, _ row: Int, _ column: Int, _ count: Int) -> Lanes {
        guard let mask else { return value }
        return Lanes16.keep(value, whereActive: mask.start + row * mask.stride + column, count: count)
    }

    // MARK: - A row's numbers

    typealias Lanes = SIMD16<Float>

    /// A matrix's numbers by row and column.
    struct Numbers: @unchecked Sendable {
        let start: UnsafeMutablePointer<Float>
        let stride: Int

        init(_ matrix: Matrix) { (start, stride) = (matrix.start, matrix.stride) }

        /// Up to sixteen numbers from a column on.
        @inline(__always)
        func load(_ row: Int, _ column: Int, _ count: Int) -> Lanes {
            Lanes16.load(start + row * stride + column, count: count)
        }

        @inline(__always)
        func store(_ lanes: Lanes, _ row: Int, _ column: Int, _ count: Int) {
            Lanes16.store(lanes, to: start + row * stride + column, count: count)
        }
    }

    /// Four numbers of each row of x, each kind in a row of its own.
    struct Statistics: @unchecked Sendable {
        private let numbers: Numbers

        init(_ matrix: Matrix) { numbers = Numbers(matrix) }

        @inline(__always)
        subscript(_ kind: Int, row: Int) -> Float { numbers.start[kind * numbers.stride + row] }

        /// Keeps a number of each of sixteen rows.
        @inline(__always)
        func set(_ kind: Int, of rows: Sixteen, to values: Lanes) {
            numbers.store(values, kind, rows.range.lowerBound, rows.range.count)
        }

        static let count = 4
        /// Of the statistics: μ, s, ⟨a⟩ and ⟨a·x̂⟩.
        static let mean = 0, inverse = 1, weighted = 2, weightedNormal = 3
        /// Of the tangent's: ⟨ẋ⟩, ⟨x̂·ẋ⟩, ⟨ȧ⟩ and ⟨ȧ·x̂ + a·x̂̇⟩.
        static let tangent = 0, tangentNormal = 1, weightedTangent = 2, weightedNormalTangent = 3
    }

    /// x̂ from a column on.
    @inline(__always)
    static func normal(_ x: Numbers, _ statistics: Statistics, row: Int, column: Int, count: Int) -> Lanes {
        (x.load(row, column, count) - statistics[Statistics.mean, row]) * statistics[Statistics.inverse, row]
    }

    /// One thread's sums over a block of rows, for the gradients of γ and β.
    struct BlockSums {
        let scale: UnsafeMutablePointer<Float>
        let bias: UnsafeMutablePointer<Float>

        /// Lets `body` add to the sums of up to sixteen columns.
        @inline(__always)
        func add(column: Int, count: Int, _ body: (_ scale: inout Lanes, _ bias: inout Lanes) -> Void) {
            var scaleSum = Lanes16.load(scale + column, count: count), biasSum = Lanes16.load(bias + column, count: count)
            body(&scaleSum, &biasSum)
            Lanes16.store(scaleSum, to: scale + column, count: count)
            Lanes16.store(biasSum, to: bias + column, count: count)
        }
    }

    /// Up to sixteen rows, whose sums are taken together.
    struct Sixteen {
        let range: Range<Int>
        fileprivate let sums: UnsafeMutablePointer<Lanes>

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
        withUnsafeTemporaryAllocation(byteCount: 64 * 32, alignment: 64) { memory in
            let lanes = memory.baseAddress!.assumingMemoryBound(to: Lanes.self)
            var row = range.lowerBound
            while row < range.upperBound {
                body(Sixteen(range: row..<min(row + 16, range.upperBound), sums: lanes))
                row += 16
            }
        }
    }

    /// Calls `body` for each sixteen rows with the sums of their block, then adds the blocks' sums to the gradients.
    @inline(__always)
    static func forEachBlock(
        of x: Matrix, _ pieces: Pieces, scaleGradient: Matrix, biasGradient: Matrix, device: Device,
        _ body: @Sendable (_ rows: Sixteen, _ sums: BlockSums) -> Void
    ) {
        require(pieces.rows >= x.rows, "the processor takes pieces of \(pieces.rows) rows one by one")
        let blocks = (x.rows + rowsPerBlock - 1) / rowsPerBlock, columns = x.columns
        let scales = device.scratch(ScratchSlot.first, rows: blocks, columns: columns)
        let biases = device.scratch(ScratchSlot.second, rows: blocks, columns: columns)
        device.split(blocks) { _, range in
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

    static func check(
        _ x: Matrix, same: [Matrix], vectors: [Matrix], _ statistics: Matrix, ofTangent tangentStatistics: Matrix? = nil
    ) {
        require(
            x.columns > 0 && same.allSatisfy { $0.rows == x.rows && $0.columns == x.columns }
                && vectors.allSatisfy { $0.rows == 1 && $0.columns == x.columns }
                && [statistics, tangentStatistics ?? statistics].allSatisfy {
                    $0.rows == Statistics.count && $0.columns == x.rows
                },
            "normalising \(x.shape) with \(same.map(\.shape)), \(vectors.map(\.shape)), statistics \(statistics.shape)")
    }
}
