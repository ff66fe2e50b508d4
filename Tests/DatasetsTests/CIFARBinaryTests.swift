import TestSupport
import Testing

@testable import Datasets

@Suite("CIFAR's binary format")
struct CIFARBinaryTests {
    /// A record whose plane c holds c + 1 at every place, but for two marks.
    static func record(label: UInt8, mark: UInt8) -> [UInt8] {
        var record: [UInt8] = [label]
        for channel in 0..<3 { record += [UInt8](repeating: UInt8(channel + 1), count: 1024) }
        record[1 + 1024 + 32 * 5 + 7] = mark
        record[1 + 2 * 1024 + 1023] = mark
        return record
    }

    @Test("Planes become channels side by side, and the other way round")
    func reading() throws {
        let bytes = Self.record(label: 3, mark: 77) + Self.record(label: 0, mark: 88)
        let images = try CIFARBinary.decode(DataFile(path: "a", bytes: bytes))
        #expect(images.shape == [32, 32, 3])
        #expect(Array(images.labels) == [3, 0])
        for (index, mark) in [UInt8(77), 88].enumerated() {
            let image = Array(images.image(index))
            var expected: [UInt8] = []
            for _ in 0..<1024 { expected += [1, 2, 3] }
            expected[(32 * 5 + 7) * 3 + 1] = mark
            expected[1023 * 3 + 2] = mark
            #expect(image == expected)
            let record = Array(bytes[(index * 3073)...].prefix(3073))
            #expect(CIFARBinary.encode(label: images.labels[index], pixels: image) == record)
        }
    }

    @Test("No records are no images")
    func empty() throws { #expect(try CIFARBinary.decode(DataFile(path: "a", bytes: [])).count == 0) }

    @Test("Broken records and labels beyond 9 are refused with the fault")
    func malformed() throws {
        let record = Self.record(label: 9, mark: 0)
        func decode(_ bytes: [UInt8]) throws { _ = try CIFARBinary.decode(DataFile(path: "a", bytes: bytes)) }
        #expect(throws: DatasetError(.records(bytes: 3072, record: 3073), in: "a")) { try decode(record.dropLast()) }
        #expect(throws: DatasetError(.records(bytes: 3074, record: 3073), in: "a")) { try decode(record + [0]) }
        #expect(throws: DatasetError(.label(10, example: 1), in: "a")) { try decode(record + [10] + record[1...]) }
        try decode(record)
    }

    @Test("Any bytes are refused or are as many images as there are whole records, never a crash")
    func fuzz() {
        var random = SplitMix(2)
        let seed = Self.record(label: 1, mark: 2)
        var (accepted, refused) = (0, 0)
        for round in 0..<20_000 {
            let bytes =
                round % 4 == 0 ? [UInt8](repeating: UInt8(round % 12), count: 3073 * (round % 3)) : mutated(seed, using: &random)
            do throws(DatasetError) {
                let images = try CIFARBinary.decode(DataFile(path: "a", bytes: bytes))
                accepted += 1
                if images.count * 3073 != bytes.count { Issue.record("\(images.count) images of \(bytes.count) bytes") }
            } catch {
                refused += 1
            }
        }
        #expect(accepted > 1000 && refused > 1000)
    }

    @Test("A subset is the first records in TFDS's order, across batches")
    func subset() throws {
        // Five batches of 3 to 7 records; a record's place among all is written into its pixels.
        var place: UInt8 = 0
        let batches = (3...7).map { count in
            DataFile(
                path: "batch \(count)",
                bytes: (0..<count).flatMap { _ -> [UInt8] in
                    defer { place += 1 }
                    return Self.record(label: place % 10, mark: place)
                })
        }
        for split in ["train", "test"] {
            let bytes = try CIFARBinary.subset(of: batches, split: split, count: 9)
            let order = ExampleOrder.indices(split: split, count: 25).prefix(9)
            #expect(bytes == order.flatMap { Self.record(label: UInt8($0 % 10), mark: UInt8($0)) })
        }
        #expect(throws: DatasetError(.examples(asked: 26, among: 25), in: "the split train of CIFAR-10")) {
            try CIFARBinary.subset(of: batches, split: "train", count: 26)
        }
    }

    @Test("The subset of a whole data set begins with the examples known to be TFDS's first, under the project's names")
    func wholeSubset() throws {
        // Records whose first two pixels hold their place.
        func batch(_ name: String, _ places: Range<Int>) -> DataFile {
            DataFile(
                path: name,
                bytes: places.flatMap { place in
                    [0, UInt8(place >> 8), UInt8(place & 255)] + [UInt8](repeating: 0, count: 3070)
                })
        }
        let files = try CIFARBinary.subsets(
            train: (0..<5).map { batch("data_batch_\($0 + 1).bin", $0 * 10_000..<($0 + 1) * 10_000) },
            test: batch("test_batch.bin", 0..<10_000))
        #expect(files.map(\.path) == ["cifar10/cifar10-train-5000.bin.gz", "cifar10/cifar10-test-2000.bin.gz"])
        let train = try decompressed(files[0].bytes), test = try decompressed(files[1].bytes)
        #expect(train.count == 5000 * 3073)
        #expect(test.count == 2000 * 3073)
        let first = (0..<12).map { Int(train[$0 * 3073 + 1]) << 8 | Int(train[$0 * 3073 + 2]) }
        #expect(first == [16399, 1680, 47917, 17307, 27051, 48736, 26263, 1456, 19135, 31598, 12970, 4223])
    }
}
