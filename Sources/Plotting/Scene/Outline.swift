/// Connected pieces of straight lines on the lattice.
package struct Outline: Sendable, Hashable {
    /// One piece: a polygon, a polyline, or a single point, which a round pen draws as a dot.
    package struct Piece: Sendable, Hashable {
        /// The vertices in the order of drawing, at least one; a polygon does not repeat its first at the end.
        package var points: [LatticePoint]
        /// Whether a line leads from the last vertex back to the first.
        package var isClosed: Bool

        /// A piece through the points, a polygon where it is closed; that there is a point is not checked.
        package init(points: [LatticePoint], isClosed: Bool = false) { (self.points, self.isClosed) = (points, isClosed) }
    }

    /// The pieces in the order of writing; they share the stroke and fill of their path.
    package var pieces: [Piece]

    /// The pieces.
    package init(pieces: [Piece] = []) { self.pieces = pieces }

    var isEmpty: Bool { pieces.isEmpty }

    /// Adds a polyline, or a polygon where it is closed.
    mutating func add(_ points: [Point], isClosed: Bool = false) {
        guard !points.isEmpty else { return }
        pieces.append(Piece(points: points.map(\.onLattice), isClosed: isClosed))
    }

    /// Adds a straight line.
    mutating func add(from start: Point, to end: Point) { add([start, end]) }

    /// Adds a rectangle.
    mutating func add(_ box: Rectangle) {
        add(
            [Point(box.x, box.y), Point(box.maxX, box.y), Point(box.maxX, box.maxY), Point(box.x, box.maxY)],
            isClosed: true)
    }
}

extension Outline {
    /// A straight line.
    init(from start: Point, to end: Point) {
        self.init()
        add(from: start, to: end)
    }

    /// A rectangle.
    init(_ box: Rectangle) {
        self.init()
        add(box)
    }
}
