import Foundation
import Pipeline
import Testing

@testable import Paper

/// A kind's key holds the digests of the code that it runs. What its files import and name decides what that is: a module or folder
/// that is missing would leave a figure as it was after the code behind it changed.
@Suite struct StageCodeTests {
    private static let sources = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .appendingPathComponent("../../Sources").standardized

    /// Which bytes a stage makes does not hang on how it is scheduled and stored.
    private static let neutral: Set = [
        "Pipeline", "Foundation", "FoundationEssentials", "Dispatch", "Synchronization", "Glibc", "Musl", "Darwin", "Builtin",
    ]

    /// Modules that keys hold by the folder, with the folders that decide no byte: what is read from files was checked by its digest,
    /// and what is written to them is digested when it is taken in.
    private static let parted: [String: Set<String>] = [
        "Paper": [], "Kernels": [], "Plotting": [], "Training": [], "Datasets": [],
        "Platform": ["Platform/Clock", "Platform/Files", "Platform/Processes"],
    ]

    /// Folders whose types are named where a stage is declared and not where it runs: what they say is in its parameters.
    private static let declaring = [
        "figure": ["Paper/Declarations", "Paper/Learning", "Paper/Measuring", "Paper/Preparing", "Paper/Reproduction"],
        // Own examples are taken by a kind of their own; the data set only says where they are.
        "extract": ["Paper/Examples"], "prepare": ["Paper/Examples"], "stand-in": ["Paper/Examples"],
        "claims": ["Paper/Declarations", "Paper/Learning", "Paper/Preparing"],
    ]

    private static func parts(of module: String) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: sources.appendingPathComponent(module).path)
            .filter { !$0.hasSuffix(".md") }.map { "\(module)/\($0)" }.sorted()
    }

    private static func files(of part: String) throws -> [String] {
        let folder = sources.appendingPathComponent(part)
        return try FileManager.default.subpathsOfDirectory(atPath: folder.path).filter { $0.hasSuffix(".swift") }.sorted()
            .map { try String(contentsOf: folder.appendingPathComponent($0), encoding: .utf8) }
    }

    private static func imports(of text: String) -> Set<String> {
        Set(text.split(separator: "\n").filter { $0.hasPrefix("import ") }.map { String($0.dropFirst(7)) })
    }

    /// The code of a text: no comments.
    private static func code(_ text: String) -> String {
        text.split(separator: "\n").filter { !$0.drop { $0 == " " }.hasPrefix("//") }.joined(separator: "\n")
    }

    /// The types that the files of a folder declare, nested ones too.
    private static func types(in part: String) throws -> [String] { try names(#"(?m)^ *"# + access + kinds, in: part) }

    private static let access = "(?:package |public |private |fileprivate |final |indirect |static |mutating )*"
    /// What another folder can name.
    private static let visible = "(?:package |public |final |indirect |static |mutating )*"
    private static let kinds = #"(?:struct|enum|class|protocol) (\w+)"#

    private static func names(_ declaration: String, in part: String) throws -> [String] {
        let declaration = try Regex(declaration)
        return try files(of: part).flatMap { text in
            text.matches(of: declaration).compactMap { $0.output[1].substring.map(String.init) }
        }
    }

    /// By what another folder names the code of this one: types, functions and values at the top of a file, and what it adds to
    /// the types of the standard library.
    private static func handles(of part: String) throws -> [String] {
        let value = #"(?:func|var|let) (\w+)"#
        let extensions = try Regex(
            #"(?m)^"# + access
                + #"extension (?:String|Substring|StringProtocol|Double|Float|U?Int\d*|Array|Sequence|Collection)\b[^{]*\{\n((?: .*\n|\n)*)"#
        )
        let member = try Regex("(?m)^    " + access + value)
        let added = try files(of: part).flatMap { text in
            text.matches(of: extensions).flatMap { ($0.output[1].substring ?? "").matches(of: member) }
                .compactMap { $0.output[1].substring.map(String.init) }
        }
        return try names("(?m)^" + visible + kinds, in: part) + names("(?m)^" + visible + value, in: part) + added
    }

    /// What the files of a module, or of a folder of one, hold.
    private struct Code {
        var imports: Set<String> = []
        var words: Set<String> = []
        var types: [String]

        init(of part: String) throws {
            types = try StageCodeTests.types(in: part)
            for text in try StageCodeTests.files(of: part) {
                imports.formUnion(StageCodeTests.imports(of: text))
                words.formUnion(StageCodeTests.code(text).split { !($0.isLetter || $0.isNumber || $0 == "_") }.map(String.init))
            }
        }
    }

    @Test func whatAKindsFoldersImportAndNameIsInItsKey() throws {
        let parts = try Self.parted.flatMap { module, neutral in try Self.parts(of: module).filter { !neutral.contains($0) } }
            .sorted()
        #expect(parts.count > 10)
        let handles = try Dictionary(uniqueKeysWithValues: parts.map { ($0, try Self.handles(of: $0)) })
        let codes = try Dictionary(
            uniqueKeysWithValues: Set(Reproduction.kinds.flatMap(\.modules)).map { ($0, try Code(of: $0)) })
        for kind in Reproduction.kinds {
            let own = Set(kind.modules.flatMap { codes[$0]?.types ?? [] })
            for module in kind.modules {
                let code = try #require(codes[module])
                let missing = code.imports.subtracting(Self.neutral).subtracting(Self.parted.keys).subtracting(kind.modules)
                #expect(missing.isEmpty, "\(kind.name) runs \(module), which imports \(missing.sorted())")
                for part in parts where !(kind.modules + Self.declaring[kind.name, default: []]).contains(part) {
                    let home = String(part.prefix { $0 != "/" })
                    guard !kind.modules.contains(home), code.imports.contains(home) || module.hasPrefix(home + "/") else {
                        continue
                    }
                    let named = handles[part, default: []].filter { code.words.contains($0) && !own.contains($0) }
                    #expect(named.isEmpty, "\(kind.name) runs \(module), which names \(named) of \(part)")
                }
            }
        }
    }

    @Test func everyPartOfAModuleThatIsHeldByTheFolderIsAFolder() throws {
        for (module, neutral) in Self.parted {
            let parts = try Self.parts(of: module)
            #expect(parts.allSatisfy { !$0.hasSuffix(".swift") }, "\(module): \(parts)")
            #expect(neutral.isSubset(of: parts), "\(module): \(parts)")
        }
    }

    @Test func everyModuleInAKeyIsThere() throws {
        for kind in Reproduction.kinds {
            #expect(kind.modules.contains { $0.hasPrefix("Paper/") }, "\(kind.name)")
            for module in kind.modules { #expect(try !Self.files(of: module).isEmpty, "\(kind.name): \(module)") }
        }
    }
}
