/// Ticks at multiples of a round step.
///
/// After Talbot, Lin & Hanrahan, *An Extension of Wilkinson's Algorithm for Positioning Tick Labels on Axes*, 2010: the steps
/// 1, 5, 2, 2.5, 4, 3 and their tenfolds, scored by simplicity, coverage and density with the paper's weights. Unlike there,
/// every multiple within the domain is labelled and none beyond it, so there is little to search.
extension Ticks {
    /// The steps in order of preference: digits and exponent.
    private static let steps: [DecimalNumber] = [
        DecimalNumber(1, exponent: 0), DecimalNumber(5, exponent: 0), DecimalNumber(2, exponent: 0),
        DecimalNumber(25, exponent: -1), DecimalNumber(4, exponent: 0), DecimalNumber(3, exponent: 0),
    ]

    static func linear(_ scale: Scale, target: Int, fits: Fit) -> Ticks {
        let span = scale.high / 2 - scale.low / 2
        let order = Int((Logarithm.log10(span) + Logarithm.log10(2)).rounded(.down))
        var candidates: [Candidate] = []
        for power in (order - 2)...(order + 1) {
            for (rank, step) in steps.enumerated() {
                let step = DecimalNumber(step.digits, exponent: step.exponent + power)
                let size = step.value
                guard size > 0 else { continue }
                var first = Int((scale.low / size).rounded(.up)), last = Int((scale.high / size).rounded(.down))
                // Quotients are rounded; the places themselves decide.
                let place = { DecimalNumber($0 * step.digits, exponent: step.exponent).value }
                if place(first) < scale.low { first += 1 }
                if place(last) > scale.high { last -= 1 }
                guard last > first, last - first < 9 else { continue }
                let simplicity = 1 - Double(rank) / Double(steps.count - 1) + (first <= 0 && last >= 0 ? 1 : 0) - 1
                let below = (place(first) / 2 - scale.low / 2) / span, above = (scale.high / 2 - place(last) / 2) / span
                let coverage = 1 - 0.5 * (above * above + below * below) / 0.01
                let ratio = Double(last - first + 1) / Double(target)
                let density = 2 - max(ratio, 1 / ratio)
                candidates.append(
                    Candidate(step: step, multiples: first...last, score: 0.25 * simplicity + 0.2 * coverage + 0.5 * density))
            }
        }
        return best(candidates, fits: fits)
    }

    /// Multiples of a step.
    private struct Candidate {
        var step: DecimalNumber
        var multiples: ClosedRange<Int>
        var score: Double
    }

    /// The candidate of the highest score among those of 3 to 7 ticks that fit; failing that among those of 2; failing that the
    /// one with the fewest ticks.
    private static func best(_ candidates: [Candidate], fits: Fit) -> Ticks {
        for counts in [3...7, 2...2] {
            let ranked = candidates.filter { counts.contains($0.multiples.count) }.sorted { $0.score > $1.score }
            if let fitting = ranked.lazy.map(labelled).first(where: fits) { return Ticks(major: fitting) }
        }
        let fewest = candidates.min { ($0.multiples.count, -$0.score) < ($1.multiples.count, -$1.score) }
        return Ticks(major: fewest.map(labelled) ?? [])
    }

    /// The ticks, all labels in one form with as many decimals.
    private static func labelled(_ candidate: Candidate) -> [Tick] {
        let step = candidate.step
        let numbers = candidate.multiples.map { DecimalNumber($0 * step.digits, exponent: step.exponent) }
        let largest = numbers.filter { $0.digits != 0 }.map(\.magnitude).max() ?? 0
        let isPlain = largest < 5 && step.exponent >= -4
        return numbers.map {
            Tick(value: $0.value, label: isPlain ? RichText(plain: $0.plainText) : $0.scientificLabel(power: largest))
        }
    }
}
