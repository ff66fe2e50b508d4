extension Outline {
    /// The value of a path's `d`: the first point of each piece absolute or relative, whichever is shorter, then relative moves.
    ///
    /// Moves are differences of points that are already on the lattice, so errors do not add up.
    package var pathData: String {
        var data = PathData()
        for piece in pieces {
            data.move(to: piece.points[0])
            for point in piece.points.dropFirst() { data.line(to: point) }
            if piece.points.count == 1 { data.dot() }
            if piece.isClosed { data.close() }
        }
        return data.text
    }
}

/// A path's text as it grows.
private struct PathData {
    private(set) var text = ""
    private var current = LatticePoint(x: 0, y: 0)
    private var start = LatticePoint(x: 0, y: 0)
    /// The last command, and whether the last number has a point: then the next may begin with one.
    private var command: Character?
    private var endsInFraction = false
    private var endsInNumber = false

    mutating func move(to point: LatticePoint) {
        let absolute = [point.x, point.y], relative = [point.x - current.x, point.y - current.y]
        let isRelative = command != nil && length(relative) < length(absolute)
        emit(isRelative ? "m" : "M", isRelative ? relative : absolute)
        // Further pairs after a move are lines.
        command = isRelative ? "l" : "L"
        (current, start) = (point, point)
    }

    mutating func line(to point: LatticePoint) {
        let x = point.x - current.x, y = point.y - current.y
        if y == 0 && x != 0 {
            emit("h", [x])
        } else if x == 0 && y != 0 {
            emit("v", [y])
        } else {
            emit("l", [x, y])
        }
        current = point
    }

    mutating func dot() { emit("h", [0]) }

    mutating func close() {
        text.append("z")
        (command, endsInNumber) = ("z", false)
        current = start
    }

    private func length(_ numbers: [Int]) -> Int { numbers.reduce(0) { $0 + hundredthsText($1, isBare: true).utf8.count } }

    private mutating func emit(_ name: Character, _ numbers: [Int]) {
        if name != command {
            text.append(name)
            (command, endsInNumber) = (name, false)
        }
        for number in numbers {
            let written = hundredthsText(number, isBare: true)
            let separates = written.hasPrefix("-") || (written.hasPrefix(".") && endsInFraction)
            if endsInNumber && !separates { text.append(" ") }
            text += written
            endsInNumber = true
            endsInFraction = written.utf8.contains(0x2e)
        }
    }
}
