/// Sums over the rows of a matrix, one for each column: the gradient of a bias.
package enum ColumnSums {
    /// `result[j] += Σᵢ matrix[i, j]`, in blocks of 256 rows as in a matrix product.
    package static func add(_ matrix: Matrix, to result: Matrix, pieces: Pieces = .whole, device: Device) {
        require(result.rows == 1 && result.columns == matrix.columns, "column sums of \(matrix.shape) into \(result.shape)")
        if let queue = device.queue {
            enqueue(matrix, to: result, pieces: pieces, device: device, on: queue)
            return
        }
        pieces.forEach(of: matrix.rows) { addWhole(matrix.rows($0), to: result.moved(by: $1), device: device) }
    }

    private static func addWhole(_ matrix: Matrix, to result: Matrix, device: Device) {
        let groups = (matrix.columns + 15) / 16
        device.split(groups, grain: max(1, 65_536 / max(1, matrix.rows * 16))) { _, range in
            for group in range {
                let column = group * 16
                let count = min(16, matrix.columns - column)
                var total = Lanes16.load(result.start + column, count: count)
                for block in stride(from: 0, to: matrix.rows, by: MatrixProduct.termsPerBlock) {
                    var sum = SIMD16<Float>.zero
                    for row in block..<min(block + MatrixProduct.termsPerBlock, matrix.rows) {
                        sum += Lanes16.load(matrix.start + row * matrix.stride + column, count: count)
                    }
                    total += sum
                }
                Lanes16.store(total, to: result.start + column, count: count)
            }
        }
    }
}
