/// A panel whose place and axes are known: what marks draw in.
package struct Frame: Sendable, Hashable {
    /// The panel's frame on the page, in points; what is drawn beyond it is cut off.
    package var box: Rectangle
    /// From abscissas to positions across the page: from the left side to the right, or back where the axis is reversed.
    package var x: Scale
    /// From ordinates to positions down the page: from the lower side to the upper, or back where the axis is reversed.
    package var y: Scale
    /// The figure's theme, for marks that write text.
    package var theme: Theme

    /// Where a pair of numbers lies; nothing where one of the axes cannot show it.
    func point(_ xValue: Double, _ yValue: Double) -> Point? {
        guard let across = x.map(xValue), let down = y.map(yValue) else { return nil }
        return Point(across, down)
    }

    /// The stretches of a series without a gap: a number that is missing, infinite or not positive on a log axis parts them.
    func stretches(of series: Series) -> [[Point]] {
        var stretches: [[Point]] = [], current: [Point] = []
        for (xValue, yValue) in zip(series.x, series.y) {
            if let point = point(xValue, yValue) {
                current.append(point)
            } else if !current.isEmpty {
                stretches.append(current)
                current = []
            }
        }
        return current.isEmpty ? stretches : stretches + [current]
    }
}
