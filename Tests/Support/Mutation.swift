/// A copy of `bytes` with one to four changes, half of them where a header would be: a flipped bit, another byte, an extreme
/// one, an insertion, a removal, a repeated stretch, a cut, a huge number in binary or in digits.
package func mutated(_ bytes: [UInt8], using random: inout SplitMix) -> [UInt8] {
    var bytes = bytes
    for _ in 0...random.next() % 4 {
        guard !bytes.isEmpty else { return bytes }
        let reach = random.next() % 2 == 0 ? min(bytes.count, 64) : bytes.count
        let at = Int(random.next() % UInt64(reach))
        switch random.next() % 10 {
        case 0: bytes[at] ^= 1 << UInt8(random.next() % 8)
        case 1: bytes[at] = UInt8(truncatingIfNeeded: random.next())
        case 2: bytes[at] = [0x00, 0x7f, 0x80, 0xff].randomElement(using: &random)!
        case 3: bytes.insert(Array("0129[]{}\",:-e\t\n".utf8).randomElement(using: &random)!, at: at)
        case 4: bytes.insert(UInt8(truncatingIfNeeded: random.next()), at: at)
        case 5: bytes.removeSubrange(at..<min(at + 1 + Int(random.next() % 3), bytes.count))
        case 6: bytes.insert(contentsOf: bytes[at..<min(at + 9, bytes.count)], at: at)
        case 7: bytes.removeSubrange(at...)
        case 8:
            // A count that claims more than any memory holds, in either order of bytes.
            let huge = random.next() >> (random.next() % 40), isBig = random.next() % 2 == 0
            for i in 0..<8 where at + i < bytes.count {
                bytes[at + i] = UInt8(truncatingIfNeeded: huge >> UInt64(8 * (isBig ? 7 - i : i)))
            }
        default:
            let isDigit = { (byte: UInt8) in byte >= 0x30 && byte <= 0x39 }
            let digits = Array("\(random.next() >> (random.next() % 40))".utf8)
            // In the place of a number, where there is one.
            if let start = bytes[at...].firstIndex(where: isDigit) {
                let end = bytes[start...].firstIndex { !isDigit($0) } ?? bytes.count
                bytes.replaceSubrange(start..<end, with: digits)
            } else {
                bytes.insert(contentsOf: digits, at: at)
            }
        }
    }
    return bytes
}
