extension Attention {
    /// Causal attention by plain loops in double precision, with masked scores of −1e30: the oracle of the tests.
    package static func reference(_ x: AttentionInputs, shape: AttentionShape) -> [Double] {
        var result = [Double](repeating: 0, count: x.queries.rows * shape.width)
        for start in stride(from: 0, to: x.queries.rows, by: shape.length) {
            for head in 0..<shape.heads {
                let columns = head * shape.keySize..<(head + 1) * shape.keySize
                for row in start..<start + shape.length {
                    let scores = (start..<start + shape.length).map { other in
                        other > row
                            ? -1e30
                            : columns.reduce(0.0) { $0 + Double(x.queries[row, $1]) * Double(x.keys[other, $1]) }
                                / Double(shape.keySize).squareRoot()
                    }
                    let top = scores.max()!
                    let powers = scores.map { Functions.exp($0 - top) }
                    let sum = powers.reduce(0, +)
                    for column in columns {
                        for (other, power) in powers.enumerated() {
                            result[row * shape.width + column] += power / sum * Double(x.values[start + other, column])
                        }
                    }
                }
            }
        }
        return result
    }
}
