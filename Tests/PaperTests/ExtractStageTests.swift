import Datasets
import Formats
import Foundation
import Pipeline
import Platform
import TestSupport
import Testing

@testable import Paper

/// A small archive in the layout of the published one: as many images as the files made from it need, each with bytes of its own.
private struct MadeArchive {
    let folder: TemporaryFolder
    let train: [DataFile]
    let test: DataFile

    init() throws {
        folder = try TemporaryFolder()
        func records(_ count: Int, from first: Int) -> [UInt8] {
            var bytes: [UInt8] = []
            for index in first..<first + count {
                bytes += [UInt8(index % 10), UInt8(index % 256), UInt8(index / 256)]
                bytes += [UInt8](repeating: 7, count: CIFARBinary.record - 3)
            }
            return bytes
        }
        train = (0..<5).map { DataFile(path: "data_batch_\($0 + 1).bin", bytes: records(1000, from: 1000 * $0)) }
        test = DataFile(path: "test_batch.bin", bytes: records(2000, from: 9000))
        let batches = folder.path + "/cifar-10-batches-bin"
        try FileManager.default.createDirectory(atPath: batches, withIntermediateDirectories: true)
        try FileManager.default.createDirectory(atPath: folder.path + "/mirror/cifar10", withIntermediateDirectories: true)
        for file in train + [test, DataFile(path: "readme.html", bytes: Array("<p>".utf8))] {
            try folder.write(file.bytes, to: "cifar-10-batches-bin/" + file.path)
        }
        let tar = try ChildProcess(
            "tar", ["-czf", path, "-C", folder.path, "cifar-10-batches-bin"], output: folder.path + "/out",
            errors: folder.path + "/errors")
        #expect(try tar.wait { true } == 0)
    }

    var path: String { folder.path + "/mirror/cifar10/cifar-10-binary.tar.gz" }

    /// Fetches the archive from the folder as a mirror, and makes the files of it.
    func run(expecting digests: [String: String]) throws -> (Pipeline, RunSummary) {
        let bytes = try FileSystem().contents(of: path), name = try #require(Dataset.cifar10.archive?.path)
        let digest = try #require(Digest(hex: SHA256.hex(of: bytes)))
        let sources = Sources(files: [name: Sources.File(size: bytes.count, digest: digest, urls: [])])
        let stages = [
            sources.stage(DataRoute.archive(.cifar10).stageName, files: [name]),
            Stage(
                "extract", kind: "extract",
                parameters: ["dataset": "cifar10", "sha256": .object(digests.mapValues { .string($0) })],
                inputs: [.init("archive", from: DataRoute.archive(.cifar10).stageName)]),
        ]
        let pipeline = try Pipeline(
            stages: stages,
            kinds: [TypedKind(ExtractStage.self), FetchKind(sources: sources, mirrors: [.folder(folder.path + "/mirror")])],
            codeDigest: { _ in "1" }, store: try Store(folder.path + "/store"), root: folder.path)
        return (pipeline, try pipeline.run())
    }
}

@Suite struct ExtractStageTests {
    @Test func theArchiveGivesTheFilesThatAreRead() throws {
        let archive = try MadeArchive()
        var digests: [String: String] = [:]
        for (path, batches, split, count) in [
            (Dataset.cifar10.files[0], archive.train, "train", 5000), (Dataset.cifar10.files[1], [archive.test], "test", 2000),
        ] { digests[path] = SHA256.hex(of: try CIFARBinary.subset(of: batches, split: split, count: count)) }
        let (pipeline, summary) = try archive.run(expecting: digests)
        #expect(summary.failures == [])
        let files = try #require(try pipeline.outputs(of: "extract"))
        #expect(files.map(\.path) == Dataset.cifar10.files.sorted())
    }

    @Test func anArchiveWithOtherImagesIsRefused() throws {
        let archive = try MadeArchive()
        let (_, summary) = try archive.run(expecting: Dataset.cifar10.archive!.contentDigests)
        #expect(summary.failures.map(\.stage) == ["extract"])
        #expect(
            summary.failures[0].message.contains(
                "where \(Dataset.cifar10.archive!.contentDigests[Dataset.cifar10.files[0]]!) is expected")
        )
    }
}

@Suite struct TarTests {
    /// A header and the content that follows it.
    private func entry(_ name: String, _ content: [UInt8], type: Character = "0", size: Int? = nil) -> [UInt8] {
        var header = [UInt8](repeating: 0, count: 512)
        func put(_ text: String, at offset: Int) { for (i, byte) in text.utf8.enumerated() { header[offset + i] = byte } }
        let octal = String(size ?? content.count, radix: 8)
        put(name, at: 0)
        put(String(repeating: "0", count: 11 - octal.count) + octal, at: 124)
        put("        ", at: 148)
        put(String(type), at: 156)
        let sum = String(header.reduce(0) { $0 + Int($1) }, radix: 8)
        put(String(repeating: "0", count: 6 - sum.count) + sum + "\0", at: 148)
        return header + content + [UInt8](repeating: 0, count: (512 - content.count % 512) % 512)
    }

    private let end = [UInt8](repeating: 0, count: 1024)

    @Test func filesAreFoundByNameAndOtherEntriesAreNone() throws {
        let bytes = entry("a/", [], type: "5") + entry("a/x", [1, 2, 3]) + entry("a/link", [], type: "2") + entry("b", []) + end
        let tar = try Tar(bytes)
        #expect(tar.files.keys.sorted() == ["a/x", "b"])
        #expect(try tar.content("a/x") == [1, 2, 3])
        #expect(throws: TarError.missing("c", among: ["a/x", "b"])) { try tar.content("c") }
    }

    @Test func aNameThatPointsOutsideIsAName() throws {
        #expect(try Tar(entry("../../etc/passwd", [1]) + end).files.keys.sorted() == ["../../etc/passwd"])
    }

    @Test func aFileThatClaimsMoreThanThereIsIsRefused() {
        #expect(throws: TarError.truncated(at: 0)) { try Tar(entry("a", [1], size: 1025)) }
        #expect(throws: TarError.truncated(at: 0)) { try Tar(entry("a", [1], size: 8_589_934_591) + end) }
        #expect(throws: TarError.truncated(at: 1024)) { try Tar(entry("a", [1]) + [UInt8](repeating: 1, count: 100)) }
    }

    @Test func aChangedHeaderIsRefused() {
        for offset in [0, 99, 124, 135, 156, 300] {
            var bytes = entry("a", [1, 2, 3]) + end
            bytes[offset] ^= 1
            #expect(throws: TarError.damaged(at: 0), "byte \(offset)") { try Tar(bytes) }
        }
    }
}
