/// Order statistics of numbers; those that are not finite are left out.
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

    /// Spearman's rank correlation, ties by their mean rank; `nil` for fewer than three pairs or where one side is constant.
    static func rankCorrelation(_ x: some Sequence<Double>, _ y: some Sequence<Double>) -> Double? {
        let pairs = zip(x, y).filter { $0.isFinite && $1.isFinite }
        guard pairs.count >= 3 else { return nil }
        let (a, b) = (ranks(pairs.map(\.0)), ranks(pairs.map(\.1)))
        let mean = Double(pairs.count + 1) / 2
        var (xy, xx, yy) = (0.0, 0.0, 0.0)
        for (p, q) in zip(a, b) {
            xy += (p - mean) * (q - mean)
            xx += (p - mean) * (p - mean)
            yy += (q - mean) * (q - mean)
        }
        return xx > 0 && yy > 0 ? xy / (xx * yy).squareRoot() : nil
    }

    private static func ranks(_ values: [Double]) -> [Double] {
        let order = values.indices.sorted { (values[$0], $0) < (values[$1], $1) }
        var ranks = [Double](repeating: 0, count: values.count)
        var start = 0
        while start < order.count {
            var end = start
            while end + 1 < order.count, values[order[end + 1]] == values[order[start]] { end += 1 }
            for i in start...end { ranks[order[i]] = Double(start + end) / 2 + 1 }
            start = end + 1
        }
        return ranks
    }
}
