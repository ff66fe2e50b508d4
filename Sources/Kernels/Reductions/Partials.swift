/// Sums over examples, by blocks whose size is a constant: each block's sum is an output of its own, which any thread may
/// write, and the blocks' sums are then added in order.
enum Partials {
    /// Adds the matrices that lie one below the other in `partials` to `result`, in order.
    ///
    /// `partials` has a whole number of times the rows of `result`, and its columns.
    static func add(_ partials: Matrix, to result: Matrix) {
        require(
            partials.columns == result.columns && partials.isContiguous && partials.rows % max(1, result.rows) == 0,
            "partial sums of \(partials.shape) for \(result.shape)")
        for row in 0..<result.rows {
            let target = result.start + row * result.stride
            var column = 0
            while column < result.columns {
                let count = min(16, result.columns - column)
                var sum = Lanes16.load(target + column, count: count)
                for block in stride(from: row, to: partials.rows, by: result.rows) {
                    sum += Lanes16.load(partials.start + block * partials.stride + column, count: count)
                }
                Lanes16.store(sum, to: target + column, count: count)
                column += count
            }
        }
    }
}
