/// digits · 10^exponent: a number as people write it.
///
/// A tick is one, so that its label and its place come from the same digits.
package struct DecimalNumber: Sendable, Hashable {
    /// The significant digits as a signed whole number; zeros at their end are kept, so that 10 · 10⁰ is not equal to 1 · 10¹.
    package var digits: Int
    /// The power of ten that the digits are multiplied by.
    package var exponent: Int

    /// The number digits · 10^exponent, its digits kept as given.
    package init(_ digits: Int, exponent: Int) { (self.digits, self.exponent) = (digits, exponent) }

    /// The nearest double.
    package var value: Double {
        // Whole numbers and powers of ten up to 10²² are exact, so one operation rounds but once.
        if digits.magnitude < 1 << 53, exponent.magnitude <= 22 {
            let power = Self.powers[Int(exponent.magnitude)]
            return exponent < 0 ? Double(digits) / power : Double(digits) * power
        }
        // The text always is a number, so there is always a value.
        return Double("\(digits)e\(exponent)") ?? .nan
    }

    private static let powers = (0..<22).reduce(into: [1.0]) { powers, _ in powers.append(powers[powers.count - 1] * 10) }

    /// The number of decimal digits before the exponent.
    private var count: Int { String(digits.magnitude).utf8.count }

    /// The exponent of the leading digit.
    var magnitude: Int { count - 1 + exponent }

    /// Without an exponent, with as many decimals as `exponent` is negative.
    var plainText: String {
        let sign = digits < 0 ? "\u{2212}" : ""
        let text = String(digits.magnitude)
        if exponent >= 0 { return sign + text + (digits == 0 ? "" : String(repeating: "0", count: exponent)) }
        let padded = String(repeating: "0", count: max(0, 1 - exponent - text.utf8.count)) + text
        return sign + padded.dropLast(-exponent) + "." + padded.suffix(-exponent)
    }

    /// As mantissa × 10^power.
    func scientificLabel(power: Int) -> RichText {
        if digits == 0 { return RichText(plain: "0") }
        let mantissa = DecimalNumber(digits, exponent: exponent - power)
        let superscript = RichText.Run(text: DecimalNumber(power, exponent: 0).plainText, isItalic: false, level: .above)
        let factor = digits == 1 && mantissa.exponent == 0 ? "10" : mantissa.plainText + "×10"
        return RichText(runs: [RichText.Run(text: factor, isItalic: false, level: .base), superscript])
    }
}

extension RichText {
    init(runs: [Run]) { self.runs = runs }
}
