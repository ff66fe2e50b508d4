/// The same calls on the processor and on an OpenCL device, whose bytes have to be the same.
final class Twins {
    let processor = Device()
    let device: Device

    init(_ device: Device) { self.device = device }

    /// Calls `body` with the matrices and with copies on the device, and tells the first difference: all matrices have to hold the
    /// same bytes afterwards, between their rows as well, and the calls have to return the same number. What is no number is one.
    ///
    /// - Returns: `nil` where there is no difference.
    /// - Throws: what failed on the device.
    func difference(_ matrices: [Matrix], _ body: ([Matrix], Device) -> Double) throws(OpenCLError) -> String? {
        let copies = matrices.map { matrix in
            Matrix(
                device.copy(of: matrix.storage), offset: matrix.offset, rows: matrix.rows, columns: matrix.columns,
                stride: matrix.stride)
        }
        let expected = body(matrices, processor), found = body(copies, device)
        let elements = copies.map(\.storage.elements)
        if let failure = device.failure { throw failure }
        if !isSame(found, expected) {
            return "\(found) came, \(expected) is right"
        }
        for (index, (matrix, found)) in zip(matrices, elements).enumerated() {
            for (element, (x, y)) in zip(found, matrix.storage.elements).enumerated()
            where !isSame(Double(x), Double(y)) {
                return "element \(element) of matrix \(index): \(x) came, \(y) is right"
            }
        }
        return nil
    }
}

/// Whether two numbers have the same bits; what is no number is as good as any other that is none.
package func isSame(_ x: Double, _ y: Double) -> Bool { x.bitPattern == y.bitPattern || x.isNaN && y.isNaN }
