/// Transcendental functions of our own in double precision, from +, ×, ÷, √ and fused multiply-add alone.
///
/// A system's mathematical library differs between versions and processors in the last bit; these do not.
package enum Functions {
    private static let ln2High = 0x1.62e42fefa3800p-1
    private static let ln2Low = 0x1.ef35793c76730p-45

    /// The natural logarithm, to 2 units in the last place; −∞ at 0, not a number below.
    package static func log(_ x: Double) -> Double {
        if !(x > 0) { return x == 0 ? -.infinity : .nan }
        if x == .infinity { return x }
        var exponent = Double(x.exponent)
        var m = x.significand
        if m > 1.4142135623730951 {
            m *= 0.5
            exponent += 1
        }
        // log m = 2 artanh s with s = (m − 1)/(m + 1), |s| < 0.1716.
        let f = m - 1
        let s = f / (2 + f)
        let z = s * s
        var sum = 1.0 / 23
        for n in [21.0, 19, 17, 15, 13, 11, 9, 7, 5, 3] { sum = (1 / n).addingProduct(sum, z) }
        let tail = 2 * s * z * sum
        // 2s = f − s·f, so the leading term is kept exact.
        return (exponent * ln2High) + (f - (s * f - (tail + exponent * ln2Low)))
    }

    /// eˣ, to 2 units in the last place.
    package static func exp(_ x: Double) -> Double {
        if x.isNaN { return x }
        if x > 709.782712893384 { return .infinity }
        if x < -745.2 { return 0 }
        let n = (x * 1.4426950408889634).rounded(.toNearestOrEven)
        let r = (x.addingProduct(-n, ln2High)).addingProduct(-n, ln2Low)
        var sum = 1.0 / 6_227_020_800
        for c in inverseFactorials { sum = c.addingProduct(sum, r) }
        // Two steps, so that results below the normal range come out right.
        let half = Int(n) / 2
        return sum * Double(sign: .plus, exponent: half, significand: 1)
            * Double(sign: .plus, exponent: Int(n) - half, significand: 1)
    }

    /// sin and cos of 2πt for a fraction of a turn t in [0, 1], each to within 2⁻⁵².
    package static func sineAndCosine(turns t: Double) -> (sine: Double, cosine: Double) {
        let quarter = (4 * t).rounded(.toNearestOrEven)
        let x = (t - quarter / 4) * 6.283185307179586
        let z = x * x
        let s =
            x
            * (1 + z
                * (-1.0 / 6 + z
                    * (1.0 / 120 + z
                        * (-1.0 / 5040 + z
                            * (1.0 / 362_880
                                + z
                                * (-1.0 / 39_916_800 + z
                                    * (1.0 / 6_227_020_800
                                        - z / 1_307_674_368_000)))))))
        let c =
            1 + z
            * (-0.5 + z
                * (1.0 / 24 + z
                    * (-1.0 / 720 + z
                        * (1.0 / 40_320
                            + z
                            * (-1.0 / 3_628_800 + z
                                * (1.0 / 479_001_600
                                    + z * (-1.0 / 87_178_291_200 + z / 20_922_789_888_000)))))))
        switch Int(quarter) & 3 {
        case 0: return (s, c)
        case 1: return (c, -s)
        case 2: return (-s, -c)
        default: return (-c, s)
        }
    }

    private static let inverseFactorials: [Double] = [
        1.0 / 479_001_600, 1.0 / 39_916_800, 1.0 / 3_628_800, 1.0 / 362_880, 1.0 / 40_320, 1.0 / 5040, 1.0 / 720,
        1.0 / 120, 1.0 / 24, 1.0 / 6, 0.5, 1, 1,
    ]
}
