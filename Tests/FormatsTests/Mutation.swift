/// A counter-based generator (SplitMix64), so that fuzzing repeats.
struct SplitMix: RandomNumberGenerator {
    private var state: UInt64
    init(_ seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var z = state
        z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
        z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
        return z ^ (z >> 31)
    }
}

/// A copy of `bytes` with one to four changes: a flipped bit, a new byte, an insertion, a removal, a repeated stretch, a cut.
func mutated(_ bytes: [UInt8], using random: inout SplitMix) -> [UInt8] {
    var bytes = bytes
    for _ in 0...random.next() % 4 {
        guard !bytes.isEmpty else { return bytes }
        let at = Int(random.next() % UInt64(bytes.count))
        switch random.next() % 7 {
        case 0: bytes[at] ^= 1 << UInt8(random.next() % 8)
        case 1: bytes[at] = UInt8(truncatingIfNeeded: random.next())
        case 2: bytes.insert(Array("0129[]{}\",:-e\t\n".utf8).randomElement(using: &random)!, at: at)
        case 3: bytes.remove(at: at)
        case 4: bytes.insert(contentsOf: bytes[at..<min(at + 9, bytes.count)], at: at)
        case 5: bytes.removeSubrange(at...)
        default: bytes[at] = [0x00, 0x7f, 0x80, 0xff].randomElement(using: &random)!
        }
    }
    return bytes
}
