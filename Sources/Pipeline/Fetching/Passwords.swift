/// A text in which the users' names and passwords of addresses are left out: `https://me:secret@host` is `https://…@host`.
package func withoutPasswords(_ text: String) -> String {
    guard text.contains("@"), text.contains("://") else { return text }
    var out = "", rest = text[...]
    while let start = rest.firstRange(of: "://") {
        out += rest[..<start.upperBound]
        rest = rest[start.upperBound...]
        // A password may hold any letter but these, which end the name of the host.
        let host = rest.prefix { !"/?#\"'<>".contains($0) && !$0.isWhitespace }
        if let at = host.lastIndex(of: "@") {
            out += "…"
            rest = rest[at...]
        }
    }
    return out + rest
}
