extension MatrixProduct {
    /// The same product by three plain loops in double precision: the oracle of the tests.
    package static func reference(_ a: Factor, _ b: Factor) -> [Double] {
        var result: [Double] = []
        for i in 0..<a.rows {
            for j in 0..<b.columns {
                var sum = 0.0
                for k in 0..<a.columns { sum += Double(a[i, k]) * Double(b[k, j]) }
                result.append(sum)
            }
        }
        return result
    }

    /// The same product by plain loops in the order that the bits contract names: the oracle of every bit.
    ///
    /// - Parameter before: what an accumulating product finds in its result; its blocks are added to that one by one.
    package static func orderedReference(_ a: Factor, _ b: Factor, addedTo before: [Float]? = nil) -> [Float] {
        var result: [Float] = []
        for i in 0..<a.rows {
            for j in 0..<b.columns {
                var total = before?[result.count]
                for start in stride(from: 0, to: a.columns, by: termsPerBlock) {
                    var sum: Float = 0
                    for k in start..<min(start + termsPerBlock, a.columns) { sum.addProduct(a[i, k], b[k, j]) }
                    total = total.map { $0 + sum } ?? sum
                }
                result.append(total ?? 0)
            }
        }
        return result
    }
}

extension Factor {
    subscript(row: Int, column: Int) -> Float { isTransposed ? matrix[column, row] : matrix[row, column] }
}
