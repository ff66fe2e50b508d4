/// Labels as rows of zeros with a one.
package enum OneHot {
    /// Sets each row of `result`, which has no gaps, to 1 in the column of its label and 0 elsewhere.
    package static func compute(_ labels: ArraySlice<Int32>, into result: Matrix, device: Device) {
        require(
            labels.count == result.rows && result.isContiguous && labels.allSatisfy { $0 >= 0 && $0 < result.columns },
            "\(labels.count) labels into \(result.shape)")
        if let queue = device.queue {
            queue.forEach(
                result.rows * result.columns, "one_hot",
                [.vector(device.scratch(labels: labels)), .matrix(result), .int(result.columns)])
            return
        }
        result.start.update(repeating: 0, count: result.rows * result.columns)
        for (row, label) in labels.enumerated() { result.start[row * result.columns + Int(label)] = 1 }
    }
}
