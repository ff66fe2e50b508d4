/// How a mark looks and what the legend calls it.
///
/// Marks name what they show (measured, predicted …), not colours, so that one thing looks alike in every figure. No two styles
/// that share a panel differ in colour alone: dash, width or marker differ as well.
package struct Style: Sendable, Hashable {
    /// What lies above what.
    package enum Layer: Int, Sendable { case area, reference, model, data, overlay }

    /// The name in the legend, with marks as in `RichText`; none in the legend where it is empty.
    package var label: String
    /// The colour of all that the mark draws: lines, markers and areas.
    package var ink: Ink
    /// Of lines, in points.
    package var width: Double
    /// Lengths of strokes and gaps in points; none for a solid line.
    package var dash: [Double]
    /// Drawn at each datum where these stand far enough apart.
    package var marker: Marker?
    /// What the mark lies above and below within its panel; in the legend upper layers are named first.
    package var layer: Layer
    /// The place among styles of one layer in the legend, where values have an order.
    package var rank: Int?

    /// A style of its own; `package` so that figures can name what they alone show.
    package init(_ label: String, ink: Ink, width: Double, dash: [Double] = [], marker: Marker? = nil, layer: Layer) {
        (self.label, self.ink, self.width, self.dash, self.marker, self.layer) = (label, ink, width, dash, marker, layer)
    }

    var stroke: Stroke { Stroke(ink: ink, width: width, dash: dash) }

    /// The style under another name.
    package func labelled(_ label: String) -> Style {
        var style = self
        style.label = label
        return style
    }
}

// MARK: - What the figures show

extension Style {
    /// What was measured.
    package static let measured = Style("measured", ink: .blue, width: 1, marker: .circle, layer: .data)
    /// What theory predicts. Wider and lighter than the measurement that lies on it, and below it, so that both are seen, in grey as well.
    package static let predicted = Style("predicted", ink: .track, width: 4.5, layer: .model)
    /// A series so dense that a thin line without markers shows it best.
    package static let dense = Style("series", ink: .blue, width: 0.7, layer: .data)
    /// Where a run's last finite number is.
    package static let divergence = Style("last finite step", ink: .vermilion, width: 0.8, dash: [2, 1.4], layer: .area)

    /// A line that the data are to be held against.
    package static func reference(_ label: String) -> Style {
        Style(label, ink: .black, width: 0.9, dash: [1.2, 1.6], layer: .reference)
    }

    /// A region that the data are to be held against.
    package static func region(_ label: String) -> Style { Style(label, ink: .sky, width: 0.5, layer: .area) }

    /// One of `count` values with an order, such as radii.
    package static func ordinal(_ index: Int, of count: Int, label: String) -> Style {
        let dashes: [[Double]] = [[], [6, 1.6], [3.2, 1.4], [1.6, 1.2], [5, 1.4, 1.2, 1.4]]
        var style = Style(label, ink: .ordinal(index, of: count), width: 1.1, dash: dashes[index % dashes.count], layer: .data)
        style.rank = index
        return style
    }

    /// One of several kinds without an order, such as experiments.
    package static func category(_ index: Int, label: String) -> Style {
        precondition(index >= 0, "kind \(index)")
        let inks = Ink.categories, markers = Marker.allCases
        return Style(
            label, ink: inks[index % inks.count], width: 1.1, dash: index < inks.count ? [] : [4, 1.6],
            marker: markers[index % markers.count], layer: .data)
    }
}
