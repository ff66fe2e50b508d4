// Writes a Swift file with the digest of every module below a folder of sources, and with what each imports.
//
//     digest-sources SOURCES OUTPUT

import Foundation
import SourceDigests

let arguments = CommandLine.arguments
guard arguments.count == 3 else {
    print("usage: digest-sources SOURCES OUTPUT")
    exit(2)
}
let sources = URL(fileURLWithPath: arguments[1])
let digests = try SourceDigests.modules(in: sources).map { "    \"\($0.name)\": \"\($0.digest)\"," }
let imports = try SourceDigests.imports(in: sources).map { "    \"\($0.name)\": \($0.imports)," }
let text =
    (["let generatedCodeDigests: [String: String] = ["] + digests
    + ["]", "let generatedImports: [String: [String]] = ["] + imports + ["]\n"]).joined(separator: "\n")
try Data(text.utf8).write(to: URL(fileURLWithPath: arguments[2]))
