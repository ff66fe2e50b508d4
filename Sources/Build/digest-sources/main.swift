// Writes a Swift file with the digest of every module below a folder of sources.
//
//     digest-sources SOURCES OUTPUT

import Foundation
import SourceDigests

let arguments = CommandLine.arguments
guard arguments.count == 3 else {
    print("usage: digest-sources SOURCES OUTPUT")
    exit(2)
}
let digests = try SourceDigests.modules(in: URL(fileURLWithPath: arguments[1]))
let lines = digests.map { "    \"\($0.name)\": \"\($0.digest)\"," }
let text = (["let generatedCodeDigests: [String: String] = ["] + lines + ["]\n"]).joined(separator: "\n")
try Data(text.utf8).write(to: URL(fileURLWithPath: arguments[2]))
