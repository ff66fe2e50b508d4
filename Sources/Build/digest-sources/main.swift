// Writes a Swift file with the digest of every module below a folder of sources.
//
//     digest-sources SOURCES OUTPUT

import Foundation
import Formats

/// A source text without comments and with each run of white space as one space (a newline where it held one).
///
/// String literals are kept as they are. So an edit of comments or of layout changes no digest.
func withoutCommentsAndSpace(_ source: [UInt8]) -> [UInt8] {
    var out: [UInt8] = []
    var i = 0
    func starts(_ text: StaticString) -> Bool {
        let count = text.utf8CodeUnitCount
        guard i + count <= source.count else { return false }
        return (0..<count).allSatisfy { source[i + $0] == text.utf8Start[$0] }
    }
    var space: UInt8? = nil
    func emit(_ byte: UInt8) {
        if let pending = space, !out.isEmpty { out.append(pending) }
        space = nil
        out.append(byte)
    }
    while i < source.count {
        if starts("//") {
            while i < source.count, source[i] != 0x0a { i += 1 }
        } else if starts("/*") {
            var depth = 0
            repeat {
                if starts("/*") { depth += 1; i += 2 } else if starts("*/") { depth -= 1; i += 2 } else { i += 1 }
            } while depth > 0 && i < source.count
            space = space ?? 0x20
        } else if source[i] == 0x22 {
            let multiline = starts("\"\"\"")
            let width = multiline ? 3 : 1
            for _ in 0..<width { emit(source[i]); i += 1 }
            while i < source.count {
                if source[i] == 0x5c, i + 1 < source.count {
                    emit(source[i]); emit(source[i + 1]); i += 2
                } else if multiline ? starts("\"\"\"") : source[i] == 0x22 {
                    for _ in 0..<width { emit(source[i]); i += 1 }
                    break
                } else {
                    emit(source[i]); i += 1
                }
            }
        } else if [0x20, 0x09, 0x0a, 0x0d].contains(source[i]) {
            space = source[i] == 0x0a || space == 0x0a ? 0x0a : 0x20
            i += 1
        } else {
            emit(source[i]); i += 1
        }
    }
    return out
}

func swiftFiles(below folder: URL) -> [URL] {
    guard let files = FileManager.default.enumerator(at: folder, includingPropertiesForKeys: nil) else { return [] }
    return files.compactMap { $0 as? URL }.filter { $0.pathExtension == "swift" }
        .sorted { $0.path.utf8.lexicographicallyPrecedes($1.path.utf8) }
}

/// The digest of all sources below a folder: their paths and texts.
func digest(of folder: URL) throws -> String {
    var hash = SHA256()
    for file in swiftFiles(below: folder) {
        hash.update(Array((file.path.dropFirst(folder.path.count) + "\n").utf8))
        hash.update(withoutCommentsAndSpace(Array(try Data(contentsOf: file))))
        hash.update([0])
    }
    return hexadecimal(hash.finalize())
}

/// The names of the folders directly inside a folder, sorted.
func folders(in folder: URL) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted().filter {
        var isFolder: ObjCBool = false
        return FileManager.default.fileExists(atPath: folder.appendingPathComponent($0).path, isDirectory: &isFolder)
            && isFolder.boolValue
    }
}

let arguments = CommandLine.arguments
guard arguments.count == 3 else {
    print("usage: digest-sources SOURCES OUTPUT")
    exit(2)
}
let sources = URL(fileURLWithPath: arguments[1])
var lines = ["let generatedCodeDigests: [String: String] = ["]
for module in try folders(in: sources) where module != "Build" {
    let folder = sources.appendingPathComponent(module)
    lines.append("    \"\(module)\": \"\(try digest(of: folder))\",")
    for part in try folders(in: folder) {
        lines.append("    \"\(module)/\(part)\": \"\(try digest(of: folder.appendingPathComponent(part)))\",")
    }
}
lines.append("]\n")
try Data(lines.joined(separator: "\n").utf8).write(to: URL(fileURLWithPath: arguments[2]))
