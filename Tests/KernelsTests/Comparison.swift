import Kernels
import Testing

/// Expects `value` within `tolerance` of `expected`; both not numbers, or the same infinity, agree.
func expectClose(
    _ value: Double, _ expected: Double, within tolerance: Double, _ what: @autoclosure () -> String = "value",
    at location: SourceLocation = #_sourceLocation
) {
    if value == expected || (value.isNaN && expected.isNaN) { return }
    let error = (value - expected).magnitude
    if !(error <= tolerance) {
        Issue.record(
            "\(what()): \(value), expected \(expected); the error is \(error), allowed are \(tolerance)",
            sourceLocation: location)
    }
}

/// Expects the same bits in every element; names the first that differs.
func expectSameBits(
    _ values: [Float], _ expected: [Float], _ what: @autoclosure () -> String = "elements",
    at location: SourceLocation = #_sourceLocation
) {
    guard values.count == expected.count else {
        Issue.record("\(what()): \(values.count), expected \(expected.count)", sourceLocation: location)
        return
    }
    for (index, (value, other)) in zip(values, expected).enumerated() where value.bitPattern != other.bitPattern {
        Issue.record(
            "\(what()): element \(index) is \(value), expected \(other); the error is \(Double(value) - Double(other))",
            sourceLocation: location)
        return
    }
}

/// The distance of `value` from `expected` in units in the last place of a single-precision number near `expected`.
func ulps(_ value: Float, _ expected: Double) -> Double {
    if Double(value) == expected || (value.isNaN && expected.isNaN) { return 0 }
    let nearest = Float(expected)
    if nearest == value { return 0 }
    return (Double(value) - expected).magnitude / Double(max(nearest.magnitude, Float.leastNormalMagnitude).ulp)
}

/// The distance in units in the last place of `expected`.
func ulps(_ value: Double, _ expected: Double) -> Double {
    if value == expected || (value.isNaN && expected.isNaN) { return 0 }
    return (value - expected).magnitude / expected.ulp
}

/// Numbers uniform in (−1, 1) from stream `stream`.
func noise(_ count: Int, stream: UInt64 = 0) -> [Float] {
    let generator = Philox(seed: 11)
    return (0..<UInt64(count)).map { Float(2 * generator.uniform($0, stream: stream) - 1) }
}

/// A matrix of noise inside a larger vector: `gap` elements between rows and before the first, all of them not numbers.
func noiseMatrix(_ rows: Int, _ columns: Int, gap: Int = 0, stream: UInt64 = 0) -> Matrix {
    let stride = columns + gap
    let storage = Vector(count: gap + rows * stride)
    storage.fill(.nan)
    let matrix = Matrix(storage, offset: gap, rows: rows, columns: columns, stride: stride)
    let values = noise(rows * columns, stream: stream)
    for row in 0..<rows { for column in 0..<columns { matrix[row, column] = values[row * columns + column] } }
    return matrix
}
