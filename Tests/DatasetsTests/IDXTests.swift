import TestSupport
import Testing

@testable import Datasets

@Suite("IDX files")
struct IDXTests {
    /// Two images of 2 × 3.
    static let images: [UInt8] = [0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 2, 0, 0, 0, 3] + [1, 2, 3, 4, 5, 6, 255, 0, 7, 8, 9, 10]
    static let labels: [UInt8] = [0, 0, 8, 1, 0, 0, 0, 2, 9, 0]

    static func decode(_ images: [UInt8], _ labels: [UInt8]) throws(DatasetError) -> LabelledImages {
        try IDX.decode(
            images: DataFile(path: "some-images", bytes: images), labels: DataFile(path: "some-labels", bytes: labels),
            height: 2, width: 3)
    }

    @Test("Images and labels are read, and written as they were")
    func reading() throws {
        let decoded = try Self.decode(Self.images, Self.labels)
        #expect(decoded.shape == [2, 3, 1])
        #expect(decoded.count == 2)
        #expect(Array(decoded.pixels) == [1, 2, 3, 4, 5, 6, 255, 0, 7, 8, 9, 10])
        #expect(Array(decoded.labels) == [9, 0])
        #expect(IDX.encode(decoded.pixels, count: 2, shape: [2, 3]) == Self.images)
        #expect(IDX.encode(decoded.labels, count: 2, shape: []) == Self.labels)
    }

    @Test("No images are images too")
    func empty() throws {
        let decoded = try Self.decode([0, 0, 8, 3, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 3], [0, 0, 8, 1, 0, 0, 0, 0])
        #expect(decoded.count == 0)
    }

    @Test(
        "Malformed images are refused with the fault",
        arguments: [
            ([], .tooShort(bytes: 0, header: 16)),
            (Array(images[..<15]), .tooShort(bytes: 15, header: 16)),
            ([0, 0, 8, 1] + images[4...], .magic(0x801, expected: 0x803)),
            ([0x1f, 0x8b, 8, 0] + images[4...], .magic(0x1f8b_0800, expected: 0x803)),
            (images[..<8] + [0, 0, 0, 3, 0, 0, 0, 2] + images[16...], .shape([3, 2], expected: [2, 3])),
            (
                images[..<8] + [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff] + images[16...],
                .shape([.max, .max], expected: [2, 3])
            ),
            (images[..<4] + [0xff, 0xff, 0xff, 0xff] + images[8...], .length(bytes: 28, declared: 16 + 6 * 0xffff_ffff)),
            (images + [0], .length(bytes: 29, declared: 28)), (Array(images.dropLast()), .length(bytes: 27, declared: 28)),
        ] as [([UInt8], DatasetError.Fault)])
    func malformedImages(bytes: [UInt8], fault: DatasetError.Fault) {
        #expect(throws: DatasetError(fault, in: "some-images")) { try Self.decode(bytes, Self.labels) }
    }

    @Test(
        "Malformed labels are refused with the fault",
        arguments: [
            ([0, 0, 8, 1], .tooShort(bytes: 4, header: 8)), ([0, 0, 8, 3] + labels[4...], .magic(0x803, expected: 0x801)),
            ([0, 0, 8, 1, 0x80, 0, 0, 0, 1, 2], .length(bytes: 10, declared: 0x8000_0008)),
            ([0, 0, 8, 1, 0, 0, 0, 2, 9, 10], .label(10, example: 1)), ([0, 0, 8, 1, 0, 0, 0, 1, 9], .labels(1, images: 2)),
        ] as [([UInt8], DatasetError.Fault)])
    func malformedLabels(bytes: [UInt8], fault: DatasetError.Fault) {
        #expect(throws: DatasetError(fault, in: "some-labels")) { try Self.decode(Self.images, bytes) }
    }

    @Test("An error says where, what came, what was expected and what to do")
    func wording() {
        #expect(
            DatasetError(.shape([3, 2], expected: [28, 28]), in: "mnist/a").description
                == "mnist/a: the images are 3 × 2 where 28 × 28 is expected; it is damaged or not this data set's, "
                + "compare its SHA-256 with data/sources.json and fetch it again")
        #expect(DatasetError(.magic(0x1f8b_0800, expected: 0x803), in: "a").description.contains("0x1f8b0800 where 0x00000803"))
    }

    @Test("Changed files are refused or are images, never a crash")
    func fuzz() {
        var random = SplitMix(1)
        var (accepted, refused) = (0, 0)
        for round in 0..<50_000 {
            let images = round % 2 == 0 ? mutated(Self.images, using: &random) : Self.images
            let labels = round % 2 == 1 ? mutated(Self.labels, using: &random) : Self.labels
            do throws(DatasetError) {
                let decoded = try Self.decode(images, labels)
                accepted += 1
                if decoded.count != 2 || decoded.pixels.count != 12 { Issue.record("\(images) and \(labels) were accepted") }
            } catch {
                refused += 1
            }
        }
        #expect(accepted > 1000 && refused > 10_000)
    }
}
