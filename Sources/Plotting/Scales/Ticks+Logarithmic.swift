/// Ticks at powers of ten; at their multiples too where fewer than two decades or three powers are shown; at equal steps where
/// not even these are enough.
extension Ticks {
    static func logarithmic(_ scale: Scale, target: Int, fits: Fit) -> Ticks {
        let decades = Logarithm.log10(scale.high) - Logarithm.log10(scale.low)
        let powers = decades >= 2 ? powers(scale, target: target, fits: fits) : nil
        if let powers, powers.major.count > 2 { return powers }
        for multiples in [[1, 2, 5], [1, 3], [1, 2, 3, 5, 7]] {
            let numbers = places(scale, multiples: multiples)
            guard (3...7).contains(numbers.count) else { continue }
            let major = labelled(numbers)
            if fits(major) { return Ticks(major: major, minor: rest(scale, without: major)) }
        }
        if let powers { return powers }
        let linear = Ticks.linear(Scale(.linear, low: scale.low, high: scale.high), target: target, fits: fits)
        return Ticks(major: linear.major, minor: decades > 0.5 ? rest(scale, without: linear.major) : [])
    }

    /// Which powers of ten are labelled, where not all are.
    static let strides = [1, 2, 3, 4, 5, 10, 20, 25, 50, 100, 150, 200, 300]

    /// Every power of ten, or every second, third …: the closest that leave 2 to 7 that fit.
    private static func powers(_ scale: Scale, target: Int, fits: Fit) -> Ticks? {
        let all = places(scale, multiples: [1])
        var choice: (ticks: [Tick], stride: Int)?
        for stride in strides {
            let chosen = all.filter { $0.exponent % stride == 0 }
            guard chosen.count >= 2 else { break }
            guard chosen.count <= max(7, target) else { continue }
            let ticks = chosen.map { Tick(value: $0.value, label: $0.scientificLabel(power: $0.exponent)) }
            choice = (ticks, stride)
            if fits(ticks) { break }
        }
        guard let choice else { return nil }
        let minor = choice.stride == 1 ? rest(scale, without: choice.ticks) : all.map(\.value)
        let labelled = choice.ticks.map(\.value)
        return Ticks(major: choice.ticks, minor: minor.filter { !labelled.contains($0) && choice.stride <= 5 })
    }

    /// The multiples of powers of ten within the domain, in ascending order.
    private static func places(_ scale: Scale, multiples: [Int]) -> [DecimalNumber] {
        // One more at each end: the logarithm is rounded, the places themselves decide.
        let first = Int(Logarithm.log10(scale.low).rounded(.down)) - 1, last = Int(Logarithm.log10(scale.high).rounded(.up))
        return (first...last).flatMap { power in multiples.map { DecimalNumber($0, exponent: power) } }
            .filter { $0.value >= scale.low && $0.value <= scale.high }
    }

    /// The unlabelled multiples of powers of ten.
    private static func rest(_ scale: Scale, without major: [Tick]) -> [Double] {
        let labelled = major.map(\.value)
        return places(scale, multiples: Array(1...9)).map(\.value).filter { !labelled.contains($0) }
    }

    /// Plain numbers between a thousandth and ten thousand, otherwise each with its power.
    private static func labelled(_ numbers: [DecimalNumber]) -> [Tick] {
        let isPlain = numbers.allSatisfy { (-3...4).contains($0.exponent) }
        return numbers.map {
            Tick(value: $0.value, label: isPlain ? RichText(plain: $0.plainText) : $0.scientificLabel(power: $0.exponent))
        }
    }
}
