extension Element {
    /// The document: a declaration, then the element, a line for each element that does not stand within a line of text.
    package var document: String {
        var out = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
        write(to: &out)
        return out
    }

    private func write(to out: inout String) {
        out += "<"
        out += name
        for attribute in attributes { out += " \(attribute.name)=\"\(escaped(attribute.value, inAttribute: true))\"" }
        if content.isEmpty {
            out += "/>\n"
            return
        }
        out += ">"
        // White space between elements is nothing to a reader, but within a line of text it would be a space.
        let isInline = Self.lines.contains(name)
        if !isInline, case .element = content[0] { out += "\n" }
        for part in content {
            switch part {
            case .text(let text): out += escaped(text, inAttribute: false)
            case .element(let element):
                element.write(to: &out)
                if isInline { out.removeLast() }
            }
        }
        out += "</\(name)>\n"
    }

    /// Elements that hold lines of text: of SVG, and of HTML.
    private static let lines: Set = [
        "text", "tspan", "p", "figcaption", "tr", "th", "td", "li", "dt", "dd", "a", "strong",
    ]
}

/// A text as XML: the one place where characters are escaped. What XML cannot hold becomes U+FFFD.
func escaped(_ text: String, inAttribute: Bool) -> String {
    let needsNothing = text.utf8.allSatisfy { $0 >= 0x20 && $0 < 0x7f && $0 != 0x26 && $0 != 0x3c && $0 != 0x3e && $0 != 0x22 }
    if needsNothing { return text }
    var out = ""
    for scalar in text.unicodeScalars {
        switch scalar {
        case "&": out += "&amp;"
        case "<": out += "&lt;"
        case ">": out += "&gt;"
        case "\"" where inAttribute: out += "&quot;"
        case "\t", "\n", "\r": out += inAttribute || scalar == "\r" ? "&#\(scalar.value);" : String(Character(scalar))
        case "\u{fffe}", "\u{ffff}": out += "\u{fffd}"
        default: out.unicodeScalars.append(scalar.value < 0x20 ? "\u{fffd}" : scalar)
        }
    }
    return out
}
