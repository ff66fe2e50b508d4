import Formats

/// The values of an option that takes several: `a,b`; `a:b:n`, n values from a to b at even distances; `a:b:nx`, by even factors;
/// or these with commas between.
///
/// The ends are what is written. Values between are rounded, to about a hundredth of the distance to the next, so that `0:0.3:4` has the
/// 0.1 that others write; or to whole numbers, where the option takes such.
struct ValueList {
    /// The most values that an option may have.
    static let most = 1000

    /// In the order of the text.
    let values: [Double]

    /// Reads the text of an option whose values are numbers within a range.
    ///
    /// - Throws: `UsageError` that names the option, the text, and the part that is wrong.
    init(_ text: String, of option: Option, in range: ClosedRange<Double>) throws {
        try self.init(text, of: option, in: range, isWhole: false)
    }

    /// Reads the text of an option whose values are whole numbers within a range, as far as they are exact as `Double`.
    ///
    /// - Throws: `UsageError` that names the option, the text, and the part that is wrong.
    init(_ text: String, of option: Option, in range: ClosedRange<Int>) throws {
        let exact = range.clamped(to: -(1 << 53)...1 << 53)
        try self.init(text, of: option, in: Double(exact.lowerBound)...Double(exact.upperBound), isWhole: true)
    }

    /// Whether a text is more than one value.
    static func isNeeded(for text: String) -> Bool { text.contains { $0 == "," || $0 == ":" } }

    private init(_ text: String, of option: Option, in range: ClosedRange<Double>, isWhole: Bool) throws {
        let limits = "\(shortestText(range.lowerBound)) to \(shortestText(range.upperBound))"
        let expected = "a \(isWhole ? "whole number" : "number") from \(limits)"
        func fault(_ reason: String) -> UsageError { .badList(text, option, reason) }
        func number(_ word: Substring) throws -> Double {
            if let value = isWhole ? Int(word).map(Double.init) : Double(word), range.contains(value) { return value + 0 }
            // Of one value nothing needs saying but what it may be.
            if word.count == text.count { throw UsageError.badValue(text, option, expected: expected, near: []) }
            throw fault(word.isEmpty ? "a value is missing before or after a sign" : "\"\(word)\" is not \(expected)")
        }
        var values: [Double] = []
        for part in text.split(separator: ",", omittingEmptySubsequences: false) {
            let words = part.split(separator: ":", omittingEmptySubsequences: false)
            if words.count == 1 {
                values.append(try number(part))
                continue
            }
            guard words.count == 3 else { throw fault("\"\(part)\" is no range; a range is a:b:n, or a:b:nx by factors") }
            let first = try number(words[0]), last = try number(words[1]), byFactors = words[2].hasSuffix("x")
            guard let count = Int(byFactors ? words[2].dropLast() : words[2]), (1...Self.most).contains(count) else {
                throw fault("\"\(words[2])\" is no number of values from 1 to \(Self.most), with an x after it to go by factors")
            }
            if count == 1, first != last { throw fault("\"\(part)\" asks for one value, and has two ends") }
            if byFactors, first <= 0 || last <= 0 {
                throw fault("\"\(part)\" goes by factors, and so from and to numbers above 0")
            }
            values += Self.range(first, last, count, byFactors: byFactors, isWhole: isWhole)
        }
        if values.count > Self.most { throw fault("it has \(values.count) values, and \(Self.most) are the most") }
        var seen: Set<Double> = []
        if let double = values.first(where: { !seen.insert($0).inserted }) {
            throw fault("\(shortestText(double)) is there twice")
        }
        self.values = values
    }

    private static func range(_ first: Double, _ last: Double, _ count: Int, byFactors: Bool, isWhole: Bool) -> [Double] {
        let factor = byFactors ? root(last / first, count - 1) : 1
        var power = 1.0
        let exact = (0..<count).map { place in
            defer { power *= factor }
            if place == 0 { return first }
            if place == count - 1 { return last }
            let value = byFactors ? first * power : first + (last - first) * (Double(place) / Double(count - 1))
            return min(max(value, min(first, last)), max(first, last))
        }
        return exact.indices.map { place in
            if place == 0 || place == count - 1 { return exact[place] }
            if isWhole { return exact[place].rounded() }
            let distance = min((exact[place] - exact[place - 1]).magnitude, (exact[place + 1] - exact[place]).magnitude)
            return rounded(exact[place], by: distance)
        }
    }

    /// The number whose power is `value`, by halving: the same on every machine, which no library's `pow` promises.
    private static func root(_ value: Double, _ power: Int) -> Double {
        guard power > 1 else { return value }
        var (low, high) = (min(1, value), max(1, value))
        for _ in 0..<100 {
            let middle = low + (high - low) / 2
            var product = 1.0
            for _ in 0..<power where product.isFinite { product *= middle }
            if product < value { low = middle } else { high = middle }
        }
        return low + (high - low) / 2
    }

    /// A number at a multiple of a power of ten that is a hundredth of a distance or a little less.
    private static func rounded(_ value: Double, by distance: Double) -> Double {
        guard distance > 0 else { return value }
        var (exponent, distance, scaled) = (0, distance, value)
        while distance >= 1000 { (distance, scaled, exponent) = (distance / 10, scaled / 10, exponent + 1) }
        while distance < 100 { (distance, scaled, exponent) = (distance * 10, scaled * 10, exponent - 1) }
        guard scaled.magnitude < 1e15 else { return value }
        // Read as decimal text, since a product with a power of ten would be rounded twice.
        return Double("\(Int(scaled.rounded()))e\(exponent)") ?? value
    }
}
