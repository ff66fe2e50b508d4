extension Scale {
    /// A scale that shows all values with some room at both ends.
    ///
    /// Values that the axis cannot show are left out. Where there are none, or all are alike, the domain is a plain one about
    /// what there is: a span below 10⁻⁵ of the numbers would need labels of six digits to tell them apart.
    /// - Parameters:
    ///   - padding: the room at each end, relative to the span.
    ///   - keepsSign: whether the room ends at zero where no value is negative.
    package static func nice(_ kind: Axis.Kind, showing values: some Sequence<Double>, padding: Double, keepsSign: Bool = false)
        -> Scale
    {
        var low = Double.infinity, high = -Double.infinity
        for value in values where value.isFinite && (kind != .log || value > 0) {
            low = min(low, value)
            high = max(high, value)
        }
        guard low <= high else { return kind == .log ? Scale(.log, low: 1, high: 10) : Scale(kind, low: 0, high: 1) }
        switch kind {
        case .linear: return linear(low, high, padding: padding, keepsSign: keepsSign)
        case .log: return logarithmic(low, high, padding: padding)
        case .symlog(let threshold):
            if high / 2 - low / 2 < 1e-5 * max(abs(low), abs(high), threshold) {
                low -= max(threshold, 0.1 * abs(low))
                high += max(threshold, 0.1 * abs(high))
            }
            let exact = Scale(kind, low: low, high: high)
            return Scale(kind, low: max(exact.invert(-padding), -limit), high: min(exact.invert(1 + padding), limit))
        }
    }

    /// No domain reaches farther, so that ticks and their differences remain numbers.
    private static let limit = 1.5e300

    private static func linear(_ low: Double, _ high: Double, padding: Double, keepsSign: Bool) -> Scale {
        let size = max(abs(low), abs(high))
        var a = low, b = high
        if size < 1e-290 {
            (a, b) = (low - 0.5, high + 0.5)
        } else if high / 2 - low / 2 < 0.5e-5 * size {
            (a, b) = (low - 0.05 * size, high + 0.05 * size)
        } else {
            let room = padding * high - padding * low
            (a, b) = (low - room, high + room)
        }
        if keepsSign && low >= 0 && a < 0 && low < high { a = 0 }
        return Scale(.linear, low: max(a, -limit), high: min(b, limit))
    }

    private static func logarithmic(_ low: Double, _ high: Double, padding: Double) -> Scale {
        let a = Logarithm.log10(low), b = Logarithm.log10(high)
        // The same limit as on a linear axis; a fifth of a decade about a single number.
        let room = b - a < 0.5e-5 ? 0.1 : padding * (b - a)
        let smallest = max(low * Logarithm.power(ofTen: -room), 1 / limit)
        return Scale(.log, low: smallest, high: max(min(high * Logarithm.power(ofTen: room), limit), 2 * smallest))
    }
}
