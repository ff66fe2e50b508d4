/// A line of text with italics, subscripts and superscripts.
///
/// Written as `*H*` for italics, `_{op}` below and `^{−3}` above the line; a backslash takes `*`, `_`, `^` and itself literally.
/// A mark without its partner stands for itself, so that any text can be shown.
package struct RichText: Sendable, Hashable {
    /// A stretch in one manner.
    package struct Run: Sendable, Hashable {
        /// Where a stretch stands.
        package enum Level: Sendable { case base, below, above }

        /// The characters shown, with nothing left of the marks.
        package var text: String
        /// Whether the letters are slanted.
        package var isItalic: Bool
        /// Whether the stretch stands on the line, as a subscript or as a superscript.
        package var level: Level
    }

    /// The stretches in the order of reading; none where the text is empty.
    package var runs: [Run]

    /// A text as it stands, without marks.
    package init(plain text: String) { runs = text.isEmpty ? [] : [Run(text: text, isItalic: false, level: .base)] }

    /// A text with marks.
    package init(_ markup: String) {
        runs = []
        let characters = Array(markup)
        var pending = ""
        var isItalic = false, level = Run.Level.base
        func closes(_ mark: Character, after position: Int) -> Bool { characters[(position + 1)...].contains(mark) }
        func finish() {
            if !pending.isEmpty { runs.append(Run(text: pending, isItalic: isItalic, level: level)) }
            pending = ""
        }
        var position = 0
        while position < characters.count {
            let character = characters[position]
            let next = position + 1 < characters.count ? characters[position + 1] : nil
            switch character {
            case "\\" where next.map { "*_^\\".contains($0) } ?? false:
                pending.append(next!)
                position += 1
            case "*" where isItalic || closes("*", after: position):
                finish()
                isItalic.toggle()
            case "_" where level == .base && next == "{" && closes("}", after: position),
                "^" where level == .base && next == "{" && closes("}", after: position):
                finish()
                level = character == "_" ? .below : .above
                position += 1
            case "}" where level != .base:
                finish()
                level = .base
            default: pending.append(character)
            }
            position += 1
        }
        finish()
    }

    /// The text without its manner; superscripts after `^`.
    package var plain: String { runs.map { $0.level == .above ? "^\($0.text)" : $0.text }.joined() }

    var isEmpty: Bool { runs.isEmpty }
}
