extension Lanes16 {
    /// The sum of the lanes, by halves: lane i and lane i + 8, then i + 4, i + 2, i + 1.
    @inline(__always)
    static func sum(_ lanes: SIMD16<Float>) -> Float {
        let eight = lanes.lowHalf + lanes.highHalf
        let four = eight.lowHalf + eight.highHalf
        let two = four.lowHalf + four.highHalf
        return two.x + two.y
    }

    /// The first `count` lanes, and `filler` in those after them.
    @inline(__always)
    static func keep(_ count: Int, of lanes: SIMD16<Float>, filler: Float = 0) -> SIMD16<Float> {
        if count >= 16 { return lanes }
        return lanes.replacing(with: filler, where: indices .>= Float(count))
    }

    /// `lanes` where the number at the same place from `pointer` on is positive, 0 elsewhere.
    @inline(__always)
    static func keep(
        _ lanes: SIMD16<Float>, whereActive pointer: UnsafePointer<Float>, count: Int
    ) -> SIMD16<Float> {
        lanes.replacing(with: 0, where: .!(load(pointer, count: count) .> 0))
    }

    private static var indices: SIMD16<Float> { SIMD16(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15) }
}
