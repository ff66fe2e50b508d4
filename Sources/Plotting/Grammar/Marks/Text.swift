/// A remark in a panel: at a place, or where it finds one.
package struct Text: Mark {
    /// Where the remark stands.
    package enum Place: Sendable {
        /// At a pair of numbers, which must lie within the data for the axes to show it: the anchor of the first base line.
        case at(x: Double, y: Double, SceneText.Anchor)
        /// Where no data lie, as near as can be to a place in the frame: shares of its width from the left, and of its height from
        /// the top.
        case near(Double, Double)
        /// Where no data lie, as near as can be to a pair of numbers.
        case around(x: Double, y: Double)
        /// Above or below a line, near a share of the frame's width from the left.
        case beside(Series, Double)
        /// To the right of the frame, at the height of the line's last point; several are moved apart.
        case end(Series)
        /// Above the frame, its middle at a number of the abscissas.
        case above(x: Double)
    }

    /// The lines, with marks as in `RichText`; never wrapped.
    package var lines: [String]
    /// Other wordings, in this order, for where the lines find no room (`near`, `around`).
    package var shorter: [[String]]
    /// Where they stand.
    package var place: Place
    /// The colour of the letters.
    package var ink: Ink
    /// Whether the letters are bold.
    package var isBold: Bool
    /// Whether they are as large as a title's.
    package var isLarge: Bool

    /// A remark that finds its place.
    package init(
        _ lines: [String], shorter: [[String]] = [], _ place: Place, ink: Ink = .text, isBold: Bool = false, isLarge: Bool = false
    ) {
        (self.lines, self.shorter, self.place) = (lines, shorter, place)
        (self.ink, self.isBold, self.isLarge) = (ink, isBold, isLarge)
    }

    /// A remark of one line that finds its place.
    package init(_ line: String, _ place: Place, ink: Ink = .text, isBold: Bool = false, isLarge: Bool = false) {
        self.init([line], place, ink: ink, isBold: isBold, isLarge: isLarge)
    }

    /// A remark whose anchor is at a pair of numbers.
    package init(_ text: String, x: Double, y: Double, anchor: SceneText.Anchor = .start) {
        self.init(text, .at(x: x, y: y, anchor))
    }

    /// Above all data; without a label, so that the legend does not name it.
    package var style: Style { Style("", ink: ink, width: 0, layer: .overlay) }
    /// None: a remark is no datum.
    package var series: [Series] { [] }

    /// Nothing: the layout places remarks when all else is drawn.
    package func nodes(in frame: Frame) -> [SceneNode] { [] }

    /// Nothing, as a remark has no place in the legend.
    package func key(in box: Rectangle) -> [SceneNode] { [] }
}
