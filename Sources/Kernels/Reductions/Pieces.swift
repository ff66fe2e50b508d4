/// How a sum over the rows of a batch is cut: into pieces one after the other, dealt to lanes side by side.
///
/// Blocks of rows begin anew with each piece. Of P pieces, lane l of L takes those from l·P/L up to (l + 1)·P/L, and adds them to a
/// result of its own, which lies `distance` elements after that of the lane before. So a batch may be handed over a piece at a time, as
/// to the processor, or at once, as to an OpenCL device, and the sums are the same.
package struct Pieces: Sendable {
    /// All rows at once.
    package static let whole = Pieces(of: .max)

    /// The rows of a piece; the last one may have fewer.
    let rows: Int
    /// How many sums there are side by side; at most as many as there are pieces.
    let lanes: Int
    /// How far a lane's result lies after that of the lane before, in elements.
    let distance: Int

    /// Pieces of so many rows, dealt to `lanes` whose results lie `distance` elements apart.
    package init(of rows: Int, lanes: Int = 1, distance: Int = 0) {
        require(rows >= 1 && lanes >= 1, "pieces of \(rows) rows in \(lanes) lanes")
        (self.rows, self.lanes, self.distance) = (rows, lanes, distance)
    }

    /// The rows of a piece where there are `count` rows; at least one.
    func rows(of count: Int) -> Int { min(rows, max(1, count)) }

    /// The pieces of each lane where there are `count` rows.
    func pieces(of count: Int) -> [Range<Int>] {
        let size = rows(of: count)
        return Self.deal((count + size - 1) / size, to: lanes)
    }

    /// Which of `pieces` each of `lanes` takes.
    package static func deal(_ pieces: Int, to lanes: Int) -> [Range<Int>] {
        (0..<lanes).map { $0 * pieces / lanes..<($0 + 1) * pieces / lanes }
    }

    /// Calls `body` for each piece of `count` rows, with where its lane's result lies after the first one's; lane by lane.
    func forEach(of count: Int, _ body: (_ rows: Range<Int>, _ offset: Int) -> Void) {
        let size = rows(of: count)
        if lanes == 1, size >= count { return body(0..<count, 0) }
        for (lane, pieces) in pieces(of: count).enumerated() {
            for piece in pieces { body(piece * size..<min((piece + 1) * size, count), lane * distance) }
        }
    }

    /// The sum of what `value` gives for each piece of `count` rows: those of a lane in order, then the lanes'.
    func total(of count: Int, _ value: (_ piece: Int) -> Double) -> Double {
        pieces(of: count).reduce(0) { $0 + $1.reduce(0) { $0 + value($1) } }
    }

    /// The same of each row: those of a piece in order, then the pieces'.
    func total(ofRows count: Int, _ value: (_ row: Int) -> Double) -> Double {
        let size = rows(of: count)
        return total(of: count) { piece in (piece * size..<min((piece + 1) * size, count)).reduce(0) { $0 + value($1) } }
    }

    /// What kernels are handed for it, after the number of rows: the rows of a piece, the lanes and their distance.
    func arguments(rows count: Int) -> [CommandQueue.Argument] { [.int(rows(of: count)), .int(lanes), .long(distance)] }
}

extension Matrix {
    /// The view of the same shape that lies `distance` elements further on.
    func moved(by distance: Int) -> Matrix {
        distance == 0 ? self : Matrix(storage, offset: offset + distance, rows: rows, columns: columns, stride: stride)
    }
}
