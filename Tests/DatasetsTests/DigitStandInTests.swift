import Formats
import Testing

@testable import Datasets

@Suite("Digits in MNIST's place")
struct DigitStandInTests {
    static func decoded(_ files: [DataFile], _ part: Int) throws -> LabelledImages {
        try IDX.decode(
            images: .init(path: files[2 * part].path, bytes: decompressed(files[2 * part].bytes)),
            labels: .init(path: files[2 * part + 1].path, bytes: decompressed(files[2 * part + 1].bytes)), height: 28, width: 28)
    }

    @Test("The bytes are what they always were")
    func digests() {
        let files = StandIns.mnist(train: 200, test: 50)
        #expect(
            files.map(\.path) == [
                "mnist/train-images-idx3-ubyte.gz", "mnist/train-labels-idx1-ubyte.gz", "mnist/t10k-images-idx3-ubyte.gz",
                "mnist/t10k-labels-idx1-ubyte.gz",
            ])
        #expect(
            files.map { SHA256.hex(of: $0.bytes) } == [
                "5af56337c77e213c86dd00111c29744589939419847702e27b4a93ed28295fb7",
                "0137c737c84877e859689dd3712400b10e0bd7f9e4432dadbb398d19a383651b",
                "d823e9263ab9ce339b313efdbb32f7e16d484fc0608d530c90ff610166cbef1b",
                "8e1b40f4c32dfc1ee5712a8807f041c83ca313702357e4e7fa732a1b6d62e82e",
            ])
    }

    @Test("They are files of MNIST's format, with balanced classes in random order")
    func format() throws {
        let files = StandIns.mnist(train: 305, test: 40)
        let train = try Self.decoded(files, 0), test = try Self.decoded(files, 1)
        #expect((train.count, test.count) == (305, 40))
        let counts = (0...9).map { digit in train.labels.count { $0 == digit } }
        #expect(counts.sorted() == [30, 30, 30, 30, 30, 31, 31, 31, 31, 31])
        #expect(Array(train.labels.prefix(40)) != Array(test.labels))
        #expect(train.pixels.prefix(40 * 784) != test.pixels)
    }

    @Test("An example does not depend on how many there are, but for its class")
    func independence() throws {
        let few = try Self.decoded(StandIns.mnist(train: 50, test: 1), 0),
            many = try Self.decoded(StandIns.mnist(train: 500, test: 1), 0)
        let same = (0..<50).filter { few.labels[few.labels.startIndex + $0] == many.labels[many.labels.startIndex + $0] }
        #expect(!same.isEmpty)
        for index in same { #expect(few.image(index) == many.image(index)) }
    }

    @Test("A digit has about as much ink as MNIST's, in the middle of the picture")
    func ink() throws {
        let train = try Self.decoded(StandIns.mnist(train: 500, test: 1), 0)
        // MNIST's mean over the training images is 0.1307 of 255.
        let mean = train.pixels.reduce(0.0) { $0 + Double($1) } / Double(train.pixels.count) / 255
        #expect(mean > 0.1 && mean < 0.16, "mean \(mean)")
        for index in 0..<train.count {
            let image = Array(train.image(index))
            let total = image.reduce(0.0) { $0 + Double($1) }
            let x = image.indices.reduce(0.0) { $0 + Double(image[$1]) * (Double($1 % 28) + 0.5) } / total
            let y = image.indices.reduce(0.0) { $0 + Double(image[$1]) * (Double($1 / 28) + 0.5) } / total
            #expect((x - 14).magnitude < 1.5 && (y - 14).magnitude < 1.5, "example \(index): (\(x), \(y))")
        }
    }
}

extension LabelledImages {
    /// The pixels of one image.
    func image(_ index: Int) -> ArraySlice<UInt8> {
        pixels[pixels.startIndex + index * size..<pixels.startIndex + (index + 1) * size]
    }
}
