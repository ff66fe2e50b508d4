/// The way from numbers to positions along one axis, and back.
package struct Scale: Sendable, Hashable {
    /// How numbers become distances, and thereby which of them have a position.
    package var kind: Axis.Kind
    /// The numbers at both ends, `low` < `high`.
    package var low: Double
    /// The number at `end`, more than `low`.
    package var high: Double
    /// The positions of `low` and `high`, in points.
    package var start: Double
    /// The position of `high`, in points; less than `start` where numbers grow upwards or to the left.
    package var end: Double

    /// A scale over a domain.
    ///
    /// - Precondition: both ends are finite, differ, and are positive on a log axis.
    package init(_ kind: Axis.Kind, low: Double, high: Double, from start: Double = 0, to end: Double = 1) {
        precondition(
            low < high && low.isFinite && high.isFinite && (kind != .log || low > 0), "a \(kind) axis over \(low) … \(high)")
        (self.kind, self.low, self.high, self.start, self.end) = (kind, low, high, start, end)
    }

    /// The position of a number; nothing where it has none: not finite, ≤ 0 on a log axis, or beyond what a double can place.
    package func map(_ value: Double) -> Double? {
        guard value.isFinite, kind != .log || value > 0 else { return nil }
        // Halved, so that a span from −10³⁰⁰ to 10³⁰⁰ does not overflow.
        let a = linear(low) / 2, b = linear(high) / 2
        let position = start + (end - start) * ((linear(value) / 2 - a) / (b - a))
        return position.isFinite ? position : nil
    }

    /// The number at a position.
    package func invert(_ position: Double) -> Double {
        let a = linear(low), b = linear(high)
        let part = (position - start) / (end - start)
        return number(a * (1 - part) + b * part)
    }

    /// The number in the coordinate in which the axis is linear.
    private func linear(_ value: Double) -> Double {
        switch kind {
        case .linear: value
        case .log: Logarithm.log10(value)
        case .symlog(let threshold):
            value < 0 ? -Logarithm.log10(1 - value / threshold) : Logarithm.log10(1 + value / threshold)
        }
    }

    /// The inverse of `linear`.
    private func number(_ linear: Double) -> Double {
        switch kind {
        case .linear: linear
        case .log: Logarithm.power(ofTen: linear)
        case .symlog(let threshold):
            linear < 0
                ? threshold * (1 - Logarithm.power(ofTen: -linear)) : threshold * (Logarithm.power(ofTen: linear) - 1)
        }
    }

    /// The scale between other positions.
    package func placed(from start: Double, to end: Double) -> Scale { Scale(kind, low: low, high: high, from: start, to: end) }
}
