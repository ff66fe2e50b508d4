/// A smooth function of one number on each element of a matrix, with its first two derivatives.
package enum SmoothActivation: Sendable, Hashable, CaseIterable {
    /// The Gaussian error linear unit in its tanh form: `TanhGELU`.
    case gelu
    /// The hyperbolic tangent: `HyperbolicTangent`.
    case tanh

    private static let grain = 8192

    /// Writes f(x) to `result` and f′(x) to `derivative`; matrices without gaps.
    package func compute(_ x: Matrix, into result: Matrix, derivative: Matrix, device: Device) {
        let matrices = [x, result, derivative]
        switch self {
        case .gelu where Self.enqueue("gelu", matrices, device: device): break
        case .tanh where Self.enqueue("tanh_activation", matrices, device: device): break
        case .gelu: Self.compute(TanhGELU.self, x, into: result, derivative: derivative, device: device)
        case .tanh: Self.compute(HyperbolicTangent.self, x, into: result, derivative: derivative, device: device)
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

    /// The derivative of x̄ = f′(x)·ȳ along a direction: x̄̇ = f′(x)·ȳ̇ + f″(x)·ẋ·ȳ.
    ///
    /// - Parameter derivative: f′(x), as `compute` left it.
    package func backwardTangent(
        _ x: Matrix, derivative: Matrix, tangent: Matrix, outputGradient: Matrix, outputGradientTangent: Matrix,
        into result: Matrix, device: Device
    ) {
        let matrices = [x, derivative, tangent, outputGradient, outputGradientTangent, result]
        switch self {
        case .gelu where Self.enqueue("gelu_backward_tangent", matrices, device: device): break
        case .tanh where Self.enqueue("tanh_backward_tangent", matrices, device: device): break
        case .gelu:
            Self.backwardTangent(
                TanhGELU.self, x, derivative, tangent, outputGradient, outputGradientTangent, into: result, device: device)
        case .tanh:
            Self.backwardTangent(
                HyperbolicTangent.self, x, derivative, tangent, outputGradient, outputGradientTangent, into: result,
                device: device)
        }
    }

    @inline(__always)
    private static func compute<Function: SmoothFunction>(
        _: Function.Type, _ x: Matrix, into result: Matrix, derivative: Matrix, device: Device
    ) {
        forEachGroup(x, [result, derivative], device: device) { i, count in
            let (value, slope) = Function.valueAndDerivative(Lanes16.load(x.start + i, count: count))
            Lanes16.store(value, to: result.start + i, count: count)
            Lanes16.store(slope, to: derivative.start + i, count: count)
        }
    }

    @inline(__always)
    private static func backwardTangent<Function: SmoothFunction>(
        _: Function.Type, _ x: Matrix, _ derivative: Matrix, _ tangent: Matrix, _ outputGradient: Matrix,
        _ outputGradientTangent: Matrix, into result: Matrix, device: Device
    ) {
        forEachGroup(
            x, [derivative, tangent, outputGradient, outputGradientTangent, result], device: device
        ) { i, count in
            let second = Function.secondDerivative(Lanes16.load(x.start + i, count: count))
            let gradient = Lanes16.load(outputGradient.start + i, count: count)
            let product =
                Lanes16.load(derivative.start + i, count: count)
                * Lanes16.load(outputGradientTangent.start + i, count: count)
            Lanes16.store(
                product.addingProduct(second * Lanes16.load(tangent.start + i, count: count), gradient),
                to: result.start + i, count: count)
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
        let x = matrices[0]
        require(
            matrices.allSatisfy { $0.rows == x.rows && $0.columns == x.columns && $0.isContiguous },
            "an activation of \(x.shape) with \(matrices.dropFirst().map(\.shape))")
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

/// A function on sixteen numbers at a time, f with f′ and f″.
protocol SmoothFunction: SendableMetatype {
    /// f(x) and f′(x).
    static func valueAndDerivative(_ x: SIMD16<Float>) -> (SIMD16<Float>, SIMD16<Float>)
    /// f″(x).
    static func secondDerivative(_ x: SIMD16<Float>) -> SIMD16<Float>
}
