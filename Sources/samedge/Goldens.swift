import Formats
import Pipeline

/// A drawn figure and its files in the store.
struct DrawnFigure {
    var name: String
    /// `NAME.svg` and `NAME.tsv`. The caption is none of them: it says nothing that these two do not.
    var files: [StoredFile]
}

/// The committed figures of a profile: `figures/golden/PROFILE`.
struct Goldens {
    let pipeline: Pipeline
    private var files: FileSystem { pipeline.store.files }
    private var folder: String { "\(pipeline.root)/figures/golden/\(pipeline.scope)" }

    /// The figures among some targets, with their files.
    func figures(_ words: [String]) throws -> [DrawnFigure] {
        try pipeline.graph.targets(words).map { pipeline.graph.stages[$0].name }.filter { $0.hasPrefix("figure/") }.map { stage in
            let name = String(stage.dropFirst("figure/".count))
            let outputs = try pipeline.outputs(of: stage) ?? []
            return DrawnFigure(
                name: name,
                files: try ["\(name).svg", "\(name).tsv"].map { path in
                    guard let file = outputs.first(where: { $0.path == path }) else {
                        throw PipelineError.missingOutput(path, of: stage, among: outputs.map(\.path))
                    }
                    return file
                })
        }
    }

    /// How a figure relates to its golden.
    func finding(on figure: DrawnFigure) throws -> GoldenFinding {
        let new = try figure.files.map { try FileBytes.read(pipeline.store.path(of: $0)) }
        let old = try figure.files.map { try files.read("\(folder)/\($0.path)") }
        guard let svg = old[0], let table = old[1] else {
            let halves = zip(figure.files, old).filter { $1 != nil }.map(\.0.path)
            return GoldenFinding(missing: figure.name, present: halves, svg: text(new[0]), table: text(new[1]))
        }
        return GoldenFinding(comparing: figure.name, old: text(svg), oldTable: text(table), new: text(new[0]), newTable: text(new[1]))
    }

    private func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }

    /// The goldens that no figure has any more, by name, with their pictures.
    func stale() throws -> [GoldenFinding] {
        let names = Set(pipeline.graph.stages.map(\.name))
        return try files.list(folder).filter { $0.hasSuffix(".svg") }.map { String($0.dropLast(".svg".count)) }
            .filter { !names.contains("figure/\($0)") }
            .map { GoldenFinding(stale: $0, svg: text(try files.read("\(folder)/\($0).svg") ?? [])) }
    }

    /// Copies a figure to the goldens, and notes why.
    func accept(_ figure: DrawnFigure, reason: String) throws {
        try files.makeFolder(folder)
        let journal = folder + "/accepted.tsv"
        var table = Table(columns: ["figure", "sha256", "reason"])
        if try files.status(journal) != nil { table = try Table(parsing: try FileBytes.read(journal), path: journal) }
        for file in figure.files {
            try FileBytes.write(try FileBytes.read(pipeline.store.path(of: file)), to: folder + "/" + file.path)
            guard file.path.hasSuffix(".svg") else { continue }
            let words = reason.split(whereSeparator: \.isWhitespace).joined(separator: " ")
            table.append([.text(figure.name), .text(file.digest.hex), .text(words)])
        }
        try table.write(to: journal)
    }
}
