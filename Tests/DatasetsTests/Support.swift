import Foundation

/// What the `gzip` program makes of a file's bytes.
func decompressed(_ bytes: [UInt8]) throws -> [UInt8] {
    let path = FileManager.default.temporaryDirectory.path + "/samedge-test-" + UUID().uuidString + ".gz"
    try Data(bytes).write(to: URL(fileURLWithPath: path))
    defer { do { try FileManager.default.removeItem(atPath: path) } catch { print("left behind: \(path): \(error)") } }
    let process = Process(), pipe = Pipe()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = ["gzip", "-dc", path]
    process.standardOutput = pipe
    try process.run()
    let output = try pipe.fileHandleForReading.readToEnd() ?? Data()
    process.waitUntilExit()
    struct Failed: Error { let code: Int32 }
    guard process.terminationStatus == 0 else { throw Failed(code: process.terminationStatus) }
    return Array(output)
}
