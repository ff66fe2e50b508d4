/// Statistics of numbers; order statistics leave out those that are not finite.
enum Statistics {
    /// The middle of the sorted numbers, the mean of the two middle ones where their count is even; not a number for none.
    static func median(_ values: some Sequence<Double>) -> Double { quantile(values, 0.5) }

    /// The number below which a share `p` lies, by linear interpolation between neighbours; not a number for none.
    static func quantile(_ values: some Sequence<Double>, _ p: Double) -> Double {
        let sorted = values.filter(\.isFinite).sorted()
        guard let last = sorted.indices.last else { return .nan }
        let position = p * Double(last)
        let below = Int(position.rounded(.down))
        let above = min(below + 1, last)
        return sorted[below] + (sorted[above] - sorted[below]) * (position - Double(below))
    }

    /// The median of so many numbers around each, of fewer at both ends.
    static func runningMedian(_ values: [Double], _ length: Int) -> [Double] {
        values.indices.map { median(values[max(0, $0 - length / 2)...min(values.count - 1, $0 + length / 2)]) }
    }

    /// The slope of the line through pairs (x, y) with the least sum of squares in y; `nil` for fewer than two pairs or where all
    /// x are equal.
    static func slope(_ pairs: [(x: Double, y: Double)]) -> Double? {
        let count = Double(pairs.count)
        let mean = (x: pairs.reduce(0) { $0 + $1.x } / count, y: pairs.reduce(0) { $0 + $1.y } / count)
        let (xx, xy) = pairs.reduce((0.0, 0.0)) { sums, pair in
            let x = pair.x - mean.x
            return (sums.0 + x * x, sums.1 + x * (pair.y - mean.y))
        }
        return xx > 0 ? xy / xx : nil
    }
}
