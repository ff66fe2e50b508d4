import Foundation

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

/// A copy of `bytes` with one to three changes: a flipped bit, a new byte, an extreme one, an insertion, a removal, a cut.
func mutated(_ bytes: [UInt8], using random: inout SplitMix) -> [UInt8] {
    var bytes = bytes
    for _ in 0...random.next() % 3 {
        guard !bytes.isEmpty else { return bytes }
        // Half of the changes hit what a header would be.
        let reach = random.next() % 2 == 0 ? min(bytes.count, 20) : bytes.count
        let at = Int(random.next() % UInt64(reach))
        switch random.next() % 6 {
        case 0: bytes[at] ^= 1 << UInt8(random.next() % 8)
        case 1: bytes[at] = UInt8(truncatingIfNeeded: random.next())
        case 2: bytes[at] = [0x00, 0x7f, 0x80, 0xff].randomElement(using: &random)!
        case 3: bytes.insert(UInt8(truncatingIfNeeded: random.next()), at: at)
        case 4: bytes.remove(at: at)
        default: bytes.removeSubrange(at...)
        }
    }
    return bytes
}

/// What the `gzip` program makes of a file's bytes.
func decompressed(_ bytes: [UInt8]) throws -> [UInt8] {
    let path = FileManager.default.temporaryDirectory.path + "/samedge-test-" + UUID().uuidString + ".gz"
    try Data(bytes).write(to: URL(fileURLWithPath: path))
    defer { do { try FileManager.default.removeItem(atPath: path) } catch { print("left behind: \(path): \(error)") } }
    let process = Process(), pipe = Pipe()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = ["gzip", "-dc", path]
    process.standardOutput = pipe
    try process.run()
    let output = try pipe.fileHandleForReading.readToEnd() ?? Data()
    process.waitUntilExit()
    struct Failed: Error { let code: Int32 }
    guard process.terminationStatus == 0 else { throw Failed(code: process.terminationStatus) }
    return Array(output)
}
