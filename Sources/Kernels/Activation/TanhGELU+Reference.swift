extension TanhGELU {
    /// ½x(1 + tanh(√(2/π)·(x + 0.044715x³))) in double precision: the oracle of the tests.
    ///
    /// The hyperbolic tangent is taken through (e²ᵘ − 1)/(e²ᵘ + 1); so it is good to about 1e-16, not to 1e-16 of itself.
    package static func reference(_ x: Double) -> Double {
        let u = (2 / Double.pi).squareRoot() * (x + 0.044715 * x * x * x)
        let e = Functions.exp(-2 * u.magnitude)
        let t = (1 - e) / (1 + e)
        return 0.5 * x * (1 + (u < 0 ? -t : t))
    }
}
