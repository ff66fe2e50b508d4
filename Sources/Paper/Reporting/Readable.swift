/// A number with four significant digits for people: `0.1861`, `6.942·10¹⁵`; a dash for none.
func readable(_ value: Double) -> String {
    guard value.isFinite else { return "–" }
    guard value.magnitude >= 1e6 else { return significant(value) }
    var mantissa = value, exponent = 0
    while mantissa.magnitude >= 10 {
        mantissa /= 10
        exponent += 1
    }
    return "\(significant(mantissa))·10" + String(String(exponent).map { superscripts[$0.wholeNumberValue ?? 0] })
}

private let superscripts = Array("⁰¹²³⁴⁵⁶⁷⁸⁹")
