/// A factor of a matrix product: a matrix as it stands or transposed.
package struct Factor: Sendable {
    let matrix: Matrix
    let isTransposed: Bool

    var rows: Int { isTransposed ? matrix.columns : matrix.rows }
    var columns: Int { isTransposed ? matrix.rows : matrix.columns }
}

extension Matrix {
    /// The matrix as a factor of a product.
    package var plain: Factor { Factor(matrix: self, isTransposed: false) }
    /// The transposed matrix as a factor of a product; nothing is copied.
    package var transposed: Factor { Factor(matrix: self, isTransposed: true) }
}

/// What is done to each element of a product once its sum is complete.
package enum Epilogue: Sendable {
    /// Nothing.
    case none
    /// Adds a bias, one value a column.
    case bias(Matrix)
    /// Adds a bias, then max(·, 0).
    case biasThenReLU(Matrix)
    /// Is 0 where the element of the matrix is 0 or negative, and keeps it elsewhere: the derivative of ReLU, 0 at 0.
    ///
    /// Where the matrix holds no number the element is kept as well, so that a divergence is not hidden.
    case whereActive(Matrix)
    /// Adds a bias, then is 0 where the element of the matrix is 0 or negative.
    case biasWhereActive(Matrix, active: Matrix)
}

/// Matrix products in single precision.
package enum MatrixProduct {
    /// The number of terms whose sum starts afresh at zero; such partial sums are then added up in order.
    ///
    /// It bounds the rounding error of long sums, and keeps a packed panel within the first-level cache. Chunks of
    /// examples are multiples of it, so that a sum over examples is the same whether it is chunked or not.
    package static let termsPerBlock = 256

    /// The terms that are summed before the result is touched: four blocks, so that the panels stay in the second-level cache.
    static let termsPerGroup = 4 * termsPerBlock

    /// The rows whose panels of the first factor stay in the second-level cache.
    private static let rowsPerBlock = 8 * MicroKernel.rows

    /// The largest number of elements of the second factor that is packed at once: 16 MiB.
    private static let packedElements = 1 << 22

    /// `result = epilogue(a·b)`, or `result = epilogue(result + a·b)` where `accumulate` is true.
    ///
    /// Element (i, j) is the sum over blocks of 256 terms of chains `fma(a[i,k], b[k,j], sum)`, in order of k; bits
    /// depend on nothing else. Costs 2·m·n·k operations. `result` must not overlap the factors.
    package static func compute(
        _ a: Factor, _ b: Factor, into result: Matrix, accumulate: Bool = false, epilogue: Epilogue = .none,
        device: Device
    ) {
        compute(a, b, into: result, accumulate: accumulate, epilogue: epilogue, triangle: .none, device: device)
    }

    /// `result += Σ xᵀ·y` over the pairs, which are added one after the other for each piece of their rows before the next one.
    package static func add(_ pairs: [(x: Matrix, y: Matrix)], to result: Matrix, pieces: Pieces, device: Device) {
        let rows = pairs.map(\.x.rows).max() ?? 0
        if rows == 0 { return }
        if enqueue(
            pairs.map { ($0.transposed, $1.plain) }, into: result, accumulate: true, epilogue: .none, pieces: pieces,
            device: device
        ) {
            return
        }
        pieces.forEach(of: rows) { part, offset in
            for (x, y) in pairs {
                compute(
                    x.rows(part).transposed, y.rows(part).plain, into: result.moved(by: offset), accumulate: true, device: device)
            }
        }
    }

    /// `result = epilogue(Σ a·b)` over the terms, each added to what there is once it is complete; `result` itself is the first addend
    /// where `accumulate` is true.
    package static func compute(
        _ terms: [(a: Factor, b: Factor)], into result: Matrix, accumulate: Bool = false, epilogue: Epilogue = .none,
        device: Device
    ) {
        if enqueue(terms, into: result, accumulate: accumulate, epilogue: epilogue, pieces: .whole, device: device) { return }
        for (index, term) in terms.enumerated() {
            compute(
                term.a, term.b, into: result, accumulate: accumulate || index > 0,
                epilogue: index == terms.count - 1 ? epilogue : .none, device: device)
        }
    }

    /// Hands one product, or the sum of two that are alike, to an OpenCL device, all pieces in one kernel; tells whether it did.
    private static func enqueue(
        _ terms: [(a: Factor, b: Factor)], into result: Matrix, accumulate: Bool, epilogue: Epilogue, pieces: Pieces,
        device: Device
    ) -> Bool {
        guard let queue = device.queue, let first = terms.first, terms.count <= 2, terms.allSatisfy({ isLike(first, $0) }) else {
            return false
        }
        let (a, b) = first
        require(
            a.rows == result.rows && b.columns == result.columns && b.rows == a.columns,
            "a product of \(a.rows) × \(a.columns) and \(b.rows) × \(b.columns) into \(result.shape)")
        epilogue.check(rows: result.rows, columns: result.columns)
        enqueue(
            a, b, into: result, accumulate: accumulate, epilogue: epilogue, pieces: pieces, other: terms.dropFirst().first,
            on: queue)
        return true
    }

    /// The same as `compute`, sparing what `triangle` says; where nothing is infinite the bits are those of the whole product.
    static func compute(
        _ a: Factor, _ b: Factor, into result: Matrix, accumulate: Bool = false, epilogue: Epilogue = .none,
        triangle: Triangle, device: Device
    ) {
        let m = result.rows, n = result.columns, depth = a.columns
        require(
            a.rows == m && b.columns == n && b.rows == depth,
            "a product of \(a.rows) × \(a.columns) and \(b.rows) × \(b.columns) into \(result.shape)")
        epilogue.check(rows: m, columns: n)
        if m == 0 || n == 0 { return }
        if let queue = device.queue {
            enqueue(a, b, into: result, accumulate: accumulate, epilogue: epilogue, triangle: triangle, on: queue)
            return
        }
        let widest = max(MicroKernel.columns, packedElements / max(depth, 1) / MicroKernel.columns * MicroKernel.columns)
        var column = 0
        while column < n {
            let width = min(widest, n - column)
            product(
                a, b, columns: column..<column + width, into: result, accumulate: accumulate, epilogue: epilogue,
                triangle: triangle, device: device)
            column += width
        }
    }

    private static func product(
        _ a: Factor, _ b: Factor, columns: Range<Int>, into result: Matrix, accumulate: Bool, epilogue: Epilogue,
        triangle: Triangle, device: Device
    ) {
        let depth = a.columns
        let panels = (columns.count + MicroKernel.columns - 1) / MicroKernel.columns
        let panelSize = depth * MicroKernel.columns
        let packedB = Shared(device.scratch(0, count: max(1, panels * panelSize)))
        // Below about 10⁶ operations a second thread costs more than it saves.
        let grain = max(1, 200_000 / max(1, 2 * depth * columns.count * MicroKernel.rows))
        device.split(panels, grain: max(1, 16_384 / max(1, panelSize))) { _, range in
            for panel in range {
                let first = columns.lowerBound + panel * MicroKernel.columns
                Packing.columns(
                    of: b, from: first, count: min(MicroKernel.columns, columns.upperBound - first),
                    into: packedB.pointer + panel * panelSize)
            }
        }
        let rowPanels = (result.rows + MicroKernel.rows - 1) / MicroKernel.rows
        let rowBlock = rowsPerBlock * termsPerGroup
        let packedA = Shared(device.scratch(1, count: rowBlock * device.threads))
        device.split(rowPanels, grain: grain) { part, range in
            Tiles(
                a: a, packedB: packedB.pointer, columns: columns,
                target: TileTarget(result: result, epilogue: epilogue), accumulate: accumulate, triangle: triangle,
                packedA: packedA.pointer + part * rowBlock, rowsPerBlock: rowsPerBlock
            ).run(rowPanels: range)
        }
    }
}

extension Epilogue {
    func check(rows: Int, columns: Int) {
        switch self {
        case .none: break
        case .bias(let bias), .biasThenReLU(let bias):
            require(bias.rows == 1 && bias.columns == columns, "a bias of \(bias.shape) for \(columns) columns")
        case .whereActive(let active):
            require(active.rows == rows && active.columns == columns, "a mask of \(active.shape) for \(rows) × \(columns)")
        case .biasWhereActive(let bias, let active):
            require(bias.rows == 1 && bias.columns == columns, "a bias of \(bias.shape) for \(columns) columns")
            require(active.rows == rows && active.columns == columns, "a mask of \(active.shape) for \(rows) × \(columns)")
        }
    }
}
