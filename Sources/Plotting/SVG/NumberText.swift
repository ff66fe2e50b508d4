/// The shortest text that reads back to the same value; `nan` for missing.
func numberText(_ value: Double) -> String {
    if value == 0 { return "0" }
    let text = value.description
    return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
}

/// A number of hundredths as a decimal.
///
/// - Parameter isBare: without the zero before the point, as paths allow.
func hundredthsText(_ hundredths: Int, isBare: Bool = false) -> String {
    let magnitude = hundredths.magnitude
    let whole = magnitude / 100, part = magnitude % 100
    var text = hundredths < 0 ? "-" : ""
    if whole > 0 || part == 0 || !isBare { text += String(whole) }
    guard part > 0 else { return text }
    text += part < 10 ? ".0" : "."
    return text + String(part % 10 == 0 ? part / 10 : part)
}

/// A coordinate or length as a decimal of at most two places.
func decimalText(_ value: Double) -> String { hundredthsText(lattice(value)) }
