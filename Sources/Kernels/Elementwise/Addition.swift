/// Sums of matrices, element by element.
package enum Addition {
    /// `result = x + y`, for matrices without gaps.
    package static func compute(_ x: Matrix, _ y: Matrix, into result: Matrix, device: Device) {
        require(
            [y, result].allSatisfy { $0.rows == x.rows && $0.columns == x.columns && $0.isContiguous } && x.isContiguous,
            "\(x.shape) and \(y.shape) into \(result.shape)")
        if let queue = device.queue {
            queue.forEach(x.rows * x.columns, "addition", [.matrix(x), .matrix(y), .matrix(result)])
            return
        }
        device.split(x.rows * x.columns, grain: 32_768) { _, range in
            Lanes16.forEachGroup(range.count) { column, count in
                let i = range.lowerBound + column
                Lanes16.store(
                    Lanes16.load(x.start + i, count: count) + Lanes16.load(y.start + i, count: count),
                    to: result.start + i, count: count)
            }
        }
    }
}
