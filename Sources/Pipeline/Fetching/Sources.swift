import Formats
import Platform

/// The files that a project takes from outside, as `data/sources.json` names them.
///
/// ```json
/// {"files": {"mnist/train-images-idx3-ubyte.gz": {"size": 9912422, "sha256": "…", "urls": ["https://…"]}}}
/// ```
package struct Sources: Hashable, Sendable {
    /// A file: its size in bytes, its SHA-256, and the addresses at which it is published, the preferred first.
    package struct File: Hashable, Sendable {
        /// In bytes.
        package var size: Int
        /// Of the whole file.
        package var digest: Digest
        /// The preferred first; none for a file that mirrors alone have.
        package var urls: [String]

        /// A file as published.
        package init(size: Int, digest: Digest, urls: [String]) {
            (self.size, self.digest, self.urls) = (size, digest, urls)
        }
    }

    /// The files by path.
    package var files: [String: File]

    /// A list of files by path.
    package init(files: [String: File]) { self.files = files }
}

/// What is wrong with a text that should name sources, and where in it.
package struct SourcesError: Error, Hashable, CustomStringConvertible {
    /// The file, where it is one.
    package var file: String?
    /// The entry, or the member that holds all.
    package var place: String
    /// What is wrong with it.
    package var problem: String
    /// The entry and its problem in words.
    package var description: String { "the list of sources\(file.map { " \($0)" } ?? "") is not usable: \(place): \(problem)" }
}

extension Sources {
    /// The sources that a JSON text names.
    ///
    /// - Throws: `JSONError` or `SourcesError`.
    package init(parsing text: some Sequence<UInt8>) throws {
        let json = try JSON(parsing: text)
        guard let members = json["files"]?.objectValue else {
            throw SourcesError(place: "files", problem: "there is no such object")
        }
        files = [:]
        for (path, member) in members.sorted(by: { $0.key < $1.key }) {
            func fail(_ problem: String) -> SourcesError { SourcesError(place: path, problem: problem) }
            guard isPlainPath(path) else { throw fail("not a path inside a folder") }
            guard let size = member["size"]?.integerValue, (0...Self.largestSize).contains(size) else {
                throw fail("size is no count of bytes from 0 to \(Self.largestSize)")
            }
            guard let digest = member["sha256"]?.stringValue.flatMap({ Digest(hex: $0) }) else {
                throw fail("sha256 is not 64 hexadecimal digits in lower case")
            }
            let urls = (member["urls"]?.arrayValue ?? []).map(\.stringValue)
            guard urls.allSatisfy({ $0?.hasPrefix("https://") == true }) else {
                throw fail("an address does not begin with https://")
            }
            files[path] = File(size: size, digest: digest, urls: urls.compactMap { $0 })
        }
    }

    /// The most bytes that a file may have, so that no sum of sizes overflows: a petabyte.
    private static let largestSize = 1_000_000_000_000_000

    /// The sources named in a file; a mark of its order of bytes, with which some editors begin a text, is passed over.
    ///
    /// - Throws: `SourcesError`, which names the file; or what keeps it from being read.
    package init(reading path: String, files: FileSystem = FileSystem()) throws {
        guard let bytes = try files.read(path, limit: 1 << 24) else { throw PipelineError.missingFile(path) }
        let mark: [UInt8] = [0xef, 0xbb, 0xbf]
        do { try self.init(parsing: bytes.starts(with: mark) ? bytes[3...] : bytes[...]) } catch let error as SourcesError {
            throw SourcesError(file: path, place: error.place, problem: error.problem)
        } catch let error as JSONError {
            throw SourcesError(file: path, place: "byte \(error.offset)", problem: "not valid JSON: \(error.problem)")
        }
    }

    /// Makes sure that some files are named.
    ///
    /// - Parameter place: where they are named, for the error.
    /// - Throws: `SourcesError` for the first that is not.
    package func require(_ paths: [String], in place: String) throws {
        for path in paths where files[path] == nil {
            throw SourcesError(
                file: place, place: path,
                problem:
                    "there is no such entry, and the project reads it\(didYouMean(nearest(to: path, among: files.keys.sorted())))"
            )
        }
    }

    /// The stage that fetches some of the files; its outputs have their paths.
    ///
    /// Sizes and digests are in its key; addresses are not, since they cannot change the result.
    ///
    /// - Precondition: the sources name all `paths`.
    package func stage(_ name: String, files paths: [String]) -> Stage {
        var members: [String: JSON] = [:]
        var size = 0
        for path in paths {
            guard let file = files[path] else {
                preconditionFailure("no source is named \(path); there are \(files.keys.sorted())")
            }
            members[path] = ["size": JSON(file.size), "sha256": .string(file.digest.hex)]
            size += file.size
        }
        return Stage(
            name, kind: FetchKind.kindName, parameters: ["files": .object(members)],
            resources: Stage.Resources(threads: 1, memory: 0, cost: Double(max(1, size)), disk: size))
    }
}
