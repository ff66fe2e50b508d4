/// A point of the page, in points (1/72 inch) from the upper left corner.
package struct Point: Sendable, Hashable {
    /// The distance from the page's left edge, in points.
    package var x: Double
    /// The distance down from the page's upper edge, in points.
    package var y: Double

    /// A point by its distances from the left and the upper edge, in points; off the lattice until it is drawn.
    package init(_ x: Double, _ y: Double) { (self.x, self.y) = (x, y) }

    /// The nearest point of the lattice that all drawn coordinates lie on.
    var onLattice: LatticePoint { LatticePoint(x: lattice(x), y: lattice(y)) }
}

/// A point of the page in hundredths of a point: the form in which coordinates are drawn and compared.
package struct LatticePoint: Sendable, Hashable {
    /// The distance from the page's left edge, in hundredths of a point.
    package var x: Int
    /// The distance down from the page's upper edge, in hundredths of a point.
    package var y: Int

    /// A point by its distances from the left and the upper edge, in hundredths of a point.
    package init(x: Int, y: Int) { (self.x, self.y) = (x, y) }
}

/// A part of the page with sides along its axes.
package struct Rectangle: Sendable, Hashable {
    /// The left side, in points from the page's left edge.
    package var x: Double
    /// The upper side, in points down from the page's upper edge.
    package var y: Double
    /// The extent across the page, in points.
    package var width: Double
    /// The extent down the page, in points.
    package var height: Double

    /// A rectangle by its upper left corner and its extent, in points; that the extent is not negative is not checked.
    package init(x: Double, y: Double, width: Double, height: Double) {
        (self.x, self.y, self.width, self.height) = (x, y, width, height)
    }

    /// The right side, in points from the page's left edge.
    package var maxX: Double { x + width }
    /// The lower side, in points down from the page's upper edge.
    package var maxY: Double { y + height }
    var midX: Double { x + width / 2 }
    var midY: Double { y + height / 2 }

    /// Whether a point lies within, the border included.
    package func contains(_ point: Point) -> Bool {
        point.x >= x && point.x <= maxX && point.y >= y && point.y <= maxY
    }

    /// Whether the two have an area in common.
    package func overlaps(_ other: Rectangle) -> Bool {
        x < other.maxX && other.x < maxX && y < other.maxY && other.y < maxY
    }
}

/// The nearest whole number of hundredths; far beyond any page the coordinate is held there, so that it stays a number.
func lattice(_ coordinate: Double) -> Int { Int((min(max(coordinate, -20_000), 20_000) * 100).rounded()) }

/// The coordinate moved onto the lattice.
func latticed(_ coordinate: Double) -> Double { Double(lattice(coordinate)) / 100 }
