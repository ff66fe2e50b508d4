import Datasets
import Formats
import Foundation
import Pipeline
import Platform
import TestSupport
import Testing

@testable import Paper

@Suite("Preparing data")
struct PrepareStageTests {
    /// Generated files of one data set, then the arrays made of them.
    static func stages(_ dataset: String, examples: Int, testExamples: Int, generated: Int? = nil) -> [Stage] {
        func parameters(_ examples: Int) -> JSON {
            [
                "dataset": .string(dataset), "examples": JSON(examples), "test_examples": JSON(testExamples),
                "sequence_length": 64,
            ]
        }
        return [
            Stage("stand-in", kind: "stand-in", parameters: parameters(generated ?? examples)),
            Stage("prepare", kind: "prepare", parameters: parameters(examples), inputs: [.init("files", from: "stand-in")]),
        ]
    }

    static func run(_ stages: [Stage], in folder: TemporaryFolder) throws -> (Pipeline, RunSummary) {
        let pipeline = try Pipeline(
            stages: stages, kinds: [TypedKind(PrepareStage.self), TypedKind(StandInStage.self)], codeDigest: { _ in "1" },
            store: try Store(folder.path + "/store"), root: folder.path)
        return (pipeline, try pipeline.run())
    }

    @Test("Stand-ins of MNIST become arrays of the shapes asked for", arguments: [(12, nil), (12, 30)] as [(Int, Int?)])
    func mnist(examples: Int, generated: Int?) throws {
        let folder = try TemporaryFolder()
        let (pipeline, summary) = try Self.run(
            Self.stages("mnist", examples: examples, testExamples: 5, generated: generated), in: folder)
        #expect(summary.failures == [])
        let files = try #require(try pipeline.outputs(of: "prepare"))
        #expect(files.map(\.path) == ["test.safetensors", "train.safetensors"])
        for (file, count) in zip(files, [5, examples]) {
            let arrays = try Safetensors(contentsOf: pipeline.store.path(of: file))
            #expect(try arrays.tensor("images").shape == [count, 28, 28, 1])
            #expect(try arrays.tensor("labels").int32s().count == count)
        }
    }

    @Test("Stand-ins of CIFAR-10 become arrays in the order of their file")
    func cifar10() throws {
        let folder = try TemporaryFolder()
        let (pipeline, summary) = try Self.run(Self.stages("cifar10", examples: 12, testExamples: 5, generated: 30), in: folder)
        #expect(summary.failures == [])
        let train = try Safetensors(contentsOf: pipeline.store.path(of: try #require(try pipeline.outputs(of: "prepare"))[1]))
        #expect(try train.tensor("images").shape == [12, 32, 32, 3])
        let generated = StandIns.cifar10(train: 30, test: 5)[0]
        // The first record follows the gzip header of 10 bytes and the block's of 5.
        let labels = (0..<12).map { Int32(generated.bytes[15 + CIFARBinary.record * $0]) }
        #expect(try train.tensor("labels").int32s() == labels)
    }

    @Test("The stand-in of tiny_shakespeare becomes crops of 65 characters, as many as the published text gives")
    func tinyShakespeare() throws {
        let folder = try TemporaryFolder()
        let (pipeline, summary) = try Self.run(
            Self.stages("tiny_shakespeare", examples: 13_153, testExamples: 4_006), in: folder)
        #expect(summary.failures == [])
        let files = try #require(try pipeline.outputs(of: "prepare"))
        for (file, count) in zip(files, [4_006, 13_153]) {
            #expect(try Safetensors(contentsOf: pipeline.store.path(of: file)).tensor("tokens").shape == [count, 65])
        }
    }

    @Test("No stand-ins are generated beyond the data set's own number")
    func tooManyStandIns() throws {
        let folder = try TemporaryFolder()
        let (_, summary) = try Self.run(Self.stages("cifar10", examples: 5001, testExamples: 5), in: folder)
        #expect(summary.failures.map(\.stage) == ["stand-in"])
        #expect(summary.failures[0].message.contains("5001 examples are asked for and 5000 are there"))
    }

    @Test("Asking for more examples than there are fails with both numbers")
    func tooMany() throws {
        let folder = try TemporaryFolder()
        let (_, summary) = try Self.run(Self.stages("mnist", examples: 13, testExamples: 5, generated: 12), in: folder)
        #expect(summary.failures.map(\.stage) == ["prepare"])
        #expect(summary.failures[0].message.contains("13 examples are asked for and 12 are there"))
    }

    // MARK: - Decompression

    /// `hello, hello, hello`, gzipped.
    static let hello: [UInt8] = [
        0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 2, 3, 0xcb, 0x48, 0xcd, 0xc9, 0xc9, 0xd7, 0x51, 0xc8, 0x40, 0xa2, 0, 0x9f, 0xa1, 0xca, 9,
        19, 0, 0, 0,
    ]

    static func decompress(
        _ bytes: [UInt8], in folder: TemporaryFolder, limit: Int = 100, program: String = "gzip", isCancelled: Bool = false
    ) throws -> String {
        let result = try Decompression.bytes(
            ofGzip: try folder.write(bytes, to: "file"), name: "mnist/a.gz", limit: limit, scratch: folder.path + "/scratch",
            program: program, isCancelled: { isCancelled })
        return String(decoding: result, as: UTF8.self)
    }

    @Test("A gzip file is decompressed, whatever its name, and nothing is left behind")
    func decompression() throws {
        let folder = try TemporaryFolder()
        #expect(try Self.decompress(Self.hello, in: folder) == "hello, hello, hello")
        #expect(try FileSystem().list(folder.path) == ["file"])
    }

    @Test("A file may hold just as much as is expected and no byte more")
    func limit() throws {
        let folder = try TemporaryFolder()
        #expect(try Self.decompress(Self.hello, in: folder, limit: 19) == "hello, hello, hello")
        #expect(throws: DecompressionError.tooLong(limit: 18, file: "mnist/a.gz")) {
            try Self.decompress(Self.hello, in: folder, limit: 18)
        }
        #expect(try FileSystem().list(folder.path) == ["file"])
    }

    @Test(
        "A damaged file is refused, and the error names it",
        arguments: [
            [], Array(hello.dropLast()), Array("<!doctype html>".utf8), hello[..<12] + [0xff] + hello[13...],
            hello[..<21] + [0] + hello[22...],
        ] as [[UInt8]])
    func damaged(bytes: [UInt8]) throws {
        let folder = try TemporaryFolder()
        let error = try #require(throws: DecompressionError.self) { try Self.decompress(bytes, in: folder) }
        #expect(error.description.hasPrefix("cannot decompress mnist/a.gz: it is damaged ("))
        #expect(try FileSystem().list(folder.path) == ["file"])
    }

    @Test("A missing program is named, with what to do")
    func missingProgram() throws {
        let folder = try TemporaryFolder()
        let error = try #require(throws: DecompressionError.self) {
            try Self.decompress(Self.hello, in: folder, program: "samedge-no-such-program")
        }
        #expect(error.description.contains("samedge-no-such-program cannot be started"))
        #expect(error.description.hasSuffix("install samedge-no-such-program"))
    }

    @Test("A wish to stop ends it")
    func cancelled() throws {
        let folder = try TemporaryFolder()
        #expect(throws: Cancelled.self) { try Self.decompress(Self.hello, in: folder, isCancelled: true) }
    }
}
