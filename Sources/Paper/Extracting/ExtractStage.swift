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

    func run(_ run: StageRun) throws {
        guard let archive = dataset.archive else { throw ExtractError.noArchive(dataset) }
        let tar = try Tar(run.decompressed(archive.path, in: run.input("archive"), limit: archive.limit))
        let files = try archive.files { name in
            DataFile(path: "\(archive.path): \(name)", bytes: try tar.content(name))
        }
        for file in files {
            try run.write(file.bytes, to: file.path)
            let content = try Decompression.bytes(
                ofGzip: run.outputPath(file.path), name: file.path, limit: file.bytes.count,
                scratch: run.checkpointPath("written.partial"), isCancelled: { run.isCancelled })
            let found = SHA256.hex(of: content), expected = sha256[file.path] ?? "none"
            if found != expected { throw ExtractError.digest(found, expected: expected, file: file.path, archive: archive.path) }
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
