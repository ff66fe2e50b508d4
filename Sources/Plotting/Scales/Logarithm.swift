/// Decimal logarithms and powers from +, ×, ÷ alone: a system's mathematical library differs between versions in the last bit,
/// and a figure's bytes must not.
package enum Logarithm {
    private static let ln10 = 2.302585092994046
    private static let ln2 = 0.6931471805599453

    /// The decimal logarithm, to about 4 units in the last place; −∞ at 0, not a number below.
    package static func log10(_ x: Double) -> Double {
        if !(x > 0) { return x == 0 ? -.infinity : .nan }
        if x == .infinity { return x }
        var exponent = Double(x.exponent)
        var m = x.significand
        if m > 1.4142135623730951 {
            m *= 0.5
            exponent += 1
        }
        // ln m = 2 artanh s with s = (m − 1)/(m + 1), |s| < 0.1716.
        let s = (m - 1) / (m + 1)
        let z = s * s
        var sum = 1.0 / 23
        for n in [21.0, 19, 17, 15, 13, 11, 9, 7, 5, 3, 1] { sum = sum * z + 1 / n }
        return (exponent * ln2 + 2 * s * sum) / ln10
    }

    /// 10 to a power, to about |t| · 3 units in the last place.
    package static func power(ofTen t: Double) -> Double {
        if t.isNaN { return t }
        if t > 308.5 { return .infinity }
        if t < -324 { return 0 }
        let whole = t.rounded()
        // |r| ≤ ½ ln 10 = 1.152: thirty terms are beyond double precision.
        let r = (t - whole) * ln10
        var sum = 1.0
        for n in stride(from: 30.0, to: 0, by: -1) { sum = 1 + sum * r / n }
        return sum * DecimalNumber(1, exponent: Int(whole)).value
    }
}
