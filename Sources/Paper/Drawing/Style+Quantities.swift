import Formats
import Plotting
import Training

/// How the figures show who and what: colour says who, form says what.
extension Style {
    /// The SAM-edge: behind what was measured.
    static let samEdge = Style.predicted.labelled("")
    /// The edge of gradient descent.
    static let gdEdge = Style("", ink: .black, width: 0.9, dash: [0.9, 1.6], layer: .reference)
    /// What the data are held against: 1 of a ratio, 0 of a difference, the diagonal.
    static let base = Style("", ink: .text, width: 0.7, layer: .reference)
    /// A level that says how little may have been learnt.
    static let level = Style("", ink: .quiet, width: 0.7, dash: [0.9, 1.6], layer: .reference)
    /// The range that counts as at the edge.
    static let range = Style("", ink: .void, width: 0, layer: .area)
    /// Gradient descent, behind the others, where losses are held side by side.
    static let broadGD = Style("", ink: .faintVermilion, width: 3, layer: .model)

    /// A run of an optimiser, among those of these radii.
    static func run(_ optimiser: AnyOptimiser, among radii: [Double]) -> Style {
        optimiser.value.ascends
            ? Style("", ink: .optimiser(optimiser, among: radii), width: 1.1, layer: .data)
            : Style("", ink: .vermilion, width: 1.1, dash: [4, 1.6], layer: .data)
    }

    /// Single numbers of minibatches, of which another line shows the median.
    static func faint(_ optimiser: AnyOptimiser) -> Style {
        Style("", ink: optimiser.value.ascends ? .faintBlue : .faintVermilion, width: 0.6, layer: .model)
    }

    /// The checks of a radius as markers.
    static func checks(_ radius: Double, among radii: [Double], label: String = "") -> Style {
        let index = radii.firstIndex(of: radius) ?? 0
        var style = Style(
            label, ink: .radius(index, of: max(1, radii.count)), width: 1,
            marker: [.circle, .triangle, .square, .diamond][index % 4],
            layer: .data)
        style.rank = index
        return style
    }
}

extension Ink {
    /// The colour of an optimiser among SAM's radii.
    static func optimiser(_ optimiser: AnyOptimiser, among radii: [Double], isText: Bool = false) -> Ink {
        guard optimiser.value.ascends else { return isText ? .vermilionName : .vermilion }
        return .radius(radii.firstIndex(of: optimiser.value.rank) ?? 0, of: max(1, radii.count), isText: isText)
    }
}

extension ExperimentResult {
    /// SAM's radii, in ascending order.
    var radii: [Double] { Set(optimisers.filter(\.value.ascends).map(\.value.rank)).sorted() }

    /// The runs of one seed, the first, which figures of single runs show.
    var firstSeed: [RunResult] { runs.filter { $0.seed == runs[0].seed } }

    /// The step size in the middle of the grid.
    var middleRate: Double { learningRates[learningRates.count / 2] }

    /// `MLP` of `MLP on MNIST`; all of another title.
    var shortTitle: String { title.firstRange(of: " on ").map { String(title[..<$0.lowerBound]) } ?? title }
}

extension [ExperimentResult] {
    /// The radii of all of them.
    var radii: [Double] { Set(flatMap(\.radii)).sorted() }

    /// Takes out of the titles what they have in common, where they are those of a sweep: `MLP on MNIST` of
    /// `MLP on MNIST, width 8` and `MLP on MNIST, width 16`.
    ///
    /// - Returns: what was taken out; `nil` where they stay.
    mutating func takeCommonTitle() -> String? {
        let parts = map { $0.title.split(separator: ", ", maxSplits: 1).map(String.init) }
        guard count > 1, let common = parts[0].first, parts.allSatisfy({ $0.count == 2 && $0[0] == common }) else { return nil }
        for index in indices { self[index].title = parts[index][1] }
        return common
    }
}

extension RunResult {
    /// `GD` or `ρ = 0.1`, with marks.
    var shortTitle: String { optimiser.value.ascends ? optimiser.value.title : "GD" }
}

/// `η = 0.1` with marks.
func rateText(_ rate: Double) -> String { "*η* = \(shortestText(rate))" }

/// A number with so many decimals, or fewer where it is large; with a true minus.
func decimals(_ value: Double, _ count: Int) -> String {
    guard value.isFinite else { return value > 0 ? "∞" : value < 0 ? "−∞" : "–" }
    guard value.magnitude < 1e9 else { return significant(value) }
    var scale = 1.0
    for _ in 0..<count { scale *= 10 }
    let whole = Int((value.magnitude * scale).rounded())
    let (units, rest) = whole.quotientAndRemainder(dividingBy: Int(scale))
    let digits = String(rest)
    let sign = value < 0 && whole > 0 ? "\u{2212}" : ""
    return sign + "\(units)" + (count == 0 ? "" : "." + String(repeating: "0", count: count - digits.count) + digits)
}

/// A ratio: two decimals below 10, one below 100.
func ratioText(_ value: Double) -> String { decimals(value, value.magnitude < 10 ? 2 : value.magnitude < 100 ? 1 : 0) }

/// Two shares as a range of percentages: `8 to 98 %`, or one where they read the same.
func rangeText(_ least: Double, _ most: Double) -> String {
    percentText(least) == percentText(most) ? percentText(most) : "\(decimals(100 * least, 0)) to \(percentText(most))"
}

/// A share as a percentage: `98 %`.
func percentText(_ share: Double) -> String { "\(decimals(100 * share, 0)) %" }
