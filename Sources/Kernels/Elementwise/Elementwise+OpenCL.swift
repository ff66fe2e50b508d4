extension Elementwise {
    /// Queues a kernel for each element where `device` is an OpenCL device; whether it is.
    static func enqueue(
        _ x: Matrix, _ y: Matrix, into result: Matrix, device: Device,
        _ kernel: (_ x: CommandQueue.Argument, _ y: CommandQueue.Argument, _ result: CommandQueue.Argument) -> (
            name: String, arguments: [CommandQueue.Argument]
        )
    ) -> Bool {
        guard let queue = device.queue else { return false }
        require(
            [y, result].allSatisfy { $0.rows == x.rows && $0.columns == x.columns && $0.isContiguous } && x.isContiguous,
            "\(x.shape), \(y.shape) and \(result.shape)")
        let (name, arguments) = kernel(.matrix(x), .matrix(y), .matrix(result))
        queue.forEach(x.rows * x.columns, name, arguments)
        return true
    }

    /// Zeros in every element of a matrix without gaps, on an OpenCL device.
    static func clear(_ x: Matrix, device: Device) {
        device.queue?.forEach(x.rows * x.columns, "clear", [.matrix(x)])
    }
}

extension Vector {
    /// The vector as a matrix of one row.
    var row: Matrix { Matrix(self, rows: 1, columns: count) }
}
