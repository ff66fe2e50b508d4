/// What kernels do with a row of numbers, 16 at a time.
extension Lanes16 {
    /// Calls `body` for each group of up to 16 columns, with its first column and how many they are.
    @inline(__always)
    static func forEachGroup(_ columns: Int, _ body: (_ column: Int, _ count: Int) -> Void) {
        var column = 0
        // Whole groups apart, so that the compiler sees a constant count in the loop.
        while column + 16 <= columns {
            body(column, 16)
            column += 16
        }
        if column < columns { body(column, columns - column) }
    }

    /// The sum of the lanes, by halves: lane i and lane i + 8, then i + 4, i + 2, i + 1.
    @inline(__always)
    static func sum(_ lanes: SIMD16<Float>) -> Float {
        let eight = lanes.lowHalf + lanes.highHalf
        let four = eight.lowHalf + eight.highHalf
        let two = four.lowHalf + four.highHalf
        return two.x + two.y
    }

    /// The largest of the lanes.
    @inline(__always)
    static func largest(_ lanes: SIMD16<Float>) -> Float {
        let eight = lanes.lowHalf.replacing(with: lanes.highHalf, where: lanes.highHalf .> lanes.lowHalf)
        let four = eight.lowHalf.replacing(with: eight.highHalf, where: eight.highHalf .> eight.lowHalf)
        let two = four.lowHalf.replacing(with: four.highHalf, where: four.highHalf .> four.lowHalf)
        return two.y > two.x ? two.y : two.x
    }

    /// The first `count` lanes, and `filler` in those after them.
    @inline(__always)
    static func keep(_ count: Int, of lanes: SIMD16<Float>, filler: Float = 0) -> SIMD16<Float> {
        if count >= 16 { return lanes }
        return lanes.replacing(with: filler, where: indices .>= Float(count))
    }

    /// `lanes` where the number at the same place from `pointer` on is positive, 0 elsewhere.
    @_transparent
    static func keep(
        _ lanes: SIMD16<Float>, whereActive pointer: UnsafePointer<Float>, count: Int
    ) -> SIMD16<Float> {
        lanes.replacing(with: 0, where: load(pointer, count: count) .<= 0)
    }

    private static var indices: SIMD16<Float> { SIMD16(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15) }
}
