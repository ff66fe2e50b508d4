import Platform
import TestSupport

/// What the `gzip` program makes of a file's bytes.
func decompressed(_ bytes: [UInt8]) throws -> [UInt8] {
    let folder = try TemporaryFolder(), path = folder.path + "/file", output = folder.path + "/output"
    try FileSystem().replace(path, with: bytes)
    let code = try ChildProcess("gzip", ["-dc", path], output: output, errors: "/dev/null").wait { true }
    struct Failed: Error { let code: Int32? }
    guard code == 0 else { throw Failed(code: code) }
    return try FileSystem().contents(of: output)
}
