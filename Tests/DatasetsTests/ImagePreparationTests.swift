import TestSupport
import Testing

@testable import Datasets

@Suite("Prepared images")
struct ImagePreparationTests {
    /// Images of 2 × 3 × `channels` with random pixels.
    static func images(_ count: Int, channels: Int = 1, seed: UInt64) throws -> LabelledImages {
        var random = SplitMix(seed)
        let pixels = (0..<count * 6 * channels).map { _ in UInt8(truncatingIfNeeded: random.next()) }
        // A part of a longer array, as a decoder lends it.
        let labels = [255] + (0..<count).map { _ in UInt8(random.next() % 10) }
        return try LabelledImages(
            shape: [2, 3, channels], pixels: ([9, 9, 9] + pixels)[3...], labels: labels[1...], place: "random images")
    }

    @Test("Values are pixel/256 less the mean over the training images in use, to one rounding", arguments: [1, 3])
    func centring(channels: Int) throws {
        let train = try Self.images(40, channels: channels, seed: 1), test = try Self.images(9, channels: channels, seed: 2)
        let parts = try Preparation.images(train: train, test: test, counts: .init(train: 17, test: 5))
        let trainOrder = ExampleOrder.indices(split: "train", count: 40).prefix(17)
        let testOrder = ExampleOrder.indices(split: "test", count: 9).prefix(5)
        func pixel(_ images: LabelledImages, _ image: Int, _ place: Int) -> Double {
            Double(images.pixels[images.pixels.startIndex + image * images.size + place]) / 256
        }
        for (part, images, order) in [(parts.train, train, trainOrder), (parts.test, test, testOrder)] {
            let values = try part.tensor("images").floats()
            #expect(try part.tensor("images").shape == [order.count, 2, 3, channels])
            for place in 0..<images.size {
                let mean = trainOrder.reduce(0) { $0 + pixel(train, $1, place) } / 17
                for (row, image) in order.enumerated() {
                    let expected = pixel(images, image, place) - mean
                    // Half a unit in the last place of a value below 1 in single precision, and the oracle's own rounding.
                    #expect((Double(values[row * images.size + place]) - expected).magnitude <= 0x1p-25 + 1e-15)
                }
            }
            #expect(try part.tensor("labels").int32s() == order.map { Int32(images.labels[images.labels.startIndex + $0]) })
        }
        for place in 0..<train.size {
            let values = try parts.train.tensor("images").floats()
            let sum = (0..<17).reduce(0.0) { $0 + Double(values[$1 * train.size + place]) }
            #expect(sum.magnitude < 17 * 0x1p-25)
        }
    }

    @Test("Images that stand in order already keep it")
    func inOrder() throws {
        let images = try Self.images(6, seed: 4)
        let parts = try Preparation.images(train: images, test: images, counts: .init(train: 4, test: 6), areInOrder: true)
        #expect(try parts.train.tensor("labels").int32s() == images.labels.prefix(4).map { Int32($0) })
        #expect(try parts.test.tensor("labels").int32s() == images.labels.map { Int32($0) })
    }

    @Test("More examples than there are, or none to train on, are refused with both numbers")
    func counts() throws {
        let images = try Self.images(4, seed: 3)
        func prepare(_ train: Int, _ test: Int) throws {
            _ = try Preparation.images(train: images, test: images, counts: .init(train: train, test: test))
        }
        #expect(throws: DatasetError(.examples(asked: 5, among: 4), in: "the training images")) { try prepare(5, 4) }
        #expect(throws: DatasetError(.examples(asked: 0, among: 4), in: "the training images")) { try prepare(0, 4) }
        #expect(throws: DatasetError(.examples(asked: 5, among: 4), in: "the test images")) { try prepare(4, 5) }
        #expect(throws: DatasetError(.examples(asked: -1, among: 4), in: "the test images")) { try prepare(4, -1) }
        try prepare(4, 0)
    }
}
