import Formats
import Pipeline
import Platform

/// What is compared with goldens, with its files in the store: a figure, or the claims.
struct GuardedResult {
    var name: String
    /// `NAME.svg` and `NAME.tsv` of a figure, whose caption says nothing that these two do not; `claims.tsv` of the claims.
    var files: [StoredFile]
}

/// The committed figures and claims of a profile: `figures/golden/PROFILE`.
struct Goldens {
    let pipeline: Pipeline
    private var files: FileSystem { pipeline.store.files }
    private var folder: String { "\(pipeline.root)/figures/golden/\(pipeline.scope)" }

    /// The stage of the claims.
    private static let claims = "claims"

    /// The words for all stages of a graph whose results have goldens.
    static func words(in graph: Graph) -> [String] {
        ["figure", claims].filter { word in graph.stages.contains { $0.name == word || $0.name.hasPrefix(word + "/") } }
    }

    /// What has a golden among some targets, with its files.
    func results(_ words: [String]) throws -> [GuardedResult] {
        try pipeline.graph.targets(words).map { pipeline.graph.stages[$0].name }
            .filter { $0 == Self.claims || $0.hasPrefix("figure/") }
            .map { stage in
                let name = stage.split(separator: "/").last.map(String.init) ?? stage
                let outputs = try pipeline.outputs(of: stage) ?? []
                return GuardedResult(
                    name: name,
                    files: try (stage == Self.claims ? ["claims.tsv"] : ["\(name).svg", "\(name).tsv"]).map { path in
                        guard let file = outputs.first(where: { $0.path == path }) else {
                            throw PipelineError.missingOutput(path, of: stage, among: outputs.map(\.path))
                        }
                        return file
                    })
            }
    }

    /// How a figure, or the claims, relate to their golden.
    func finding(on result: GuardedResult) throws -> GoldenFinding {
        let new = try result.files.map { try files.contents(of: pipeline.store.path(of: $0)) }
        let old = try result.files.map { try golden($0.path) }
        if result.name == Self.claims { return GoldenFinding(claims: text(new[0]), golden: old[0]) }
        guard let svg = old[0], let table = old[1] else {
            let halves = zip(result.files, old).filter { $1 != nil }.map(\.0.path)
            return GoldenFinding(missing: result.name, present: halves, svg: text(new[0]), table: text(new[1]))
        }
        return GoldenFinding(
            comparing: result.name, old: svg, oldTable: table, new: text(new[0]), newTable: text(new[1]))
    }

    /// A committed file, in which nothing but some checkouts ends lines by a carriage return too; `nil` where there is none.
    private func golden(_ path: String) throws -> String? {
        try files.read("\(folder)/\(path)").map { text(Self.withoutReturns($0)) }
    }

    private static func withoutReturns(_ bytes: [UInt8]) -> [UInt8] {
        guard bytes.contains(0x0d) else { return bytes }
        return bytes.indices.filter { bytes[$0] != 0x0d || $0 + 1 == bytes.count || bytes[$0 + 1] != 0x0a }.map { bytes[$0] }
    }

    private func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }

    /// The goldens that no figure has any more, by name, with their pictures.
    func stale() throws -> [GoldenFinding] {
        let names = Set(pipeline.graph.stages.map(\.name))
        return try files.list(folder).filter { $0.hasSuffix(".svg") }.map { String($0.dropLast(".svg".count)) }
            .filter { !names.contains("figure/\($0)") }
            .map { GoldenFinding(stale: $0, svg: try golden("\($0).svg") ?? "") }
    }

    /// Copies a figure, or the claims, to the goldens, and notes why.
    func accept(_ result: GuardedResult, reason: String) throws {
        try files.makeFolder(folder)
        let journal = folder + "/accepted.tsv"
        var table = Table(columns: ["figure", "sha256", "reason"])
        if let bytes = try files.read(journal) { table = try Table(parsing: Self.withoutReturns(bytes), path: journal) }
        for file in result.files {
            try files.replace(folder + "/" + file.path, with: files.contents(of: pipeline.store.path(of: file)))
        }
        let words = reason.split(whereSeparator: \.isWhitespace).joined(separator: " ")
        table.append([.text(result.name), .text(result.files[0].digest.hex), .text(words)])
        try table.write(to: journal)
    }
}
