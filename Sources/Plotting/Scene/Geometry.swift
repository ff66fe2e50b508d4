/// A point of the page, in points (1/72 inch) from the upper left corner.
package struct Point: Sendable, Hashable {
    package var x: Double
    package var y: Double

    package init(_ x: Double, _ y: Double) { (self.x, self.y) = (x, y) }

    /// The nearest point of the lattice that all drawn coordinates lie on.
    var onLattice: LatticePoint { LatticePoint(x: lattice(x), y: lattice(y)) }
}

/// A point of the page in hundredths of a point: the form in which coordinates are drawn and compared.
package struct LatticePoint: Sendable, Hashable {
    package var x: Int
    package var y: Int

    package init(x: Int, y: Int) { (self.x, self.y) = (x, y) }
}

/// A part of the page with sides along its axes.
package struct Rectangle: Sendable, Hashable {
    package var x: Double
    package var y: Double
    package var width: Double
    package var height: Double

    package init(x: Double, y: Double, width: Double, height: Double) {
        (self.x, self.y, self.width, self.height) = (x, y, width, height)
    }

    package var maxX: Double { x + width }
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

    /// The part without a margin on every side.
    func inset(by margin: Double) -> Rectangle {
        Rectangle(x: x + margin, y: y + margin, width: width - 2 * margin, height: height - 2 * margin)
    }
}

/// The nearest whole number of hundredths; far beyond any page the coordinate is held there, so that it stays a number.
func lattice(_ coordinate: Double) -> Int { Int((min(max(coordinate, -20_000), 20_000) * 100).rounded()) }

/// The coordinate moved onto the lattice.
func latticed(_ coordinate: Double) -> Double { Double(lattice(coordinate)) / 100 }
