/// Loads and stores of up to 16 numbers.
enum Lanes16 {
    /// The first `count` numbers from `pointer` on, zeros after them.
    @inline(__always)
    static func load(_ pointer: UnsafePointer<Float>, count: Int) -> SIMD16<Float> {
        if count >= 16 { return UnsafeRawPointer(pointer).loadUnaligned(as: SIMD16<Float>.self) }
        var lanes = SIMD16<Float>.zero
        for i in 0..<count { lanes[i] = pointer[i] }
        return lanes
    }

    /// Writes the first `count` lanes.
    @inline(__always)
    static func store(_ lanes: SIMD16<Float>, to pointer: UnsafeMutablePointer<Float>, count: Int) {
        if count >= 16 {
            UnsafeMutableRawPointer(pointer).storeBytes(of: lanes, as: SIMD16<Float>.self)
        } else {
            for i in 0..<count { pointer[i] = lanes[i] }
        }
    }
}
