/// How much room a text takes, from a table of the fonts' widths.
package struct TextMetrics: Sendable, Hashable {
    /// The size of subscripts and superscripts, in points.
    package var scriptSize: Double
    /// How wide a text is beside the table's sum of widths, 1 for the table's own font.
    package var letterWidth = 1.0
    /// Heights above and below the base line, relative to the size: a little more than the font's, for
    /// signs that come from another one.
    let ascent = 0.94, descent = 0.28
    /// How far slanted letters may lean out of their room on either side, relative to the size.
    let overhang = 0.1
    /// The height of capitals and digits, relative to the size.
    let capHeight = 0.73
    /// How far a subscript's base line lies below the line's, relative to the size; and a superscript's above it.
    let drop = 0.22, rise = 0.36

    /// Metrics for subscripts and superscripts of a size in points; the size of other text is told with each text.
    package init(scriptSize: Double) { self.scriptSize = scriptSize }

    /// The metrics of a theme's texts.
    init(_ theme: Theme) { (scriptSize, letterWidth) = (theme.scriptSize, theme.letterWidth) }

    /// The width of a text, in points.
    package func width(of text: RichText, size: Double, isBold: Bool = false) -> Double {
        var width = 0.0
        for run in text.runs {
            let units = run.text.unicodeScalars.reduce(0) { $0 + AdvanceWidths.width(of: $1, isBold: isBold) }
            width += Double(units) / 1000 * (run.level == .base ? size : scriptSize)
        }
        return width * letterWidth
    }

    /// A text at a position, with the room that it takes.
    func place(
        _ text: RichText, at position: Point, size: Double, anchor: SceneText.Anchor, ink: Ink = .text,
        turn: SceneText.Turn = .level, isBold: Bool = false
    ) -> SceneText {
        var position = Point(latticed(position.x), latticed(position.y)), anchor = anchor
        let width = width(of: text, size: size, isBold: isBold)
        // Programs differ in where they put the second run of a text that does not begin at its position.
        if text.runs.count > 1, anchor != .start {
            let shift = anchor == .middle ? width / 2 : width
            switch turn {
            case .level: position.x = latticed(position.x - shift)
            case .upward: position.y = latticed(position.y + shift)
            case .downward: position.y = latticed(position.y - shift)
            }
            anchor = .start
        }
        let left =
            switch anchor {
            case .start: 0.0
            case .middle: -width / 2
            case .end: -width
            }
        let top = max(ascent * size, rise * size + ascent * scriptSize),
            bottom = max(descent * size, drop * size + descent * scriptSize)
        let hasScripts = text.runs.contains { $0.level != .base }
        let box = Rectangle(
            x: position.x + left - overhang * size, y: position.y - (hasScripts ? top : ascent * size),
            width: width + 2 * overhang * size,
            height: hasScripts ? top + bottom : (ascent + descent) * size)
        return SceneText(
            text: text, position: position, size: size, scriptSize: scriptSize, anchor: anchor, ink: ink, turn: turn, box: box,
            isBold: isBold)
    }
}
