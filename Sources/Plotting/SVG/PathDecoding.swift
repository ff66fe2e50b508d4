extension Outline {
    /// Reads the value of a path's `d`, of the commands that are written here: M, m, L, l, h, v, z.
    ///
    /// - Throws: `FigureReadingError` with the place.
    package init(parsing data: String) throws(FigureReadingError) {
        var parser = PathParser(bytes: Array(data.utf8))
        pieces = try parser.pieces()
    }
}

/// Reads path data from its start to its end.
private struct PathParser {
    let bytes: [UInt8]
    var position = 0

    init(bytes: [UInt8]) { self.bytes = bytes }

    mutating func pieces() throws(FigureReadingError) -> [Outline.Piece] {
        var pieces: [Outline.Piece] = []
        var current = LatticePoint(x: 0, y: 0), command: UInt8 = 0
        while position < bytes.count {
            let byte = bytes[position]
            if (byte | 0x20) >= 0x61 && (byte | 0x20) <= 0x7a {
                command = byte
                position += 1
            }
            switch command {
            case UInt8(ascii: "M"), UInt8(ascii: "m"):
                let isRelative = command == UInt8(ascii: "m")
                let x = try number(), y = try number()
                current = isRelative ? LatticePoint(x: current.x + x, y: current.y + y) : LatticePoint(x: x, y: y)
                pieces.append(Outline.Piece(points: [current], isClosed: false))
                command = isRelative ? UInt8(ascii: "l") : UInt8(ascii: "L")
                continue
            case UInt8(ascii: "z"):
                guard let last = pieces.indices.last else { throw fault("a path that closes nothing") }
                pieces[last].isClosed = true
                current = pieces[last].points[0]
                command = 0
                continue
            case UInt8(ascii: "L"): current = LatticePoint(x: try number(), y: try number())
            case UInt8(ascii: "l"): current = LatticePoint(x: current.x + (try number()), y: current.y + (try number()))
            case UInt8(ascii: "h"): current.x += try number()
            case UInt8(ascii: "v"): current.y += try number()
            default: throw fault("a path with an unknown command")
            }
            guard let last = pieces.indices.last, !pieces[last].isClosed else { throw fault("a path that draws before it moves") }
            // A step of no length is how a dot is written.
            if pieces[last].points[pieces[last].points.count - 1] != current || command != UInt8(ascii: "h") {
                pieces[last].points.append(current)
            }
        }
        return pieces
    }

    private func fault(_ text: String) -> FigureReadingError { FigureReadingError(fault: text, offset: position) }

    /// A decimal of at most two places, in hundredths.
    private mutating func number() throws(FigureReadingError) -> Int {
        while position < bytes.count, bytes[position] == 0x20 || bytes[position] == 0x2c { position += 1 }
        var isNegative = false
        if position < bytes.count, bytes[position] == 0x2d {
            isNegative = true
            position += 1
        }
        var value = 0, digits = 0, places: Int?
        while position < bytes.count {
            let byte = bytes[position]
            if byte == 0x2e, places == nil {
                places = 0
            } else if byte >= 0x30, byte <= 0x39, digits < 8, (places ?? 0) < 2 {
                value = value * 10 + Int(byte - 0x30)
                digits += 1
                if let count = places { places = count + 1 }
            } else {
                break
            }
            position += 1
        }
        guard digits > 0 else { throw fault("a path with a number missing") }
        for _ in (places ?? 0)..<2 { value *= 10 }
        return isNegative ? -value : value
    }
}
