import Formats
import Pipeline
import Platform

/// How the files in an output folder were made, for whoever finds the folder alone: `made.json` in it.
///
/// ```
/// program   as `samedge --version` names it
/// profile   of a profile's folder
/// data      the digests of what all of it rests on, by stage and path: data files, stand-ins, checkpoints, data of the user's own
/// code      the digests of the code that ran, by module
/// stages    each stage's name, kind, key and settings, in the order in which they depend on one another
/// ```
///
/// It says nothing of when, where and how fast: equal results have an equal one.
struct Making {
    static let name = "made.json"

    private let json: JSON

    /// How the present results of a pipeline were made.
    init(of pipeline: Pipeline, program: String, profile: String?) throws {
        var data: [String: JSON] = [:], code: [String: JSON] = [:], stages: [JSON] = []
        for result in try pipeline.presentResults() {
            let record = result.record
            if let index = pipeline.graph.index(of: result.stage), pipeline.graph.upstream[index].isEmpty {
                let files =
                    record.inputs.isEmpty
                    ? result.outputs.map { ($0.path, $0.digest) } : record.inputs.values.flatMap { $0.map { ($0.key, $0.value) } }
                data[result.stage] = .object(Dictionary(files.map { ($0, .string($1.hex)) }) { first, _ in first })
            }
            code.merge(record.code.mapValues { .string($0) }) { first, _ in first }
            stages.append([
                "stage": .string(result.stage), "kind": .string(record.kind), "key": .string(record.key.hex),
                "settings": record.parameters,
            ])
        }
        var members: [String: JSON] = [
            "program": .string(program), "data": .object(data), "code": .object(code), "stages": .array(stages),
        ]
        if let profile { members["profile"] = .string(profile) }
        json = .object(members)
    }

    /// Writes it into a folder, where it is not there already.
    ///
    /// - Throws: `FileSystemError`.
    func write(into folder: String) throws { try write(to: folder + "/" + Self.name) }

    /// Writes it to a file, where it is not there already.
    ///
    /// - Throws: `FileSystemError`.
    func write(to path: String) throws {
        let files = FileSystem(), bytes = Array(json.prettyText.utf8)
        if try files.read(path, isSteady: false) == bytes { return }
        try files.makeFolder(parent(of: path))
        try files.replace(path, with: bytes)
    }
}

extension Call {
    /// Says beside a profile's figures how they were made, where results are copied there.
    func noteMaking(of pipeline: Pipeline) throws {
        let folder = "figures/\(settings.profile)"
        guard settings.scope == nil,
            pipeline.graph.stages.contains(where: { $0.publishes.values.contains { parent(of: $0) == folder } })
        else { return }
        // A folder that cannot be written was told already.
        do {
            try Making(of: pipeline, program: project.program, profile: settings.profile).write(
                into: settings.root + "/" + folder)
        } catch let error as FileSystemError where error.isRefusal {}
    }

    /// Copies the files of some stages' results to an output folder, and how they were made; see `OutputFolder.fill`.
    func fill(_ output: OutputFolder, with results: [(name: String, source: String)], of pipeline: Pipeline) throws -> [String] {
        let path = try pipeline.store.temporaryPath()
        try Making(of: pipeline, program: project.program, profile: nil).write(to: path)
        let copied = Result { try output.fill(with: results + [(Making.name, path)]) }
        try FileSystem().remove(path)
        return try copied.get()
    }
}
