import Formats

/// What a window of consecutive steps shows: where ‖H‖ comes up to the edge, and whether the gradient then swings along v₁.
struct Swing: Sendable {
    /// The first step at which ‖H‖ is at or above the edge after one at which it is below; `nil` where the window holds none.
    var crossing: Int?
    /// The median of |⟨g, v₁⟩| over the last eighth of the steps, in units of that over the first eighth.
    var growth: Double
    /// The share of the steps in the last quarter at which ⟨g, v₁⟩ has the other sign than a step before.
    var alternating: Double

    /// Whether a two-cycle has set in: the sign turns at every step, and the swing is at least three times what it was.
    var isTwoCycle: Bool { alternating == 1 && growth >= 3 }

    /// Reads a window.
    ///
    /// - Throws: `TableError` where a column is missing.
    init(_ window: Table) throws {
        let steps = try window.column(named: "step"), norms = try window.column(named: "hessian_norm")
        let edges = try window.column(named: "sam_edge"), along = try window.column(named: "gradient_along")
        crossing = steps.indices.dropFirst().first { norms[$0 - 1] < edges[$0 - 1] && norms[$0] >= edges[$0] }.map {
            Int(steps[$0])
        }
        let eighth = max(1, along.count / 8), sizes = along.map(\.magnitude)
        growth = Statistics.median(sizes.suffix(eighth)) / Statistics.median(sizes.prefix(eighth))
        let pairs = zip(along, along.dropFirst()).suffix(max(1, along.count / 4))
        alternating = pairs.isEmpty ? 0 : Double(pairs.count { $0 * $1 < 0 }) / Double(pairs.count)
    }
}
