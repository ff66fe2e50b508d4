/// Operations on each element of vectors.
package enum Elementwise {
    private static let grain = 32_768

    /// `y = a·x + y`, by one fused multiply-add an element.
    package static func add(_ a: Float, _ x: Vector, to y: Vector, device: Device) {
        sum(y, plus: a, x, into: y, device: device)
    }

    /// `result = y + a·x`, by one fused multiply-add an element.
    package static func sum(_ y: Vector, plus a: Float, _ x: Vector, into result: Vector, device: Device) {
        let isQueued = enqueue(y.row, x.row, into: result.row, device: device) { y, x, result in
            ("sum_plus", [y, .float(a), x, result])
        }
        if isQueued { return }
        combine(x, y, into: result, device: device) { $1.addingProduct(SIMD16(repeating: a), $0) }
    }

    /// `result = a·x`.
    package static func scale(_ x: Vector, by a: Float, into result: Vector, device: Device) {
        scale(x.row, by: a, into: result.row, device: device)
    }

    /// `result = a·(x − y)`, for matrices without gaps.
    package static func scaledDifference(_ x: Matrix, _ y: Matrix, by a: Float, into result: Matrix, device: Device) {
        let isQueued = enqueue(x, y, into: result, device: device) { x, y, result in
            ("scaled_difference", [x, y, .float(a), result])
        }
        if isQueued { return }
        combine(x, y, into: result, device: device) { ($0 - $1) * SIMD16(repeating: a) }
    }

    /// `result = a·x`, for matrices without gaps.
    package static func scale(_ x: Matrix, by a: Float, into result: Matrix, device: Device) {
        let isQueued = enqueue(x, x, into: result, device: device) { x, _, result in ("scale", [x, .float(a), result]) }
        if isQueued { return }
        combine(x, x, into: result, device: device) { x, _ in x * SIMD16(repeating: a) }
    }

    @inline(__always)
    private static func combine(
        _ x: Vector, _ y: Vector, into result: Vector, device: Device,
        _ body: @Sendable (SIMD16<Float>, SIMD16<Float>) -> SIMD16<Float>
    ) {
        require(x.count == y.count && result.count == x.count, "\(x.count), \(y.count) and \(result.count) elements")
        combine(x.start, y.start, into: result.start, count: x.count, device: device, body)
    }

    @inline(__always)
    private static func combine(
        _ x: Matrix, _ y: Matrix, into result: Matrix, device: Device,
        _ body: @Sendable (SIMD16<Float>, SIMD16<Float>) -> SIMD16<Float>
    ) {
        require(
            x.rows == y.rows && x.columns == y.columns && result.rows == x.rows && result.columns == x.columns
                && x.isContiguous && y.isContiguous && result.isContiguous,
            "\(x.shape), \(y.shape) and \(result.shape)")
        combine(x.start, y.start, into: result.start, count: x.rows * x.columns, device: device, body)
    }

    @inline(__always)
    private static func combine(
        _ x: UnsafeMutablePointer<Float>, _ y: UnsafeMutablePointer<Float>, into result: UnsafeMutablePointer<Float>,
        count: Int, device: Device, _ body: @Sendable (SIMD16<Float>, SIMD16<Float>) -> SIMD16<Float>
    ) {
        let x = Shared(x), y = Shared(y), result = Shared(result)
        device.split(count, grain: grain) { _, range in
            var i = range.lowerBound
            while i < range.upperBound {
                let width = min(16, range.upperBound - i)
                Lanes16.store(
                    body(Lanes16.load(x.pointer + i, count: width), Lanes16.load(y.pointer + i, count: width)),
                    to: result.pointer + i, count: width)
                i += width
            }
        }
    }
}
