/// The same functions on 16 single-precision lanes.
///
/// Transparent, so that they are never called: a call cuts vectors into four.
extension Functions {
    typealias Lanes = SIMD16<Float>

    /// eˣ in each lane, to 2 units in the last place; 0 below −87.3, ∞ above 88.7.
    @_transparent
    static func exp(_ x: Lanes) -> Lanes {
        let clamped = x.replacing(with: -88, where: x .< -88).replacing(with: 89, where: x .> 89)
        // Adding 1.5·2²³ rounds to the nearest whole number, ties to even, and leaves it in the low bits.
        let shifted = clamped * 1.442695041 + 12_582_912
        let n = shifted - 12_582_912
        var r = clamped.addingProduct(-n, Lanes(repeating: 0x1.62e4p-1))
        r.addProduct(-n, Lanes(repeating: 0x1.7f7d1cp-20))
        var sum = Lanes(repeating: 1.0 / 5040)
        sum = Lanes(repeating: 1.0 / 720).addingProduct(sum, r)
        sum = Lanes(repeating: 1.0 / 120).addingProduct(sum, r)
        sum = Lanes(repeating: 1.0 / 24).addingProduct(sum, r)
        sum = Lanes(repeating: 1.0 / 6).addingProduct(sum, r)
        sum = Lanes(repeating: 0.5).addingProduct(sum, r)
        sum = Lanes(repeating: 1).addingProduct(sum, r)
        sum = Lanes(repeating: 1).addingProduct(sum, r)
        // 2ⁿ in two factors, so that n = 128 and n < −126 stay right.
        let i = unsafeBitCast(shifted, to: SIMD16<Int32>.self) &- 0x4B40_0000
        let half = i &>> 1
        let scaled = sum * power(half) * power(i &- half)
        return scaled.replacing(with: 0, where: x .< -87.3).replacing(with: .infinity, where: x .> 88.72284)
            .replacing(with: x, where: x .!= x)
    }

    /// tanh x in each lane, to 4 units in the last place.
    @_transparent
    static func tanh(_ x: Lanes) -> Lanes {
        let magnitude = x.replacing(with: -x, where: x .< 0)
        // Near zero by its series, elsewhere by 1 − 2/(e²ˣ + 1).
        let e = exp(magnitude + magnitude)
        let far = 1 - 2 / (e + 1)
        let z = x * x
        var near = Lanes(repeating: -1382.0 / 155_925)
        near = Lanes(repeating: 62.0 / 2835).addingProduct(near, z)
        near = Lanes(repeating: -17.0 / 315).addingProduct(near, z)
        near = Lanes(repeating: 2.0 / 15).addingProduct(near, z)
        near = Lanes(repeating: -1.0 / 3).addingProduct(near, z)
        let small = magnitude.addingProduct(magnitude * z, near)
        let positive = far.replacing(with: small, where: magnitude .< 0.35)
        return positive.replacing(with: -positive, where: x .< 0)
    }

    /// 2ⁱ for i in −126 … 127.
    @_transparent
    private static func power(_ i: SIMD16<Int32>) -> Lanes {
        unsafeBitCast((i &+ 127) &<< 23, to: Lanes.self)
    }
}
