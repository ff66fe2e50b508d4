/// A page of figures: HTML without a script or a reference beyond itself.
package struct HTMLPage: Sendable {
    private let title: String
    private let style: String
    private let content: [Element]

    /// A page with a title, a sheet of style (without `<`, `>` and `&`), and what the body holds.
    package init(title: String, style: String, content: [Element]) {
        (self.title, self.style, self.content) = (title, style, content)
    }

    /// The page's text.
    package var html: String {
        let head = Element(
            "head",
            children: [
                Element("meta", [("charset", "utf-8")]),
                Element("meta", [("name", "viewport"), ("content", "width=device-width, initial-scale=1")]),
                Element("title", text: title), Element("style", text: style),
            ])
        let page = Element("html", [("lang", "en")], children: [head, Element("body", children: content)]).document
        // The declaration of an XML document is none of HTML's.
        return "<!DOCTYPE html>\n" + page.drop { $0 != "\n" }.dropFirst()
    }

    /// A document as an image, so that its identifiers are its own.
    static func image(of document: String, saying text: String, _ attributes: [(String, String)] = []) -> Element {
        Element("img", [("alt", text), ("src", "data:image/svg+xml;base64,\(base64(Array(document.utf8)))")] + attributes)
    }
}

/// Bytes in base 64 (RFC 4648).
func base64(_ bytes: [UInt8]) -> String {
    let digits = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
    var out: [UInt8] = []
    out.reserveCapacity((bytes.count + 2) / 3 * 4)
    for start in stride(from: 0, to: bytes.count, by: 3) {
        let count = min(3, bytes.count - start)
        let word = (0..<3).reduce(0) { $0 << 8 | ($1 < count ? Int(bytes[start + $1]) : 0) }
        for place in 0..<4 { out.append(place <= count ? digits[word >> (18 - 6 * place) & 63] : 0x3d) }
    }
    return String(decoding: out, as: UTF8.self)
}
