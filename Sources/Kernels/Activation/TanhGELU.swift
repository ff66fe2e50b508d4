/// The Gaussian error linear unit in its tanh form, g(x) = ½x(1 + tanh u) with u = √(2/π)·(x + 0.044715x³).
///
/// With t = tanh u, u′ = √(2/π)·(1 + 3·0.044715x²) and u″ = √(2/π)·6·0.044715x:
///
///     t′ = (1 − t²)·u′,    t″ = (1 − t²)·(u″ − 2t·u′²),
///     g′ = ½(1 + t) + ½x·t′,    g″ = t′ + ½x·t″.
package enum TanhGELU: SmoothFunction {
    typealias Lanes = SIMD16<Float>

    private static let rootOfTwoOverPi: Float = 0.7978845608028654
    private static let cubic: Float = 0.044715

    @inline(__always)
    static func valueAndDerivative(_ x: Lanes) -> (Lanes, Lanes) {
        let parts = Parts(x)
        let half = 0.5 * x
        let both = (1 + parts.t) * 0.5
        return (half.addingProduct(half, parts.t), both.addingProduct(half, parts.t1))
    }

    @inline(__always)
    static func secondDerivative(_ x: Lanes) -> Lanes {
        let parts = Parts(x)
        let t2 = parts.complement * (parts.u2.addingProduct(-2 * parts.t, parts.u1 * parts.u1))
        return parts.t1.addingProduct(0.5 * x, t2)
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
}
