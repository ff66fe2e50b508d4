import Formats
import Testing

@testable import Datasets

@Suite("Shapes in CIFAR-10's place")
struct ShapeStandInTests {
    @Test("The bytes are what they always were")
    func digests() {
        let files = StandIns.cifar10(train: 100, test: 30)
        #expect(files.map(\.path) == ["cifar10/cifar10-train-5000.bin.gz", "cifar10/cifar10-test-2000.bin.gz"])
        #expect(
            files.map { SHA256.hex(of: $0.bytes) } == [
                "67f92f432489b45d7be4d3c3dac30351d923933343b3435c38c985bbaeb5bbbb",
                "3d68acef05d5fa5fefd0d625b2cee49ba4fd139c2a8c8c70ca0afa157f28cf44",
            ])
    }

    @Test("They are files of CIFAR's format, with balanced classes in random order")
    func format() throws {
        let files = StandIns.cifar10(train: 203, test: 30)
        let parts = try files.map { try CIFARBinary.decode(DataFile(path: $0.path, bytes: decompressed($0.bytes))) }
        #expect(parts.map(\.count) == [203, 30])
        #expect(
            (0...9).map { label in parts[0].labels.count { $0 == label } }.sorted() == [20, 20, 20, 20, 20, 20, 20, 21, 21, 21])
        #expect(parts[0].pixels.prefix(30 * 3072) != parts[1].pixels)
    }

    @Test("The distance to a figure's outline is negative at its middle or, for the ring, at its band, and grows outwards")
    func shapes() {
        for shape in Shape.allCases {
            let inside = shape == .ring ? Point(x: 0.68, y: 0) : Point(x: 0, y: 0)
            #expect(shape.distance(inside) < 0)
            #expect(
                shape.distance(Point(x: 1.2, y: 0)) > 0 && shape.distance(Point(x: 2, y: 0)) > shape.distance(Point(x: 1.2, y: 0))
            )
            // A distance never changes faster than the place does.
            for (a, b) in [(Point(x: 0.3, y: -0.4), Point(x: 0.5, y: 0.1)), (Point(x: 0.9, y: 0.9), Point(x: -0.1, y: 0.6))] {
                #expect((shape.distance(a) - shape.distance(b)).magnitude <= (a - b).length + 1e-12)
            }
        }
    }
}
