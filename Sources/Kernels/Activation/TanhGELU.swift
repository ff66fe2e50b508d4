/// The Gaussian error linear unit in its tanh form, g(x) = ½x(1 + tanh u) with u = √(2/π)·(x + 0.044715x³).
///
/// With t = tanh u, u′ = √(2/π)·(1 + 3·0.044715x²) and u″ = √(2/π)·6·0.044715x:
///
///     t′ = (1 − t²)·u′,    t″ = (1 − t²)·(u″ − 2t·u′²),
///     g′ = ½(1 + t) + ½x·t′,    g″ = t′ + ½x·t″.
package enum TanhGELU {
    typealias Lanes = SIMD16<Float>

    private static let grain = 8192
    private static let rootOfTwoOverPi: Float = 0.7978845608028654
    private static let cubic: Float = 0.044715

    /// Writes g(x) to `result` and g′(x) to `derivative`; matrices without gaps.
    package static func compute(_ x: Matrix, into result: Matrix, derivative: Matrix, device: Device) {
        if enqueue("gelu", [x, result, derivative], device: device) { return }
        forEachGroup(x, [result, derivative], device: device) { i, count in
            let value = Lanes16.load(x.start + i, count: count)
            let parts = Parts(value)
            let half = 0.5 * value
            let both = (1 + parts.t) * 0.5
            Lanes16.store(half.addingProduct(half, parts.t), to: result.start + i, count: count)
            Lanes16.store(both.addingProduct(half, parts.t1), to: derivative.start + i, count: count)
        }
    }

    /// Writes `derivative`·`factor` to `result`: x̄ from ȳ, or ẏ from ẋ.
    package static func multiply(_ factor: Matrix, derivative: Matrix, into result: Matrix, device: Device) {
        if enqueue("multiply", [factor, derivative, result], device: device) { return }
        forEachGroup(factor, [derivative, result], device: device) { i, count in
            Lanes16.store(
                Lanes16.load(factor.start + i, count: count) * Lanes16.load(derivative.start + i, count: count),
                to: result.start + i, count: count)
        }
    }

    /// The derivative of x̄ = g′(x)·ȳ along a direction: x̄̇ = g′(x)·ȳ̇ + g″(x)·ẋ·ȳ.
    package static func backwardTangent(
        _ x: Matrix, derivative: Matrix, tangent: Matrix, outputGradient: Matrix, outputGradientTangent: Matrix,
        into result: Matrix, device: Device
    ) {
        let matrices = [x, derivative, tangent, outputGradient, outputGradientTangent, result]
        if enqueue("gelu_backward_tangent", matrices, device: device) { return }
        forEachGroup(
            x, [derivative, tangent, outputGradient, outputGradientTangent, result], device: device
        ) { i, count in
            let value = Lanes16.load(x.start + i, count: count)
            let parts = Parts(value)
            let t2 = parts.complement * (parts.u2.addingProduct(-2 * parts.t, parts.u1 * parts.u1))
            let second = parts.t1.addingProduct(0.5 * value, t2)
            let gradient = Lanes16.load(outputGradient.start + i, count: count)
            let product =
                Lanes16.load(derivative.start + i, count: count)
                * Lanes16.load(outputGradientTangent.start + i, count: count)
            Lanes16.store(
                product.addingProduct(second * Lanes16.load(tangent.start + i, count: count), gradient),
                to: result.start + i, count: count)
        }
    }

    /// What all derivatives are made of.
    private struct Parts {
        let t: Lanes
        /// 1 − t².
        let complement: Lanes
        let u1: Lanes
        let u2: Lanes
        let t1: Lanes

        @inline(__always)
        init(_ x: Lanes) {
            let square = x * x
            let u = x * Lanes(repeating: rootOfTwoOverPi).addingProduct(Lanes(repeating: rootOfTwoOverPi * cubic), square)
            t = Functions.tanh(u)
            complement = Lanes(repeating: 1).addingProduct(-t, t)
            u1 = Lanes(repeating: rootOfTwoOverPi).addingProduct(Lanes(repeating: 3 * rootOfTwoOverPi * cubic), square)
            u2 = x * (6 * rootOfTwoOverPi * cubic)
            t1 = complement * u1
        }
    }

    /// Queues a kernel for each element where `device` is an OpenCL device; whether it is.
    private static func enqueue(_ kernel: String, _ matrices: [Matrix], device: Device) -> Bool {
        guard let queue = device.queue else { return false }
        check(matrices)
        queue.forEach(matrices[0].rows * matrices[0].columns, kernel, matrices.map { .matrix($0) })
        return true
    }

    private static func check(_ matrices: [Matrix]) {
        require(
            matrices.allSatisfy { $0.rows == matrices[0].rows && $0.columns == matrices[0].columns && $0.isContiguous },
            "GELU of \(matrices.map(\.shape))")
    }

    @inline(__always)
    private static func forEachGroup(
        _ x: Matrix, _ others: [Matrix], device: Device, _ body: @Sendable (_ start: Int, _ count: Int) -> Void
    ) {
        check([x] + others)
        device.split(x.rows * x.columns, grain: grain) { _, range in
            var i = range.lowerBound
            while i < range.upperBound {
                body(i, min(16, range.upperBound - i))
                i += 16
            }
        }
    }
}
