import Formats
import Foundation
import Platform
import TestSupport
import Testing

@testable import Pipeline

@Suite("Files that lie")
struct FuzzTests {
    static let record = StoredRecord(
        record: KeyRecord(
            kind: "train", parameters: ["eta": 0.3, "name": "é", "list": [1, .null, true]],
            inputs: ["data": ["images.safetensors": Digest.of([1])]], code: ["Kernels": "12ab"]),
        outputs: [StoredFile(path: "snapshots/000100.safetensors", digest: Digest.of([2]), size: 12)], seconds: 1.5, cost: 2,
        device: "A card")

    @Test("mutated records give a record that writes back, or none, even where their digest fits")
    func records() throws {
        var random = SplitMix(1)
        let seed = Self.record.fileBytes
        #expect(StoredRecord(fileBytes: seed) == Self.record)
        let line = Array(seed[...(seed.firstIndex(of: 0x0a)!)])
        var accepted = 0
        let count = Torture.count(20_000, full: 200_000)
        for i in 0..<count {
            var bytes: [UInt8]
            if i % 4 == 0 {
                bytes = mutated(seed, using: &random)
            } else {
                bytes = mutated(line, using: &random)
                bytes += Array(Digest.of(bytes).hex.utf8) + [0x0a]
            }
            guard let record = StoredRecord(fileBytes: bytes) else { continue }
            accepted += 1
            if StoredRecord(fileBytes: record.fileBytes) != record { Issue.record("reads back differently: \(bytes)") }
            if !record.outputs.allSatisfy({ isPlainPath($0.path) }) { Issue.record("leads outside: \(bytes)") }
        }
        #expect(accepted > 100)
        try Torture.reached("fuzzed records", count, "a record or none, never a crash")
    }

    @Test("mutated indices give an index, or an empty one, even where their checksum fits")
    func indices() throws {
        var random = SplitMix(2)
        var index = StoreIndex()
        let stamp = FileStamp(device: 1, inode: 2, size: 3, modified: 4, changed: 5)
        let seen = StoreIndex.Seen(stamp: stamp, checked: 6)
        for i in 0..<3 {
            let digest = Digest.of([UInt8(i)])
            index.objects[digest] = seen
            index.files["in\(i).txt"] = (seen, digest)
            index.records[digest] = StoreIndex.Record(seen: seen, outputs: Self.record.outputs)
            index.runs["toy/s\(i)"] = (stamp, LastRun(key: digest, kind: "toy", seconds: 1, cost: 2))
        }
        let seed = index.bytes
        #expect(StoreIndex(bytes: seed).bytes == seed)
        let body = Array(seed.dropLast(8))
        var accepted = 0
        let count = Torture.count(20_000, full: 200_000)
        for i in 0..<count {
            var bytes: [UInt8]
            if i % 8 == 0 {
                bytes = mutated(seed, using: &random)
            } else {
                bytes = mutated(body, using: &random)
                var tail = ByteWriter()
                tail.append(StoreIndex.checksum(bytes[...]))
                bytes += tail.bytes
            }
            let read = StoreIndex(bytes: bytes)
            if !read.records.isEmpty { accepted += 1 }
            if !read.records.values.allSatisfy({ $0.outputs.allSatisfy { isPlainPath($0.path) } }) {
                Issue.record("leads outside: \(bytes)")
            }
        }
        #expect(accepted > 100)
        try Torture.reached("fuzzed indices", count, "an index or an empty one, never a crash")
    }

    @Test("mutated lists of sources give sources with plain paths and https, or an error")
    func sources() throws {
        var random = SplitMix(3)
        let seed = Array(
            """
            {"files": {"mnist/train.gz": {"size": 9912422, "sha256": "\(String(repeating: "0a", count: 32))",
            "urls": ["https://example.org/train.gz", "https://example.com/a/b"]}, "text.txt": {"size": 1, "sha256": "\(String(repeating: "f1", count: 32))"}}}
            """.utf8)
        var (accepted, refused) = (0, 0)
        let count = Torture.count(20_000, full: 200_000)
        for _ in 0..<count {
            do {
                let sources = try Sources(parsing: mutated(seed, using: &random))
                accepted += 1
                for (path, file) in sources.files
                where !isPlainPath(path) || file.size < 0 || !file.urls.allSatisfy({ $0.hasPrefix("https://") }) {
                    Issue.record("accepted: \(path) \(file)")
                }
            } catch { refused += 1 }
        }
        #expect(accepted > 100 && refused > 100)
        try Torture.reached("fuzzed lists of sources", count, "sources or an error, never a crash")
    }
}
