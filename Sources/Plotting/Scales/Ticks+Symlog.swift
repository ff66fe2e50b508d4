/// Ticks at zero and at powers of ten on both sides of it.
extension Ticks {
    static func symlog(_ scale: Scale, threshold: Double, target: Int, fits: Fit) -> Ticks {
        // Below the threshold the axis is nearly linear, and powers of ten crowd together.
        let first = Int(Logarithm.log10(threshold).rounded(.up)),
            last = Int(Logarithm.log10(max(-scale.low, scale.high)).rounded(.down))
        guard last >= first else { return linear(Scale(.linear, low: scale.low, high: scale.high), target: target, fits: fits) }
        let powers = first...last
        let all =
            (powers.reversed().map { DecimalNumber(-1, exponent: $0) } + [DecimalNumber(0, exponent: 0)]
            + powers.map { DecimalNumber(1, exponent: $0) }).filter { $0.value >= scale.low && $0.value <= scale.high }
        var choice: [DecimalNumber]?
        // Every power, every second …; where none of these leaves room about zero, the same without the smallest.
        search: for least in first...min(last, first + 6) {
            for stride in strides {
                let chosen = all.filter { $0.digits == 0 || ($0.exponent >= least && ($0.exponent - last) % stride == 0) }
                guard chosen.count >= 3 else { break }
                guard chosen.count <= 7 else { continue }
                choice = chosen
                if fits(chosen.map(tick)) { break search }
            }
        }
        guard let choice else { return linear(Scale(.linear, low: scale.low, high: scale.high), target: target, fits: fits) }
        let rest = last - first > 12 ? [] : all.filter { !choice.contains($0) }
        return Ticks(major: choice.map(tick), minor: rest.map(\.value))
    }

    /// A signed power of ten.
    private static func tick(_ number: DecimalNumber) -> Tick {
        var label = DecimalNumber(abs(number.digits), exponent: number.exponent).scientificLabel(power: number.exponent)
        if number.digits < 0 { label.runs[0].text = "\u{2212}" + label.runs[0].text }
        return Tick(value: number.value, label: label)
    }
}
