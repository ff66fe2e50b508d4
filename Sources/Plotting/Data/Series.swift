/// A named sequence of points: what a mark draws, and what the figure's table holds.
///
/// A coordinate that is not a number is missing: a gap in a line, or the coordinate that a rule does not have.
package struct Series: Sendable, Hashable {
    /// What the table calls it, in plain text; within a panel the names differ.
    package var name: String
    /// The abscissas in the order in which the points are joined, in the unit of the axis, such as steps; `nan` where missing.
    package var x: [Double]
    /// The ordinates, one for each abscissa, in the unit of the axis; `nan` where missing.
    package var y: [Double]

    /// A sequence of as many points as there are coordinates of each kind.
    ///
    /// - Precondition: `x` and `y` have one count.
    package init(_ name: String, x: [Double], y: [Double]) {
        precondition(x.count == y.count, "\(x.count) abscissas and \(y.count) ordinates in the series \(name)")
        (self.name, self.x, self.y) = (name, x, y)
    }
}
