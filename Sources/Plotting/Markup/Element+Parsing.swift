/// What is wrong with a text that should be one of our figures, and where.
package struct FigureReadingError: Error, Hashable, CustomStringConvertible {
    /// What is wrong, as a phrase without a full stop; names the line where the text is a table.
    package var fault: String
    /// The byte, from 0, where there is one.
    package var offset: Int?

    /// The fault, its byte where there is one, and what to do: draw the figure again, or take it from the repository.
    package var description: String {
        fault + (offset.map { " at byte \($0)" } ?? "") + "; draw the figure again, or take it from the repository again"
    }
}

extension Element {
    /// Reads an XML document of the kind written here: elements, attributes, text, comments, a declaration; no document type.
    ///
    /// White space between elements is left out, as it is written for people.
    /// - Throws: `FigureReadingError` with the place.
    package init(parsing document: String) throws(FigureReadingError) {
        var parser = Parser(bytes: Array(document.utf8))
        self = try parser.document()
    }
}

/// Reads an XML document from its start to its end, without recursion, so that no depth of nesting is too deep.
private struct Parser {
    let bytes: [UInt8]
    var position = 0

    init(bytes: [UInt8]) { self.bytes = bytes }

    mutating func document() throws(FigureReadingError) -> Element {
        var open: [Element] = [], root: Element?
        while position < bytes.count {
            if bytes[position] != 0x3c {
                let text = try text(until: 0x3c)
                if let last = open.indices.last {
                    let isLayout = text.utf8.allSatisfy { $0 == 0x0a } && !text.isEmpty
                    if !isLayout { open[last].content.append(.text(text)) }
                } else if !text.utf8.allSatisfy(Self.isSpace) {
                    throw fault("text outside the figure")
                }
            } else if takes("<?") {
                try skip(past: "?>")
            } else if takes("<!--") {
                try skip(past: "-->")
            } else if takes("</") {
                let name = try name()
                skipSpace()
                guard takes(">"), let element = open.popLast(), element.name == name else {
                    throw fault("an end tag of \(name) that ends nothing")
                }
                if open.isEmpty { root = element } else { open[open.count - 1].content.append(.element(element)) }
            } else {
                position += 1
                guard root == nil else { throw fault("a second root element") }
                var element = Element(try name())
                element.attributes = try attributes()
                if takes("/>") {
                    if open.isEmpty { root = element } else { open[open.count - 1].content.append(.element(element)) }
                } else if takes(">") {
                    open.append(element)
                } else {
                    throw fault("a tag of \(element.name) without an end")
                }
            }
        }
        guard open.isEmpty, let root else { throw fault("the text ends within the figure") }
        return root
    }

    private mutating func attributes() throws(FigureReadingError) -> [(name: String, value: String)] {
        var attributes: [(name: String, value: String)] = []
        while true {
            skipSpace()
            guard position < bytes.count else { throw fault("the text ends within a tag") }
            if bytes[position] == 0x2f || bytes[position] == 0x3e { return attributes }
            let name = try name()
            guard takes("=\"") else { throw fault("the attribute \(name) has no value") }
            if attributes.contains(where: { $0.name == name }) { throw fault("the attribute \(name) stands twice") }
            attributes.append((name, try text(until: 0x22)))
            position += 1
        }
    }

    // MARK: - Characters

    private func fault(_ text: String) -> FigureReadingError { FigureReadingError(fault: text, offset: position) }

    private static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 || byte == 0x0a || byte == 0x0d }

    private mutating func takes(_ text: StaticString) -> Bool {
        let count = text.utf8CodeUnitCount
        guard position + count <= bytes.count else { return false }
        let isHere = text.withUTF8Buffer { $0.elementsEqual(bytes[position..<position + count]) }
        if isHere { position += count }
        return isHere
    }

    private mutating func skip(past end: StaticString) throws(FigureReadingError) {
        while position < bytes.count {
            if takes(end) { return }
            position += 1
        }
        throw fault("the text ends within a comment or declaration")
    }

    private mutating func skipSpace() {
        while position < bytes.count, Self.isSpace(bytes[position]) { position += 1 }
    }

    private mutating func name() throws(FigureReadingError) -> String {
        let start = position
        let ends: [UInt8] = [0x3d, 0x3e, 0x2f, 0x3c, 0x22]
        while position < bytes.count, !Self.isSpace(bytes[position]), !ends.contains(bytes[position]) { position += 1 }
        guard position > start else { throw fault("a name is missing") }
        return String(decoding: bytes[start..<position], as: UTF8.self)
    }

    /// The text up to a byte, with entities replaced; the byte is not taken.
    private mutating func text(until end: UInt8) throws(FigureReadingError) -> String {
        var out: [UInt8] = []
        while position < bytes.count, bytes[position] != end {
            guard bytes[position] == 0x26 else {
                out.append(bytes[position])
                position += 1
                continue
            }
            guard let close = bytes[position...].prefix(12).firstIndex(of: 0x3b) else { throw fault("an & that begins nothing") }
            guard let scalar = Self.entity(String(decoding: bytes[(position + 1)..<close], as: UTF8.self)) else {
                throw fault("an unknown entity")
            }
            out += Array(String(Character(scalar)).utf8)
            position = close + 1
        }
        guard position < bytes.count || end == 0x3c else { throw fault("the text ends within a value") }
        return String(decoding: out, as: UTF8.self)
    }

    private static func entity(_ name: String) -> Unicode.Scalar? {
        switch name {
        case "amp": "&"
        case "lt": "<"
        case "gt": ">"
        case "quot": "\""
        case "apos": "'"
        default:
            if name.hasPrefix("#x") {
                UInt32(name.dropFirst(2), radix: 16).flatMap(Unicode.Scalar.init)
            } else if name.hasPrefix("#") {
                UInt32(name.dropFirst(1)).flatMap(Unicode.Scalar.init)
            } else {
                nil
            }
        }
    }
}
