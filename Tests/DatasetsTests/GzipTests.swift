import Testing

@testable import Datasets

@Suite("Stored gzip files")
struct GzipTests {
    @Test("gzip gives back what was stored, at the lengths around a block's", arguments: [0, 1, 65_534, 65_535, 65_536, 200_000])
    func roundTrip(count: Int) throws {
        let content = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 7 ^ $0 >> 8) }
        #expect(try decompressed(Gzip.stored(content)) == content)
    }

    @Test("The checksum is the CRC-32's check value")
    func checksum() {
        #expect(Gzip.checksum(Array("123456789".utf8)) == 0xcbf4_3926)
        #expect(Gzip.checksum([]) == 0)
    }
}
