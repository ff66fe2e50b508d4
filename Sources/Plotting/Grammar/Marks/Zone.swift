/// A tint between two ordinates, across the panel: the range that counts as something.
package struct Zone: Mark {
    /// The lower border.
    package var low: Double
    /// The upper border.
    package var high: Double
    /// The ink of the tint.
    package var style: Style

    /// A range of ordinates.
    package init(_ range: ClosedRange<Double>, as style: Style) {
        (low, high, self.style) = (range.lowerBound, range.upperBound, style)
    }

    /// None: the range is no datum.
    package var series: [Series] { [] }

    /// The tint, from side to side.
    package func nodes(in frame: Frame) -> [SceneNode] {
        guard let top = frame.y.map(high), let bottom = frame.y.map(low) else { return [] }
        let area = Rectangle(x: frame.box.x, y: top, width: frame.box.width, height: bottom - top)
        return [.path(ScenePath(Outline(area), fill: style.ink))]
    }
}
