extension CrossEntropy {
    /// As `compute`: the device leaves of each row what its loss is made of.
    static func enqueue(
        _ scores: Matrix, labels: ArraySlice<Int32>, scale: Float, probabilities: Matrix, gradient: Matrix, pieces: Pieces,
        device: Device, on queue: CommandQueue
    ) -> Double {
        let rows = scores.rows
        if rows == 0 { return 0 }
        let parts = device.scratch(ScratchSlot.first, rows: 3, columns: rows)
        queue.forEachRow(
            rows, "cross_entropy",
            [
                .matrix(scores), .vector(device.scratch(labels: labels)), .float(scale), .matrix(probabilities),
                .matrix(gradient), .matrix(parts), .int(rows), .int(scores.columns),
            ])
        let numbers = parts.elements
        return pieces.total(ofRows: rows) { row in
            Functions.log(Double(numbers[rows + row])) + Double(numbers[row]) - Double(numbers[2 * rows + row])
        }
    }
}

extension Device {
    /// Scratch memory that holds labels, as whole numbers of 32 bits.
    func scratch(labels: ArraySlice<Int32>) -> Vector {
        let vector = scratchVector(ScratchSlot.second, count: labels.count)
        labels.withUnsafeBytes { vector.replace(from: 0, with: $0.bindMemory(to: Float.self)) }
        return vector
    }
}
