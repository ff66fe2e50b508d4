import Formats

/// A number with four significant digits, for progress lines.
func significant(_ value: Double) -> String {
    guard value.isFinite, value != 0 else { return "\(value)" }
    var scale = 1.0, digits = 0
    while value.magnitude * scale < 1000, digits < 12 { scale *= 10; digits += 1 }
    return shortestText((value * scale).rounded() / scale)
}

/// A count with commas between thousands.
func grouped(_ count: Int) -> String {
    count < 1000 ? "\(count)" : grouped(count / 1000) + "," + String("\(1000 + count % 1000)".dropFirst())
}
