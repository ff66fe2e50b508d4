import Formats
import Paper
import Pipeline
import Platform

/// A sweep of the user's own, or one run, that has a name: the options with which `train` was called, kept in the store.
///
/// A call takes the name where it takes that of a profile; nothing but the options is kept, so that a plan is always what this program
/// makes of them.
struct NamedSweep {
    let name: String
    /// The options of `train` that decide the results, paths in full.
    private let words: [String]

    /// The options that are kept: all of the settings, and the source of the data.
    private static let options =
        TrainSettings.options.filter { $0.name != "--output" } + Option.common.filter { $0.name == "--data" }

    private static func folder(_ store: String) -> String { store + "/sweeps" }
    private static func path(_ name: String, _ store: String) -> String { "\(folder(store))/\(name).json" }

    /// The sweep of a call of `train`, under a name.
    ///
    /// - Throws: `UsageError` where that can be no name.
    init(_ name: String, _ arguments: Arguments) throws {
        let characters = name.unicodeScalars.allSatisfy {
            $0.isASCII && ($0.properties.isAlphabetic || $0.properties.numericType != nil || "-_.".unicodeScalars.contains($0))
        }
        guard characters, let first = name.first, first.isLetter || first.isNumber, name.count <= 100 else {
            throw UsageError.badValue(
                name, Self.option,
                expected: "at most 100 letters, digits, dots, dashes and underscores, the first of them a letter or a digit",
                near: [])
        }
        for (names, what) in Self.taken where names.contains(name) {
            throw UsageError.badValue(
                name, Self.option, expected: "a name that is nothing else's, and this is that of \(what)", near: [])
        }
        self.name = name
        // Paths in full, since the name may be used from another folder.
        var settled: [String: [String]] = [:]
        for option in Self.options where option.isPath {
            settled[option.name] = try arguments.all(option.name).map {
                Dataset.all.map(\.name).contains($0) ? $0 : try Command.fullPath($0)
            }
        }
        words = arguments.words(of: Self.options, settled: settled)
    }

    /// The names that mean something else where a sweep's might stand.
    private static let taken: [(names: Set<String>, what: String)] = [
        (Set(Profile.allCases.map(\.rawValue)), "a profile"), (Reproduction.targets, "stages or a figure"),
        (["golden"], "a folder in figures/"),
    ]

    static let option = Option(
        "--name", value: "NAME", "keep the sweep, or the run, under a name: `samedge run NAME`, `plan NAME`, `check NAME`, …")

    /// The names that a store keeps, sorted.
    static func names(in store: String) throws -> [String] {
        // What is wrong with a store that cannot be read is told by whoever needs it.
        do {
            return try FileSystem().list(folder(store)).filter { $0.hasSuffix(".json") }.map { String($0.dropLast(5)) }.sorted()
        } catch is FileSystemError { return [] }
    }

    /// The sweep of that name; `nil` where a store has none.
    ///
    /// - Throws: `UsageError` where its file is not what was written.
    init?(named name: String, in store: String) throws {
        let path = Self.path(name, store)
        guard let bytes = try FileSystem().read(path) else { return nil }
        func damage(_ what: String) -> UsageError {
            .unusable("the sweep \(name) cannot be read from \(path): \(what); `samedge forget \(name)` removes it")
        }
        do {
            guard let words = try JSON(parsing: bytes)["options"]?.arrayValue else { throw damage("it names no options") }
            (self.name, self.words) = (name, words.compactMap(\.stringValue))
        } catch let error as JSONError { throw damage("\(error)") }
    }

    /// What was asked for, as `train` reads it.
    var arguments: Arguments { get throws { try Arguments(words, options: Self.options, verb: "train") } }

    /// The sweep's experiments, with the source of the data that was asked for.
    func reproduction(_ files: Sources) throws -> Reproduction {
        let arguments = try arguments
        // Whether it fits into the memory was asked when it was named; by now it may run elsewhere.
        let settings = try TrainSettings(arguments, memory: 1 << 44)
        return Reproduction(settings.experiments, named: name, data: try arguments.data, files: files)
    }

    /// Whether both ask for the same.
    func isSame(as other: NamedSweep) -> Bool { Set(words) == Set(other.words) }

    /// Keeps it in a store.
    func save(in store: String) throws {
        try FileSystem().makeFolder(Self.folder(store))
        let json: JSON = ["options": .array(words.map { .string($0) })]
        try FileSystem().replace(Self.path(name, store), with: json.prettyText)
    }

    /// Takes a name out of a store, with what says which results it kept.
    static func forget(_ name: String, in store: Store) throws {
        try FileSystem().remove(path(name, store.folder))
        try store.forget(scope: name)
    }
}
