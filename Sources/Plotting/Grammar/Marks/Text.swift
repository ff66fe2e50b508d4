/// A remark at a place in the panel.
package struct Text: Mark {
    /// The remark, with marks as in `RichText`; never wrapped.
    package var text: String
    /// The abscissa of the anchor, in numbers of the axis.
    package var x: Double
    /// The ordinate of the base line, in numbers of the axis.
    package var y: Double
    /// Whether the remark starts at the abscissa, has its middle there, or ends there.
    package var anchor: SceneText.Anchor

    /// A remark whose anchor is at a pair of numbers, which must lie within the data for the axes to show it.
    package init(_ text: String, x: Double, y: Double, anchor: SceneText.Anchor = .start) {
        (self.text, self.x, self.y, self.anchor) = (text, x, y, anchor)
    }

    /// The ink of text, above all data; without a label, so that the legend does not name it.
    package var style: Style { Style("", ink: .text, width: 0, layer: .overlay) }
    /// None: a remark is no datum.
    package var series: [Series] { [] }

    /// The remark in the theme's size of text; nothing where an axis cannot show the place.
    package func nodes(in frame: Frame) -> [SceneNode] {
        guard let point = frame.point(x, y) else { return [] }
        let metrics = TextMetrics(scriptSize: frame.theme.scriptSize)
        return [.text(metrics.place(RichText(text), at: point, size: frame.theme.textSize, anchor: anchor))]
    }

    /// Nothing, as a remark has no place in the legend.
    package func key(in box: Rectangle) -> [SceneNode] { [] }
}
