import Datasets
import Formats
import Pipeline

/// Makes the files that a data set is read from out of the archive in which it is published.
struct ExtractStage: TypedStage {
    static let kind = "extract"
    static let modules = PrepareStage.modules + ["Paper/Extracting"]

    var dataset: Dataset
    /// The digests that the files' contents must have, by path.
    var sha256: [String: String]

    /// More than the archive's 60,000 images of 3,073 bytes and what stands beside them.
    private static let limit = 200_000_000

    func run(_ run: StageRun) throws {
        guard let archive = dataset.archive else { throw ExtractError.noArchive(dataset) }
        let tar = try Tar(run.decompressed(archive, in: run.input("archive"), limit: Self.limit))
        func batch(_ name: String) throws -> DataFile {
            DataFile(path: "\(archive): \(name)", bytes: try tar.content("cifar-10-batches-bin/\(name)"))
        }
        let files = try CIFARBinary.subsets(
            train: (1...5).map { try batch("data_batch_\($0).bin") }, test: batch("test_batch.bin"))
        for file in files {
            try run.write(file.bytes, to: file.path)
            let content = try Decompression.bytes(
                ofGzip: run.outputPath(file.path), name: file.path, limit: file.bytes.count,
                scratch: run.checkpointPath("written.partial"), isCancelled: { run.isCancelled })
            let found = SHA256.hex(of: content), expected = sha256[file.path] ?? "none"
            if found != expected { throw ExtractError.digest(found, expected: expected, file: file.path, archive: archive) }
            try run.checkCancellation()
        }
    }
}

/// Why an archive does not give the files.
enum ExtractError: Error, CustomStringConvertible {
    case noArchive(Dataset)
    case digest(String, expected: String, file: String, archive: String)

    var description: String {
        switch self {
        case .noArchive(let dataset): "\(dataset.title) is not published as an archive"
        case .digest(let found, let expected, let file, let archive):
            "\(archive) gives a \(file) whose content has the SHA-256 \(found) where \(expected) is expected; "
                + "it is another archive than the published one"
        }
    }
}
