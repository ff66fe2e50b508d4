import Datasets
import Formats

/// A data set that networks are trained on: where its examples come from, and how its files are read.
///
/// A new one is a file in `Sets`, its name in `all`, and its files in `data/sources.json`.
package struct Dataset: Sendable {
    /// All data sets, in the order of their stages.
    package static let all: [Dataset] = [.mnist, .cifar10, .tinyShakespeare]

    /// The name in stages and options.
    package let name: String
    /// The name that people know.
    package let title: String
    /// The files of the canonical distribution that are read, by their path in a mirror.
    package let files: [String]
    /// A larger published file that `files` can be made from; `nil` where `files` are published themselves.
    package var archive: Archive?
    /// The shape of one example: height, width, channels; of a text, none but what the selection says.
    package let shape: [Int]
    /// How many examples its files hold; `nil` where that depends on how a text is cut.
    var available: Preparation.Counts?
    /// Of a text the characters of its two parts.
    var characters: Preparation.Counts?
    /// What a run of the user's own takes where nothing else is asked for.
    package let usual: Usual
    /// The arrays of both parts, from the files.
    let parts: @Sendable (_ files: Files, _ counts: Preparation.Counts, _ sequenceLength: Int?) throws -> Preparation.Parts
    /// What stands in for each of `files`, in their order, with so many examples; where it is generated for another data set of the
    /// same formats, its own paths do not count.
    let standIns: @Sendable (_ counts: Preparation.Counts) -> [DataFile]

    /// Where the examples are, if they are the user's own.
    package var own: OwnData?

    /// An archive in which a data set is published.
    package struct Archive: Sendable {
        /// The path in a mirror.
        package let path: String
        /// The SHA-256 of what each of the data set's files holds, decompressed, by path.
        let contentDigests: [String: String]
        /// More bytes than the archive holds, decompressed.
        let limit: Int
        /// The data set's files, from the archive's members by name.
        let files: @Sendable (_ member: (String) throws -> DataFile) throws -> [DataFile]
    }

    /// Defaults.
    package struct Usual: Sendable {
        /// Training examples; `nil` for all that a text is cut into.
        package var examples: Int?
        /// The kinds of networks that its examples are for, the usual one first.
        package var networks: [String]
        /// Examples of a step; `nil` for all.
        package var batchSize: Int?
        /// Characters of an example of a text.
        package var sequenceLength: Int?
    }

    /// The files that a data set is read from.
    struct Files {
        /// The bytes of a file that is not compressed, by its place in `Dataset.files`: at most `limit`.
        let plain: (_ index: Int, _ limit: Int) throws -> DataFile
        /// Likewise of a gzip file, decompressed.
        let decompressed: (_ index: Int, _ limit: Int) throws -> DataFile
    }
}

extension Dataset {
    /// The data set of the user's own examples: no files are fetched for it, and none stand in.
    package init(_ own: OwnData) {
        self.init(
            name: "own", title: own.name, files: [], shape: own.shape,
            available: own.classes == nil ? nil : Preparation.Counts(train: own.count, test: own.count),
            characters: own.classes == nil ? Preparation.Counts(train: own.count, test: own.count) : nil,
            usual: own.classes == nil
                ? Usual(networks: ["transformer"], batchSize: 32, sequenceLength: 64) : Usual(networks: ["mlp", "cnn"]),
            parts: { _, _, _ in preconditionFailure("own examples are not decoded from published files") },
            standIns: { _ in [] }, own: own)
    }
}

extension Dataset: Hashable, Codable {
    /// Whether both have one name, and own examples are of one file.
    package static func == (a: Dataset, b: Dataset) -> Bool { a.name == b.name && a.own?.path == b.own?.path }
    /// Hashes the name.
    package func hash(into hasher: inout Hasher) { name.hash(into: &hasher) }

    /// Writes the name.
    package func encode(to encoder: any Encoder) throws {
        var value = encoder.singleValueContainer()
        try value.encode(name)
    }

    /// Reads a name.
    package init(from decoder: any Decoder) throws {
        let name = try decoder.singleValueContainer().decode(String.self)
        guard let known = Self.all.first(where: { $0.name == name }) else {
            throw RecordError.unknown(value: name, of: "dataset", among: Self.all.map(\.name))
        }
        self = known
    }
}
