extension Normalisation {
    /// γ·(x − μ)/√(σ² + ε) + β by plain loops in double precision: the oracle of the tests.
    package static func reference(_ x: Matrix, scale: Matrix, bias: Matrix, epsilon: Double) -> [Double] {
        (0..<x.rows).flatMap { row in
            let values = (0..<x.columns).map { Double(x[row, $0]) }
            let mean = values.reduce(0, +) / Double(values.count)
            let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count)
            return values.indices.map { j in
                Double(scale[0, j]) * (values[j] - mean) / (variance + epsilon).squareRoot() + Double(bias[0, j])
            }
        }
    }
}
