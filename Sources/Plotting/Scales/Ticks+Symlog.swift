/// Ticks at zero and at powers of ten on both sides of it.
extension Ticks {
    static func symlog(_ scale: Scale, threshold: Double, target: Int, fits: Fit) -> Ticks {
        // Below the threshold the axis is nearly linear, and powers of ten crowd together.
        let first = Int(Logarithm.log10(threshold).rounded(.up)), last = Int(Logarithm.log10(max(-scale.low, scale.high)).rounded(.down))
        guard last >= first else { return linear(Scale(.linear, low: scale.low, high: scale.high), target: target, fits: fits) }
        func places(stride: Int) -> [Tick] {
            let powers = (first...last).filter { ($0 - last) % stride == 0 }
            let numbers =
                powers.reversed().map { DecimalNumber(-1, exponent: $0) } + [DecimalNumber(0, exponent: 0)]
                + powers.map { DecimalNumber(1, exponent: $0) }
            return numbers.map { Tick(value: $0.value, label: Self.label($0)) }
                .filter { $0.value >= scale.low && $0.value <= scale.high }
        }
        let all = places(stride: 1)
        let choices = (1...max(1, last - first + 1)).map(places).filter { $0.count <= 7 }
        guard let ticks = choices.first(where: { $0.count >= 3 && fits($0) }) ?? choices.last(where: { $0.count >= 3 }) else {
            return linear(Scale(.linear, low: scale.low, high: scale.high), target: target, fits: fits)
        }
        let labelled = ticks.map(\.value)
        return Ticks(major: ticks, minor: last - first > 12 ? [] : all.map(\.value).filter { !labelled.contains($0) })
    }

    /// A signed power of ten.
    private static func label(_ number: DecimalNumber) -> RichText {
        let label = DecimalNumber(abs(number.digits), exponent: number.exponent).scientificLabel(power: number.exponent)
        return number.digits < 0 ? RichText(runs: [RichText.Run(text: "\u{2212}", isItalic: false, level: .base)] + label.runs) : label
    }
}
