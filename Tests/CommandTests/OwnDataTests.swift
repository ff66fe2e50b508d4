import Foundation
import Formats
import Testing

@testable import samedge

/// Examples of the user's own.
@Suite struct OwnDataTests {
    private static let count = 9, height = 4, width = 3
    /// A byte for each pixel, and a class of three for each image.
    private static let pixels = (0..<count * height * width).map { UInt8($0 * 37 % 251) }
    private static let labels = (0..<count).map { UInt8($0 % 3) }

    private func write(_ program: Program, _ name: String, _ bytes: [UInt8]) throws {
        try Data(bytes).write(to: URL(fileURLWithPath: program.root + "/" + name))
    }

    private func train(_ program: Program, _ words: [String]) throws -> (code: Int32, out: String, err: String) {
        try program.run(
            ["train", "--steps", "1", "--examples", "6", "--output", "o", "--width", "3", "--depth", "2", "--dataset"] + words)
    }

    private func numpy(_ bytes: [UInt8], _ type: String, _ shape: [Int], fortran: Bool = false) -> [UInt8] {
        let extents = shape.map { "\($0)," }.joined(separator: " ")
        let text = "{'descr': '\(type)', 'fortran_order': \(fortran ? "True" : "False"), 'shape': (\(extents)), }\n"
        return [0x93] + Array("NUMPY".utf8) + [1, 0, UInt8(text.utf8.count), 0] + Array(text.utf8) + bytes
    }

    private func idx(_ bytes: [UInt8], _ shape: [Int]) -> [UInt8] {
        [0, 0, 8, UInt8(shape.count)] + shape.flatMap { [0, 0, 0, UInt8($0)] } + bytes
    }

    /// A zip file whose members are stored as they are.
    private func zip(_ members: [(name: String, bytes: [UInt8])], method: UInt8 = 0) -> [UInt8] {
        func little(_ number: Int, _ size: Int) -> [UInt8] { (0..<size).map { UInt8(number >> (8 * $0) & 255) } }
        var file: [UInt8] = [], list: [UInt8] = []
        for (name, bytes) in members {
            let sizes = little(bytes.count, 4) + little(bytes.count, 4) + little(name.utf8.count, 2) + [0, 0]
            let common = [20, 0, 0, 0, method, 0, 0, 0, 0, 0, 0, 0, 0, 0] + sizes
            list +=
                [0x50, 0x4b, 1, 2, 20, 0] + common + [0, 0, 0, 0, 0, 0, 0, 0, 0, 0] + little(file.count, 4) + Array(name.utf8)
            file += [0x50, 0x4b, 3, 4] + common + Array(name.utf8) + bytes
        }
        let count = little(members.count, 2)
        return file + list + [0x50, 0x4b, 5, 6, 0, 0, 0, 0] + count + count + little(list.count, 4) + little(file.count, 4) + [
            0, 0,
        ]
    }

    @Test func everyFormatOfTheSameImagesGivesTheSameRun() throws {
        let program = try Program(), shape = [Self.count, Self.height, Self.width]
        let tensors = Safetensors([
            .init(name: "images", shape: shape + [1], values: Self.pixels),
            .init(name: "labels", shape: [Self.count], values: Self.labels.map { Int64($0) }),
        ])
        try write(program, "a.safetensors", tensors.bytes())
        try write(program, "b.npy", numpy(Self.pixels, "|u1", shape))
        try write(program, "b-labels.npy", numpy(Self.labels, "|u1", [Self.count]))
        try write(program, "c-images", idx(Self.pixels, shape))
        try write(program, "c-labels", idx(Self.labels, [Self.count]))
        try write(
            program, "d.npz",
            zip([
                ("images.npy", numpy(Self.pixels, "|u1", shape)), ("other.npy", [1]),
                ("labels.npy", numpy(Self.labels, "|u1", [Self.count])),
            ]))
        var tables: Set<String> = []
        for words in [
            ["a.safetensors"], ["b.npy", "--labels", "b-labels.npy"], ["./c-images", "--labels", "c-labels"], ["d.npz"],
        ] {
            let end = try train(program, words)
            #expect(end.code == 0, "\(words): \(end.err)")
            tables.insert(try Table(contentsOf: program.root + "/o/measurements.tsv").text)
            #expect(try Table(contentsOf: program.root + "/o/measurements.tsv").rows.count == 2)
            let snapshot = try Safetensors(contentsOf: program.root + "/o/snapshots/000000.safetensors")
            #expect(snapshot["dense0.kernel"]?.shape == [12, 3] && snapshot["dense1.kernel"]?.shape == [3, 3])
            #expect(!end.out.contains("stand-in"))
        }
        #expect(tables.count == 1)
        // Known by what is in it: another pixel is another run, another name is none.
        #expect(try !train(program, ["a.safetensors", "--json"]).out.contains("\"started\""))
        try write(
            program, "a.safetensors",
            Safetensors([
                .init(name: "images", shape: shape + [1], values: [7] + Self.pixels.dropFirst()),
                .init(name: "labels", shape: [Self.count], values: Self.labels.map { Int32($0) }),
            ]).bytes())
        #expect(try train(program, ["a.safetensors", "--json"]).out.contains("train/run"))
    }

    @Test func numbersStayAsTheyAreAndCIFARsRecordsAndTextsAreRead() throws {
        let program = try Program()
        var records: [UInt8] = []
        for image in 0..<8 {
            records.append(UInt8(image))
            for place in 0..<3072 { records.append(UInt8((place * 7 + image) % 256)) }
        }
        try write(program, "mine.bin", records)
        let network = ["--architecture", "cnn", "--blocks", "1", "--feature-multiplier", "2"]
        let end = try program.run(
            [
                "train", "--steps", "1", "--examples", "6", "--test-examples", "2", "--test", "--output", "o", "--dataset",
                "mine.bin",
            ]
                + network)
        #expect(end.code == 0, "\(end.err)")
        let snapshot = try Safetensors(contentsOf: program.root + "/o/snapshots/000000.safetensors")
        #expect(snapshot["head.kernel"]?.shape == [512, 8])
        try write(program, "mine.txt", Array(String(repeating: "to be or not to be\n", count: 40).utf8))
        let text = try program.run([
            "train", "--steps", "1", "--output", "o", "--dataset", "mine.txt", "--sequence-length", "9", "--batch-size", "4",
            "--layers", "1", "--heads", "1", "--key-size", "2", "--model-size", "4",
        ])
        #expect(text.code == 0, "\(text.err)")
    }

    @Test func whatIsNoDataSetIsRefusedInALineThatNamesFileArrayAndWhatWasExpected() throws {
        let program = try Program(), shape = [Self.count, Self.height, Self.width]
        func refused(_ words: [String], _ message: String) throws {
            let end = try train(program, words)
            #expect(end.code == 2, "\(words): \(end.code) \(end.err)")
            #expect(end.err.contains(message) && end.err.split(separator: "\n").count == 1, "\(end.err)")
        }
        func tensors(_ images: Safetensors.Tensor, _ labels: Safetensors.Tensor) -> [UInt8] {
            Safetensors([images, labels]).bytes()
        }
        let images = Safetensors.Tensor(name: "images", shape: shape, values: Self.pixels)
        let labels = Safetensors.Tensor(name: "labels", shape: [Self.count], values: Self.labels)
        try refused(["nothing.safetensors"], "nothing.safetensors: there is no such file")
        try write(program, "x.safetensors", [1, 2, 3])
        try refused(["x.safetensors"], "x.safetensors: a safetensors file has at least 8 bytes")
        try write(program, "x.safetensors", Safetensors([images]).bytes())
        try refused(
            ["x.safetensors"], "x.safetensors: it has no array named labels, expected images and labels; there are: images")
        try write(program, "x.safetensors", tensors(.init(name: "images", shape: [108], values: Self.pixels), labels))
        try refused(["x.safetensors"], "images has the shape [108], expected [n, height, width, channels]")
        try write(
            program, "x.safetensors", tensors(images, .init(name: "labels", shape: [3], values: [UInt8](repeating: 0, count: 3))))
        try refused(["x.safetensors"], "labels has the shape [3], expected [9], one for each image")
        try write(
            program, "x.safetensors", tensors(images, .init(name: "labels", shape: [9], values: [Float](repeating: 0, count: 9))))
        try refused(["x.safetensors"], "labels holds F32, expected U8, I32 or I64")
        try write(
            program, "x.safetensors", tensors(images, .init(name: "labels", shape: [9], values: (0..<9).map { Int32($0) - 1 })))
        try refused(["x.safetensors"], "label 0 is -1, expected a class from 0 to 999")
        let numbers = (0..<108).map { $0 == 14 ? Float.nan : 1 }
        try write(program, "x.safetensors", tensors(.init(name: "images", shape: shape, values: numbers), labels))
        try refused(["x.safetensors"], "image 1 holds a value that is not finite")
        try write(program, "x.npy", numpy(Self.pixels, "|u1", shape))
        try refused(["x.npy"], "x.npy: it holds one array; give the file of the labels with --labels")
        try write(program, "y.npy", numpy(Self.labels, "<c8", [Self.count]))
        try refused(["x.npy", "--labels", "y.npy"], "y.npy: labels: the npy file holds <c8, expected one of")
        try write(program, "y.npy", numpy(Self.labels, "|u1", [Self.count], fortran: true))
        try refused(["x.npy", "--labels", "y.npy"], "in Fortran's order")
        try write(program, "y.npy", numpy(Self.labels, "|u1", [8]))
        try refused(["x.npy", "--labels", "y.npy"], "the npy header declares [8] of |u1, and 9 bytes are there")
        try write(program, "i", idx(Self.pixels, [9, 4, 4]))
        try refused(["./i", "--labels", "y.npy"], "i: images: the IDX header declares [9, 4, 4] bytes, and 108 are there")
        try write(program, "x.npz", zip([("images.npy", numpy(Self.pixels, "|u1", shape))], method: 8))
        try refused(["x.npz"], "images is compressed; save the arrays with numpy.savez")
        // The arrays that are there have names, too; and what is wrong with the one that was meant is said of that one.
        let arrays = [("x.npy", numpy(Self.pixels, "|u1", shape)), ("y.npy", numpy(Self.labels, "|u1", [Self.count]))]
        try write(program, "x.npz", zip(arrays))
        try refused(["x.npz"], "x.npz: it has no array named images, expected images and labels; there are: x, y")
        try write(program, "x.npz", zip([("images.npy", arrays[0].1), ("labels.npy", numpy(Self.labels, "|u1", [3, 3]))]))
        try refused(["x.npz"], "x.npz: labels has the shape [3, 3], expected [9], one for each image")
        try write(program, "x.npz", Array(zip(arrays).dropLast(30)))
        try refused(["x.npz"], "x.npz: it is no whole npz file: the list of its arrays, with which it should end, is not there")
        try write(program, "x.npz", Array(zip(arrays).dropFirst(40)).withPrefix("PK"))
        try refused(["x.npz"], "x.npz: it is no whole npz file")
        try write(program, "x.bin", [1, 2, 3])
        try refused(["x.bin"], "it has 3 bytes, expected whole records of 3073")
        try write(program, "x.txt", [65, 10, 200])
        try refused(["x.txt"], "line 2 holds the byte 200, which is no ASCII character")
        try write(program, "x.csv", [65])
        try refused(["x.csv"], "x.csv: its format is not known")
        try write(program, "x.safetensors", tensors(images, labels))
        try refused(["x.safetensors", "--test-examples", "4"], "--test-examples cannot be \"4\"; it is at most 3")
        try refused(["x.safetensors", "--examples", "10"], "--examples cannot be \"10\"; it is at most 9")
        try refused(["mnist", "--labels", "y.npy"], "there is no --labels without a file as --dataset")
    }
}

extension [UInt8] {
    /// The bytes after others in their place.
    fileprivate func withPrefix(_ text: String) -> [UInt8] { Array(text.utf8) + dropFirst(text.utf8.count) }
}
