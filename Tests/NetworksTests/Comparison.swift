import Kernels
import Networks
import Testing

/// Expects `values` within `tolerance` of `expected`, both as vectors, relative to the length of `expected`; names the worst
/// element.
func expectClose(
    _ values: [Float], _ expected: [Double], within tolerance: Double, _ what: @autoclosure () -> String = "vector",
    at location: SourceLocation = #_sourceLocation
) {
    guard values.count == expected.count else {
        Issue.record("\(what()): \(values.count) elements, expected \(expected.count)", sourceLocation: location)
        return
    }
    let differences = zip(values, expected).map { (Double($0) - $1).magnitude }
    let error = differences.reduce(0) { $0 + $1 * $1 }.squareRoot()
    let length = expected.reduce(0) { $0 + $1 * $1 }.squareRoot()
    if !(error <= tolerance * length) {
        let worst = differences.indices.max { differences[$0] < differences[$1] } ?? 0
        Issue.record(
            """
            \(what()): the error's norm is \(error), allowed are \(tolerance) × \(length); worst at \(worst): \
            \(values[worst]), expected \(expected[worst])
            """, sourceLocation: location)
    }
}

/// Expects `value` within `tolerance` of `expected`.
func expectClose(
    _ value: Double, _ expected: Double, within tolerance: Double, _ what: @autoclosure () -> String = "value",
    at location: SourceLocation = #_sourceLocation
) {
    let error = (value - expected).magnitude
    if !(error <= tolerance) {
        Issue.record(
            "\(what()): \(value), expected \(expected); the error is \(error), allowed are \(tolerance)",
            sourceLocation: location)
    }
}

/// Expects the same bits in every element; names the first that differs.
func expectSameBits(
    _ values: Vector, _ expected: Vector, _ what: @autoclosure () -> String = "vector",
    at location: SourceLocation = #_sourceLocation
) {
    let a = values.elements, b = expected.elements
    guard a.count == b.count else {
        Issue.record("\(what()): \(a.count) elements, expected \(b.count)", sourceLocation: location)
        return
    }
    if let index = a.indices.first(where: { a[$0].bitPattern != b[$0].bitPattern }) {
        Issue.record(
            "\(what()): element \(index) is \(a[index]), expected \(b[index]); the error is \(Double(a[index]) - Double(b[index]))",
            sourceLocation: location)
    }
}

/// A vector of normal numbers, each times `scale`.
func randomVector(_ count: Int, seed: UInt64, scale: Float = 1) -> Vector {
    let vector = Vector(count: count)
    Normal.fill(vector, generator: Philox(seed: seed), stream: 99)
    Elementwise.scale(vector, by: scale, into: vector, device: Device())
    return vector
}

/// Examples of normal numbers, with labels that take their turns.
func randomBatch(_ rows: Int, features: Int, classes: Int, seed: UInt64 = 3) -> Batch {
    Batch(
        inputs: Matrix(randomVector(rows * features, seed: seed), rows: rows, columns: features),
        labels: (0..<rows).map { Int32(($0 * 7 + Int(seed)) % classes) })
}
