/// A number with four significant digits for people: `0.1861`, `6.942·10¹⁵`; a dash for none.
func readable(_ value: Double) -> String {
    guard value.isFinite else { return "–" }
    if value < 0 { return "−" + readable(-value) }
    guard value >= 1e6 else {
        let text = significant(value)
        return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
    }
    var mantissa = value, exponent = 0
    while mantissa >= 10 {
        mantissa /= 10
        exponent += 1
    }
    return readable(mantissa) + "·10" + String(String(exponent).map { superscripts[$0.wholeNumberValue ?? 0] })
}

/// A run's label for people: `η = 0.3, ρ = 0.1, seed 1` for `eta=0.3,rho=0.1,seed=1`.
func readable(run label: String) -> String {
    label.split(separator: ",").map { part in
        let pair = part.split(separator: "=", maxSplits: 1)
        guard pair.count == 2 else { return String(part) }
        switch pair[0] {
        case "eta": return "η = \(pair[1])"
        case "rho": return "ρ = \(pair[1])"
        default: return "\(pair[0]) \(pair[1])"
        }
    }.joined(separator: ", ")
}

private let superscripts = Array("⁰¹²³⁴⁵⁶⁷⁸⁹")
