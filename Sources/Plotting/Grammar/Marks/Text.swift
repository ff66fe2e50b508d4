/// A remark at a place in the panel.
package struct Text: Mark {
    package var text: String
    package var x: Double
    package var y: Double
    package var anchor: SceneText.Anchor

    /// A remark whose anchor is at a pair of numbers, which must lie within the data for the axes to show it.
    package init(_ text: String, x: Double, y: Double, anchor: SceneText.Anchor = .start) {
        (self.text, self.x, self.y, self.anchor) = (text, x, y, anchor)
    }

    package var style: Style { Style("", ink: .text, width: 0, layer: .overlay) }
    /// None: a remark is no datum.
    package var series: [Series] { [] }

    package func nodes(in frame: Frame) -> [SceneNode] {
        guard let point = frame.point(x, y) else { return [] }
        let metrics = TextMetrics(scriptSize: frame.theme.scriptSize)
        return [.text(metrics.place(RichText(text), at: point, size: frame.theme.textSize, anchor: anchor))]
    }

    package func key(in box: Rectangle) -> [SceneNode] { [] }
}
