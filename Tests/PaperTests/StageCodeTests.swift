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

    /// Folders whose types are named where a stage is declared and not where it runs: what they say is in its parameters.
    private static let declaring = [
        "figure": ["Paper/Declarations", "Paper/Learning", "Paper/Reproduction"], "claims": ["Paper/Learning"],
    ]

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

    /// The types that the files of a folder declare; those at the top of a file alone, or nested ones too.
    private static func types(in part: String, nested: Bool = false) throws -> [String] {
        let declaration = try Regex(
            #"(?m)^"# + (nested ? " *" : "")
                + #"(?:package |public |private |fileprivate |final |indirect )*(?:struct|enum|class|protocol) (\w+)"#)
        return try files(of: part).flatMap { text in
            text.matches(of: declaration).compactMap { $0.output[1].substring.map(String.init) }
        }
    }

    @Test func theModulesThatAKindsFoldersImportAreInItsKey() throws {
        for kind in Reproduction.kinds {
            for module in kind.modules {
                let imported = try Self.files(of: module).reduce(into: Set<String>()) { $0.formUnion(Self.imports(of: $1)) }
                let missing = imported.subtracting(Self.neutral).subtracting(kind.modules)
                #expect(missing.isEmpty, "\(kind.name) runs \(module), which imports \(missing.sorted())")
            }
        }
    }

    @Test func theFoldersOfPaperWhoseTypesAKindNamesAreInItsKey() throws {
        let parts = try FileManager.default.contentsOfDirectory(atPath: Self.sources.appendingPathComponent("Paper").path)
            .filter { !$0.hasSuffix(".md") }.map { "Paper/\($0)" }.sorted()
        #expect(parts.count > 10)
        let types = try Dictionary(uniqueKeysWithValues: parts.map { ($0, try Self.types(in: $0)) })
        for kind in Reproduction.kinds {
            let own = Set(try kind.modules.filter { $0.hasPrefix("Paper/") }.flatMap { try Self.types(in: $0, nested: true) })
            for module in kind.modules where module.hasPrefix("Paper/") {
                let words = Set(
                    try Self.files(of: module).flatMap { Self.code($0).split { !($0.isLetter || $0.isNumber || $0 == "_") } }.map(
                        String.init))
                for part in parts where !(kind.modules + Self.declaring[kind.name, default: []]).contains(part) {
                    let named = types[part, default: []].filter { words.contains($0) && !own.contains($0) }
                    #expect(named.isEmpty, "\(kind.name) runs \(module), which names \(named) of \(part)")
                }
            }
        }
    }

    @Test func everyModuleInAKeyIsThere() throws {
        for kind in Reproduction.kinds {
            for module in kind.modules { #expect(try !Self.files(of: module).isEmpty, "\(kind.name): \(module)") }
        }
    }
}
