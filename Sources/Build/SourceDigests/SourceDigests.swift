import Foundation

/// Digests of the source files below a folder, of whatever language.
package enum SourceDigests {
    /// The digest of all sources below a folder: their paths in it and their texts. Documents (`.md`) are no sources.
    package static func digest(of folder: URL) throws -> String {
        var hash = SHA256()
        for file in try sources(below: folder) {
            let text = Array(try Data(contentsOf: file))
            hash.update(Array((file.path.dropFirst(folder.path.count) + "\n").utf8))
            if let language = SourceText.Language(fileExtension: file.pathExtension) {
                hash.update(SourceText.withoutCommentsAndSpace(text, language))
            } else {
                hash.update(text)
            }
            hash.update([0])
        }
        return hexadecimal(hash.finalize())
    }

    /// The digests of all modules, the folders inside `sources`, and of their parts, the folders inside those; except `Build`.
    package static func modules(in sources: URL) throws -> [(name: String, digest: String)] {
        var found: [(String, String)] = []
        for module in try folders(in: sources) where module != "Build" {
            let folder = sources.appendingPathComponent(module)
            found.append((module, try digest(of: folder)))
            for part in try folders(in: folder) {
                found.append(("\(module)/\(part)", try digest(of: folder.appendingPathComponent(part))))
            }
        }
        return found
    }

    /// The modules, and which of them each imports; except `Build`.
    package static func imports(in sources: URL) throws -> [(name: String, imports: [String])] {
        let modules = try folders(in: sources).filter { $0 != "Build" }
        return try modules.map { module in
            let files = try Self.sources(below: sources.appendingPathComponent(module)).filter { $0.pathExtension == "swift" }
            let lines = try files.flatMap { try String(contentsOf: $0, encoding: .utf8).split(separator: "\n") }
            return (module, modules.filter { lines.contains("import \($0)") })
        }
    }

    private static func sources(below folder: URL) throws -> [URL] {
        guard let files = FileManager.default.enumerator(at: folder, includingPropertiesForKeys: [.isRegularFileKey]) else {
            return []
        }
        return try files.compactMap { $0 as? URL }
            .filter { try $0.pathExtension != "md" && $0.resourceValues(forKeys: [.isRegularFileKey]).isRegularFile == true }
            .sorted { $0.path.utf8.lexicographicallyPrecedes($1.path.utf8) }
    }

    /// The names of the folders directly inside a folder, sorted.
    private static func folders(in folder: URL) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted().filter {
            var isFolder: ObjCBool = false
            return FileManager.default.fileExists(atPath: folder.appendingPathComponent($0).path, isDirectory: &isFolder)
                && isFolder.boolValue
        }
    }
}
