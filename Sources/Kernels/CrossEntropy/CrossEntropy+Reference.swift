extension CrossEntropy {
    /// Σ −log p[label] by plain loops in double precision: the oracle of the tests.
    package static func reference(_ scores: Matrix, labels: [Int32]) -> Double {
        var total = 0.0
        for (row, label) in labels.enumerated() {
            let z = (0..<scores.columns).map { Double(scores[row, $0]) }
            let top = z.max()!
            total += Functions.log(z.reduce(0) { $0 + Functions.exp($1 - top) }) + top - z[Int(label)]
        }
        return total
    }
}
