import Foundation
import Platform
import TestSupport
import Testing

@testable import Formats

@Suite("Safetensors")
struct SafetensorsTests {
    static let example = Safetensors(
        [
            .init(name: "images", shape: [2, 1, 3], values: [0.5, -1, .nan, 3, 4, 5] as [Float]),
            .init(name: "labels", shape: [2], values: [7, -1] as [Int32]),
            .init(name: "empty", shape: [0, 4], values: [] as [Float]), .init(name: "one \"é\"", shape: [], values: [0.1]),
            .init(name: "raw", shape: [3], values: [1, 2, 255] as [UInt8]),
        ], metadata: ["note": "stand-in"])

    /// A file with this header and payload, as another writer would make it.
    static func file(_ header: String, payload: Int = 0) -> [UInt8] {
        let text = Array(header.utf8)
        return (0..<8).map { UInt8(truncatingIfNeeded: text.count >> (8 * $0)) } + text + [UInt8](repeating: 0, count: payload)
    }

    @Test("Tensors read back in order with names, shapes, types and bits")
    func roundTrip() throws {
        let bytes = Self.example.bytes()
        let back = try Safetensors(reading: bytes)
        #expect(back == Self.example)
        #expect(back.bytes() == bytes)
        #expect(back.tensors.map(\.name) == ["images", "labels", "empty", "one \"é\"", "raw"])
        #expect(try back.tensor("images").floats().map(\.bitPattern) == [0.5, -1, Float.nan, 3, 4, 5].map(\.bitPattern))
        #expect(try back.tensor("labels").int32s() == [7, -1])
        #expect(try back.tensor("one \"é\"").values(as: Double.self) == [0.1])
        #expect(try back.tensor("images").withFloats { $0[3] } == 3)
        #expect(try back.tensor("empty").withFloats { $0.count } == 0)
    }

    @Test("The header is the format's: length, JSON without white space, padded with spaces to a multiple of 8")
    func header() throws {
        let bytes = Safetensors([.init(name: "w", shape: [1, 2], values: [1, 2] as [Float])]).bytes()
        let text = "{\"w\":{\"dtype\":\"F32\",\"shape\":[1,2],\"data_offsets\":[0,8]}}"
        let padded = text + String(repeating: " ", count: (8 - text.utf8.count % 8) % 8)
        #expect(
            bytes == [UInt8(padded.utf8.count), 0, 0, 0, 0, 0, 0, 0] + Array(padded.utf8) + [0, 0, 0x80, 0x3f, 0, 0, 0, 0x40])
    }

    @Test("Sorting orders tensors by the bytes of their names")
    func sorting() {
        #expect(Self.example.sorted().tensors.map(\.name) == ["empty", "images", "labels", "one \"é\"", "raw"])
    }

    @Test("A tensor filled in place equals the tensor of its values, and unaligned elements are lent all the same")
    func filling() throws {
        let filled = Safetensors.Tensor(name: "x", shape: [3], of: Float.self) { for i in 0..<3 { $0[i] = Float(i) } }
        #expect(filled == .init(name: "x", shape: [3], values: [0, 1, 2] as [Float]))
        let odd = Safetensors([.init(name: "a", shape: [1], values: [9] as [UInt8]), filled])
        let back = try Safetensors(reading: odd.bytes())
        #expect(try back.tensor("x").withFloats { Array($0) } == [0, 1, 2])
    }

    @Test("Files are written whole and read back; a missing one is named in the error")
    func files() throws {
        let folder = try TemporaryFolder(), path = folder.path + "/a.safetensors"
        try Self.example.write(to: path)
        #expect(try FileSystem().contents(of: path) == Self.example.bytes())
        #expect(try Safetensors(contentsOf: path) == Self.example)
        let missing = try #require(throws: FileSystemError.self) { try Safetensors(contentsOf: path + "x") }
        #expect(missing.description.contains(path + "x"))
        try FileSystem().replace(path, with: [1, 2, 3])
        let broken = try #require(throws: SafetensorsError.self) { try Safetensors(contentsOf: path) }
        #expect(broken.description.hasPrefix(path))
    }

    @Test("The wrong name or type is refused with the facts")
    func access() throws {
        let missing = try #require(throws: SafetensorsError.self) { try Self.example.tensor("w") }
        #expect(missing.description.contains("images, labels"))
        #expect(throws: SafetensorsError.self) { try Self.example.tensor("labels").floats() }
    }

    @Test(
        "Malformed files are refused",
        arguments: [
            [], [1, 2, 3], [UInt8](repeating: 0xff, count: 8), [UInt8](repeating: 0xff, count: 64),
            [9, 0, 0, 0, 0, 0, 0, 0, 0x7b, 0x7d],
            file("[]"), file("{"), file("{\"a\":1}"), file("{\"a\":{}}"), file("{} ", payload: 1),
            file("{\"__metadata__\":{\"a\":1}}"),
            file("{\"a\":{\"dtype\":\"F31\",\"shape\":[1],\"data_offsets\":[0,4]}}", payload: 4),
            file("{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}}", payload: 3),
            file("{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}}", payload: 5),
            file("{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,4]}}", payload: 4),
            file("{\"a\":{\"dtype\":\"F32\",\"shape\":[1.5],\"data_offsets\":[0,6]}}", payload: 6),
            file("{\"a\":{\"dtype\":\"F32\",\"shape\":[-1,-1],\"data_offsets\":[0,4]}}", payload: 4),
            file("{\"a\":{\"dtype\":\"F32\",\"shape\":[4294967296,4294967296],\"data_offsets\":[0,0]}}"),
            file("{\"a\":{\"dtype\":\"F32\",\"shape\":[1e300],\"data_offsets\":[0,0]}}"),
            file("{\"a\":{\"dtype\":\"F32\",\"shape\":[1000000000000],\"data_offsets\":[0,4000000000000]}}", payload: 4),
            file("{\"a\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[4,3]}}", payload: 4),
            file("{\"a\":{\"dtype\":\"U8\",\"shape\":[2],\"data_offsets\":[1,3]}}", payload: 3),
            file(
                "{\"a\":{\"dtype\":\"U8\",\"shape\":[2],\"data_offsets\":[0,2]},\"b\":{\"dtype\":\"U8\",\"shape\":[2],\"data_offsets\":[1,3]}}",
                payload: 3),
            file(
                "{\"a\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[0,1]},\"b\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[2,3]}}",
                payload: 3),
            file(
                "{\"a\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[0,1]},\"a\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[1,2]}}",
                payload: 2),
        ] as [[UInt8]])
    func malformed(file: [UInt8]) {
        #expect(throws: SafetensorsError.self) { try Safetensors(reading: file) }
    }

    @Test("Mutated files give tensors that write back, or an error, never a crash")
    func fuzz() throws {
        let seed = Self.example.bytes()
        let headerEnd = Self.example.header.count
        var random = SplitMix(3)
        var (accepted, refused) = (0, 0)
        for _ in 0..<50_000 {
            var bytes = mutated(seed, using: &random)
            if random.next() % 4 == 0 { bytes = seed[..<headerEnd] + mutated(Array(seed[headerEnd...]), using: &random) }
            if random.next() % 4 == 0, bytes.count >= 8 {
                for i in 0..<8 { bytes[i] = UInt8(truncatingIfNeeded: random.next() >> (random.next() % 64)) }
            }
            do throws(SafetensorsError) {
                let tensors = try Safetensors(reading: bytes)
                accepted += 1
                if try Safetensors(reading: tensors.bytes()) != tensors { Issue.record("differs after writing: \(bytes)") }
            } catch {
                refused += 1
            }
        }
        #expect(accepted > 1000 && refused > 1000)
    }
}
