/// The counter-based random generator Philox4x32-10.
///
/// Each block of four 32-bit numbers is a function of a key and a counter alone, so any element of a random tensor can be
/// had without those before it. Source: Salmon, Moraes, Dror, Shaw, *Parallel random numbers: as easy as 1, 2, 3*, SC11.
package struct Philox: Sendable {
    /// Four words of 32 bits: a counter, or the random numbers that belong to it.
    package typealias Block = SIMD4<UInt32>

    private let key: SIMD2<UInt32>

    /// A generator with the two words of its key.
    package init(key: SIMD2<UInt32>) { self.key = key }

    /// A generator for a seed.
    package init(seed: UInt64) { key = [UInt32(truncatingIfNeeded: seed), UInt32(truncatingIfNeeded: seed >> 32)] }

    /// The four numbers that belong to `counter`.
    package func block(at counter: Block) -> Block {
        var c = counter
        var (k0, k1) = (key[0], key[1])
        for _ in 0..<10 {
            let p0 = UInt64(c[0]) &* 0xd251_1f53
            let p1 = UInt64(c[2]) &* 0xcd9e_8d57
            c = [
                UInt32(truncatingIfNeeded: p1 >> 32) ^ c[1] ^ k0, UInt32(truncatingIfNeeded: p1),
                UInt32(truncatingIfNeeded: p0 >> 32) ^ c[3] ^ k1, UInt32(truncatingIfNeeded: p0),
            ]
            k0 &+= 0x9e37_79b9
            k1 &+= 0xbb67_ae85
        }
        return c
    }

    /// A number uniform in (0, 1), with 52 random bits, that belongs to element `index` of stream `stream`.
    package func uniform(_ index: UInt64, stream: UInt64) -> Double {
        let half = index >> 1
        let block = block(at: [
            UInt32(truncatingIfNeeded: half), UInt32(truncatingIfNeeded: half >> 32),
            UInt32(truncatingIfNeeded: stream), UInt32(truncatingIfNeeded: stream >> 32),
        ])
        let (high, low) = index & 1 == 0 ? (block[0], block[1]) : (block[2], block[3])
        let bits = UInt64(high) << 20 | UInt64(low) >> 12
        return (Double(bits) + 0.5) * 0x1p-52
    }

    /// An integer uniform in `0..<bound` up to a bias of `bound`·2⁻⁶⁴, that belongs to element `index` of `stream`.
    package func integer(below bound: Int, _ index: UInt64, stream: UInt64) -> Int {
        let half = index >> 1
        let block = block(at: [
            UInt32(truncatingIfNeeded: half), UInt32(truncatingIfNeeded: half >> 32),
            UInt32(truncatingIfNeeded: stream), UInt32(truncatingIfNeeded: stream >> 32),
        ])
        let (high, low) = index & 1 == 0 ? (block[0], block[1]) : (block[2], block[3])
        return Int((UInt64(high) << 32 | UInt64(low)).multipliedFullWidth(by: UInt64(bound)).high)
    }
}
