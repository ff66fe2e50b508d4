extension MatrixProduct {
    /// Many products of one shape: how far the factors and the result of each lie from the one before.
    struct Batch {
        /// How many there are.
        var count = 1
        /// So many lie `step` apart; then the next so many begin `outer` further on.
        var inner = 1
        var a = Distance(), b = Distance(), result = Distance()

        struct Distance {
            var outer = 0, step = 0
        }
    }

    /// The product on an OpenCL device, or many at once; the sum of `termsPerBlock` terms starts afresh at zero.
    ///
    /// - Parameters:
    ///   - pieces: how the terms are cut; lanes are for one batch alone.
    ///   - other: a second product that `isLike` the first, whose pieces follow the first one's each; for one batch alone.
    ///   - size: the elements along each side that an item has, one of `KernelSource.productSizes`; no bit depends on it.
    static func enqueue(
        _ a: Factor, _ b: Factor, into result: Matrix, accumulate: Bool, epilogue: Epilogue, triangle: Triangle = .none,
        termsPerBlock: Int = termsPerBlock, pieces: Pieces = .whole, other: (a: Factor, b: Factor)? = nil, batch: Batch = Batch(),
        size: Int? = nil, on queue: CommandQueue
    ) {
        require(
            batch.count == 1 || other == nil && pieces.lanes == 1, "\(batch.count) sums of two products, or in lanes, at once")
        let count = batch.count * pieces.lanes
        let size = size ?? usualSize(rows: result.rows, columns: result.columns, count: count, on: queue.device)
        let tile = 16 * size
        let (rowStride, termStride) = a.isTransposed ? (1, a.matrix.stride) : (a.matrix.stride, 1)
        let (bTermStride, columnStride) = b.isTransposed ? (1, b.matrix.stride) : (b.matrix.stride, 1)
        queue.run(
            "product_\(size)",
            grid: [
                (result.columns + tile - 1) / tile * 16, (result.rows + tile - 1) / tile * 16, count,
            ], group: [16, 16, 1],
            [
                .strided(a.matrix, stride: rowStride), .int(termStride), .long(batch.a.outer), .long(batch.a.step),
                .strided(b.matrix, stride: bTermStride), .int(columnStride), .long(batch.b.outer), .long(batch.b.step),
                .matrix(result), .long(batch.result.outer), .long(batch.result.step), .int(result.rows), .int(result.columns),
                .int(a.columns), .int(termsPerBlock), .int(batch.inner), .int(accumulate ? 1 : 0),
            ] + epilogue.arguments + [
                .int(triangle.number), .int(MicroKernel.rows), .int(other == nil ? 1 : 2), .matrix(other?.a.matrix),
                .matrix(other?.b.matrix),
            ] + pieces.arguments(rows: a.columns))
    }

    /// Whether two products may be handed to one kernel: factors of the same shape that lie alike.
    static func isLike(_ first: (a: Factor, b: Factor), _ second: (a: Factor, b: Factor)) -> Bool {
        func isLike(_ x: Factor, _ y: Factor) -> Bool {
            x.rows == y.rows && x.columns == y.columns && x.isTransposed == y.isTransposed && x.matrix.stride == y.matrix.stride
        }
        return isLike(first.a, second.a) && isLike(first.b, second.b)
    }

    /// Large tiles read less, small ones leave no part of the device idle.
    private static func usualSize(rows: Int, columns: Int, count: Int, on device: OpenCLDevice) -> Int {
        func tiles(_ size: Int) -> Int {
            let tile = 16 * size
            return (rows + tile - 1) / tile * ((columns + tile - 1) / tile) * count
        }
        let worthwhile = max(64, device.computeUnits * 3 / 2)
        return KernelSource.productSizes.last { size in
            size == KernelSource.productSizes[0] || (min(rows, columns) >= 12 * size && tiles(size) >= worthwhile)
        }!
    }
}

extension Epilogue {
    /// What kernels with an epilogue are handed for it.
    var arguments: [CommandQueue.Argument] {
        switch self {
        case .none: [.int(0), .matrix(nil), .matrix(nil)]
        case .bias(let bias): [.int(1), .matrix(bias), .matrix(nil)]
        case .biasThenReLU(let bias): [.int(2), .matrix(bias), .matrix(nil)]
        case .whereActive(let active): [.int(3), .matrix(nil), .matrix(active)]
        case .biasWhereActive(let bias, let active): [.int(4), .matrix(bias), .matrix(active)]
        }
    }
}

extension Triangle {
    fileprivate var number: Int {
        switch self {
        case .none: 0
        case .aboveResultUnwanted: 1
        case .aboveFirstZero: 2
        case .belowFirstZero: 3
        }
    }
}
