import Formats
import Platform

/// What a stage is given to run with, and how it speaks to the outside.
package struct StageRun: Sendable {
    /// The stage's name, for messages only.
    package let name: String
    /// The stage's parameters.
    package let parameters: JSON
    /// The input files by label.
    package let inputs: [String: InputFiles]
    /// The folder that the outputs are written into; empty at the start.
    package let output: String
    /// A folder that outlives a kill and is handed to the next attempt of the same key.
    package let checkpoints: String
    /// How many threads to use, which may change while the stage runs; the result must not depend on it.
    package let threads: ThreadShare
    /// Where kernels run, in the caller's words; `nil` for no wish. The result must not depend on it.
    package let device: String?

    let files: FileSystem
    let cancellation: Cancellation
    let report: @Sendable (Event) -> Void
    let logFile: LogFile
    /// The full path of a sound file with a digest in the store, if there is one.
    let storedFile: @Sendable (Digest) -> String?
    /// Is told on which device the stage runs.
    let noteDevice: @Sendable (String) -> Void

    /// The files under one label; a missing label is a programmer's mistake.
    package func input(_ label: String) -> InputFiles {
        guard let files = inputs[label] else {
            preconditionFailure("\(name) asks for the input \(label); it has \(inputs.keys.sorted())")
        }
        return files
    }
}

// MARK: - Speaking

extension StageRun {
    /// Says how far the stage is: `step` of `count`, with a short text such as `loss 0.31`.
    package func progress(step: Int, of count: Int, detail: String = "") {
        report(.progress(stage: name, step: step, count: count, detail: detail))
    }

    /// Adds a line to the stage's log.
    package func log(_ line: String) {
        logFile.append(line)
        report(.log(stage: name, line: line))
    }

    /// Says that the kernels run on a device of this name, and no longer on the processor: its seconds are remembered apart.
    package func runs(on device: String) {
        log("on \(device)")
        noteDevice(device)
    }

    /// Throws `Cancelled` once the user has asked to stop; to be called between steps, after a checkpoint.
    package func checkCancellation() throws {
        if cancellation.isCancelled { throw Cancelled() }
    }

    /// Whether the user has asked to stop.
    package var isCancelled: Bool { cancellation.isCancelled }
}

// MARK: - Writing

extension StageRun {
    /// The full path of an output, its folder made.
    package func outputPath(_ path: String) throws -> String { try place(path, in: output) }

    /// The full path of a checkpoint, its folder made.
    package func checkpointPath(_ path: String) throws -> String { try place(path, in: checkpoints) }

    /// Writes an output whole.
    package func write(_ bytes: some Sequence<UInt8>, to path: String) throws {
        try files.create(outputPath(path), Array(bytes), sync: false)
    }

    /// Writes a checkpoint so that a kill leaves the former one or the new one, never a part.
    package func writeCheckpoint(_ bytes: some Sequence<UInt8>, to path: String) throws {
        try files.replace(checkpointPath(path), with: Array(bytes), sync: false)
    }

    /// The paths of all whole checkpoints, relative to the folder, in the order of their bytes.
    package func checkpointPaths() throws -> [String] {
        try files.files(below: checkpoints).filter { !$0.hasSuffix(".partial") }
    }

    /// Makes a checkpoint an output as well, without a copy; the checkpoint stays for a later attempt.
    ///
    /// - Parameter path: the checkpoint's path, and the output's unless `output` names another.
    package func keepCheckpoint(_ path: String, as output: String? = nil) throws {
        try files.link(checkpoints + "/" + path, to: outputPath(output ?? path))
    }

    private func place(_ path: String, in folder: String) throws -> String {
        precondition(isPlainPath(path), "\(name) writes to \(path), which is no plain path inside its folder")
        if let slash = path.lastIndex(of: "/") { try files.makeFolder(folder + "/" + path[..<slash]) }
        return folder + "/" + path
    }
}

/// The files of one input: full paths by the paths that the stage which wrote them gave them.
package struct InputFiles: Hashable, Sendable {
    /// The label and the stage or file behind it, for messages.
    package let origin: String
    /// Full path by output path; read-only files.
    package let paths: [String: String]
    private let digests: [String: Digest]

    init(origin: String, files: [Planner.ResolvedFile], store: Store) {
        self.origin = origin
        paths = Dictionary(uniqueKeysWithValues: files.map { ($0.name, $0.path(in: store)) })
        digests = Dictionary(uniqueKeysWithValues: files.map { ($0.name, $0.digest) })
    }

    /// The output paths in the order of their bytes.
    package var names: [String] { paths.keys.sorted { $0.precedesByBytes($1) } }

    /// The full path of one file.
    ///
    /// - Throws: `PipelineError.missingOutput`, which lists what there is.
    package subscript(_ name: String) -> String {
        get throws {
            guard let path = paths[name] else { throw PipelineError.missingOutput(name, of: origin, among: names) }
            return path
        }
    }

    /// The digest of one file's bytes, as it stands in the stage's key.
    ///
    /// - Throws: `PipelineError.missingOutput`, which lists what there is.
    package func digest(of name: String) throws -> Digest {
        guard let digest = digests[name] else { throw PipelineError.missingOutput(name, of: origin, among: names) }
        return digest
    }

    /// The full path of the only file.
    ///
    /// - Throws: `PipelineError.missingOutput` where there are several or none.
    package var only: String {
        get throws {
            guard paths.count == 1, let path = paths.values.first else {
                throw PipelineError.missingOutput("its only file", of: origin, among: names)
            }
            return path
        }
    }
}

/// Whether a path is relative and stays inside its folder: no empty part, no `.` or `..`, no control character.
package func isPlainPath(_ path: String) -> Bool {
    var path = path
    return path.withUTF8 { bytes in
        var start = 0
        for i in 0...bytes.count {
            guard i == bytes.count || bytes[i] == UInt8(ascii: "/") else {
                if bytes[i] < 0x20 || bytes[i] == 0x7f || bytes[i] == UInt8(ascii: "\\") { return false }
                continue
            }
            let part = bytes[start..<i]
            if part.isEmpty || part.count > 200 || (part.count <= 2 && part.allSatisfy { $0 == UInt8(ascii: ".") }) {
                return false
            }
            start = i + 1
        }
        return true
    }
}
