import Formats
import Pipeline
import Platform

/// Gzip files decompressed by the system's `gzip`.
enum Decompression {
    /// The bytes that a gzip file holds.
    ///
    /// - Parameters:
    ///   - path: the file, whatever its name's ending.
    ///   - name: what errors call it.
    ///   - limit: the most bytes that it may hold. The program is ended soon after it writes more, so that no file made to
    ///     swell fills the disk.
    ///   - scratch: a path for the decompressed file and, with an ending, for the program's messages; both are removed.
    ///   - isCancelled: asked while the program runs.
    /// - Throws: `DecompressionError`, or `Cancelled`.
    static func bytes(
        ofGzip path: String, name: String, limit: Int, scratch: String, program: String = "gzip", isCancelled: () -> Bool
    ) throws -> [UInt8] {
        let files = FileSystem(), messages = scratch + ".messages"
        defer {
            // Left over, they would be removed with the checkpoints; nothing is lost by a failure here.
            do {
                try files.remove(scratch)
                try files.remove(messages)
            } catch {}
        }
        let child: ChildProcess
        do { child = try ChildProcess(program, ["-dc", path], output: scratch, errors: messages) } catch {
            throw DecompressionError.noProgram(program, reason: "\(error)", file: name)
        }
        let code = try child.wait { size(of: scratch, files) <= limit && !isCancelled() }
        if isCancelled() { throw Cancelled() }
        if size(of: scratch, files) > limit { throw DecompressionError.tooLong(limit: limit, file: name) }
        guard let code else { throw DecompressionError.ended(program, file: name) }
        guard code == 0 else {
            let lines = String(decoding: try files.read(messages) ?? [], as: UTF8.self).split(whereSeparator: \.isNewline)
            let reason = lines.last.map(String.init) ?? "\(program) ended with the code \(code)"
            throw DecompressionError.damaged(reason: reason, file: name)
        }
        return try files.contents(of: scratch, limit: limit)
    }

    private static func size(of path: String, _ files: FileSystem) -> Int {
        // Where the file cannot be looked at, reading it afterwards says so.
        do { return Int(try files.status(path)?.stamp.size ?? 0) } catch { return 0 }
    }
}

extension StageRun {
    /// The bytes that one of the stage's gzip files holds: at most `limit`.
    func decompressed(_ name: String, in input: InputFiles, limit: Int) throws -> [UInt8] {
        try Decompression.bytes(
            ofGzip: try input[name], name: name, limit: limit, scratch: checkpointPath("decompressed.partial"),
            isCancelled: { isCancelled })
    }
}

/// Why a file could not be decompressed.
enum DecompressionError: Error, Hashable, CustomStringConvertible {
    case noProgram(String, reason: String, file: String)
    /// A signal from elsewhere ended the program.
    case ended(String, file: String)
    case tooLong(limit: Int, file: String)
    case damaged(reason: String, file: String)

    var description: String {
        switch self {
        case .noProgram(let program, let reason, let file):
            "cannot decompress \(file): the program \(program) cannot be started (\(reason)); install \(program)"
        case .ended(let program, let file):
            "cannot decompress \(file): the program \(program) was ended by a signal; run it again"
        case .tooLong(let limit, let file):
            "cannot decompress \(file): it holds more than the \(limit) bytes expected, so it is not the right file; fetch it again"
        case .damaged(let reason, let file):
            "cannot decompress \(file): it is damaged (\(reason)); fetch it again"
        }
    }
}
