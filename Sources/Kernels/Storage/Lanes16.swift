/// Loads and stores of up to 16 numbers.
enum Lanes16 {
    /// How many lanes there are.
    static let count = 16

    /// The first `count` numbers from `pointer` on, zeros after them.
    ///
    /// All sixteen are read, so they must be in a `Vector`, which has room behind its last element.
    @inline(__always)
    static func load(_ pointer: UnsafePointer<Float>, count: Int) -> SIMD16<Float> {
        keep(count, of: UnsafeRawPointer(pointer).loadUnaligned(as: SIMD16<Float>.self))
    }

    /// Writes the first `count` lanes.
    @inline(__always)
    static func store(_ lanes: SIMD16<Float>, to pointer: UnsafeMutablePointer<Float>, count: Int) {
        if count >= 16 {
            UnsafeMutableRawPointer(pointer).storeBytes(of: lanes, as: SIMD16<Float>.self)
        } else {
            storePart(lanes, to: pointer, count: count)
        }
    }

    /// Eight, four, two and one of the lanes, as `count` is made of these.
    private static func storePart(_ lanes: SIMD16<Float>, to pointer: UnsafeMutablePointer<Float>, count: Int) {
        var target = UnsafeMutableRawPointer(pointer)
        var eight = lanes.lowHalf
        if count & 8 != 0 {
            target.storeBytes(of: eight, as: SIMD8<Float>.self)
            target += 32
            eight = lanes.highHalf
        }
        var four = eight.lowHalf
        if count & 4 != 0 {
            target.storeBytes(of: four, as: SIMD4<Float>.self)
            target += 16
            four = eight.highHalf
        }
        var two = four.lowHalf
        if count & 2 != 0 {
            target.storeBytes(of: two, as: SIMD2<Float>.self)
            target += 8
            two = four.highHalf
        }
        if count & 1 != 0 { target.storeBytes(of: two.x, as: Float.self) }
    }
}
