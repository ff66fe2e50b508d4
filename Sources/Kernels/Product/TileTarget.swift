/// Where tiles of sums go, and what is done to each element once its sum is complete.
///
/// It knows the matrices by their places alone, because it is asked for every tile: counting references there took 4 % of the
/// convolutional network's Hessian–vector product. Who makes one holds the matrices as long as it is used.
struct TileTarget: @unchecked Sendable {
    /// An epilogue with its matrices' places.
    private enum Finish {
        case none
        case bias(UnsafePointer<Float>)
        case biasThenReLU(UnsafePointer<Float>)
        case whereActive(UnsafePointer<Float>, stride: Int)
        case biasWhereActive(UnsafePointer<Float>, active: UnsafePointer<Float>, stride: Int)
    }

    private let result: UnsafeMutablePointer<Float>
    private let stride: Int
    /// How many rows the result has.
    let rows: Int
    private let finish: Finish

    init(result: Matrix, epilogue: Epilogue) {
        (self.result, stride, rows) = (result.start, result.stride, result.rows)
        finish =
            switch epilogue {
            case .none: .none
            case .bias(let bias): .bias(bias.start)
            case .biasThenReLU(let bias): .biasThenReLU(bias.start)
            case .whereActive(let active): .whereActive(active.start, stride: active.stride)
            case .biasWhereActive(let bias, let active):
                .biasWhereActive(bias.start, active: active.start, stride: active.stride)
            }
    }

    /// Fills `tile` with what is in the result.
    @inline(__always)
    func load(rows: Range<Int>, columns: Range<Int>, into tile: UnsafeMutablePointer<MicroKernel.Lanes>) {
        var sums = tile
        for row in rows {
            let source = result + row * stride + columns.lowerBound
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
    func write(
        _ tile: UnsafeMutablePointer<MicroKernel.Lanes>, rows: Range<Int>, columns: Range<Int>, isComplete: Bool
    ) {
        switch isComplete ? finish : .none {
        case .none: each(tile, rows, columns) { value, _, _, _ in value }
        case .bias(let bias):
            each(tile, rows, columns) { value, _, column, count in
                value + Lanes16.load(bias + column, count: count)
            }
        case .biasThenReLU(let bias):
            each(tile, rows, columns) { value, _, column, count in
                let biased = value + Lanes16.load(bias + column, count: count)
                return biased.replacing(with: 0, where: biased .< 0)
            }
        case .whereActive(let active, let stride):
            each(tile, rows, columns) { value, row, column, count in
                value.replacing(with: 0, where: Lanes16.load(active + row * stride + column, count: count) .<= 0)
            }
        case .biasWhereActive(let bias, let active, let stride):
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
            let target = result + row * stride
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
