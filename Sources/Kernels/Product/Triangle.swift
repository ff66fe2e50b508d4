/// A triangle that a product need not look at.
enum Triangle {
    case none
    /// Elements (i, j) of the result with j > i are not wanted: what they hold afterwards is not said.
    case aboveResultUnwanted
    /// Elements (i, k) of the first factor with k > i are 0.
    case aboveFirstZero
    /// Elements (i, k) of the first factor with k < i are 0.
    case belowFirstZero

    /// The terms out of `terms` that tiles of rows `rows` need.
    func needed(_ terms: Range<Int>, byRows rows: Range<Int>) -> Range<Int> {
        switch self {
        case .none, .aboveResultUnwanted: terms
        case .aboveFirstZero: terms.clamped(to: 0..<rows.upperBound)
        case .belowFirstZero: terms.clamped(to: rows.lowerBound..<max(rows.lowerBound, terms.upperBound))
        }
    }
}
