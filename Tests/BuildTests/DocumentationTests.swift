import Foundation
import Testing

/// No module knows another by name that it does not need: a second scheduler would be one folder.
@Suite struct ModuleTests {
    @Test func noModuleButTheClusterAndTheCommandNamesAScheduler() throws {
        let sources = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("../../Sources")
            .standardized
        for path in try FileManager.default.subpathsOfDirectory(atPath: sources.path) where path.hasSuffix(".swift") {
            let module = String(path.prefix { $0 != "/" })
            guard !["Cluster", "samedge"].contains(module) else { continue }
            let text = try String(contentsOf: sources.appendingPathComponent(path), encoding: .utf8).lowercased()
            #expect(!text.contains("slurm") && !text.contains("import cluster\n"), "\(path)")
        }
    }
}

/// What other modules may call says what it is: the reader of a call finds it there.
@Suite struct DocumentationTests {
    @Test func everyDeclarationThatOtherModulesSeeIsDocumented() throws {
        let sources = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("../../Sources")
            .standardized
        let files = try FileManager.default.subpathsOfDirectory(atPath: sources.path).filter { $0.hasSuffix(".swift") }.sorted()
        #expect(files.count > 100)
        let declaration = try Regex(
            #"^(@\w+(\([^)]*\))? )*(package|public) (\w+(\(set\))? )*(func|var|let|struct|enum|class|protocol|init|subscript|typealias|actor)\b"#
        )
        var declarations = 0
        for file in files {
            let lines = try String(contentsOf: sources.appendingPathComponent(file), encoding: .utf8)
                .split(separator: "\n", omittingEmptySubsequences: false).map { $0.trimmingCharacters(in: .whitespaces) }
            for (index, line) in lines.enumerated()
            where line.hasPrefix("package ") || line.hasPrefix("public ") || line.hasPrefix("@") {
                guard try declaration.prefixMatch(in: line) != nil else { continue }
                declarations += 1
                // Attributes may stand on lines of their own between.
                let above = lines[..<index].last { !$0.hasPrefix("@") } ?? ""
                #expect(above.hasPrefix("///"), "\(file):\(index + 1): \(line)")
            }
        }
        #expect(declarations > 1000)
    }
}
