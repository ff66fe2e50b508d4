import Formats
import Pipeline

/// A drawn figure and its files in the store.
struct DrawnFigure {
    var name: String
    /// `NAME.svg` and `NAME.tsv`.
    var files: [StoredFile]
}

/// How a figure compares with its golden.
enum GoldenVerdict: Hashable {
    case same
    case different([String])
    case missing

    /// The verdict as a word of one width.
    var word: String {
        switch self {
        case .same: "same     "
        case .different: "DIFFERENT"
        case .missing: "NO GOLDEN"
        }
    }

    /// What to do next, for the end of a line.
    func hint(_ figure: DrawnFigure) -> String {
        switch self {
        case .same: ""
        case .different(let files):
            " (\(files.joined(separator: ", "))); if it is meant: samedge accept \(figure.name) --reason \"…\""
        case .missing: "; to make it one: samedge accept \(figure.name) --reason \"…\""
        }
    }
}

extension Pipeline {
    /// The figures among some targets, with their files.
    func figures(_ words: [String]) throws -> [DrawnFigure] {
        try graph.targets(words).map { graph.stages[$0].name }.filter { $0.hasPrefix("figure/") }.map { name in
            DrawnFigure(name: String(name.dropFirst("figure/".count)), files: try outputs(of: name) ?? [])
        }
    }

    private func golden(_ profile: String) -> String { root + "/figures/golden/" + profile }

    /// Compares a figure with its golden, byte for byte.
    func compare(_ figure: DrawnFigure, profile: String) throws -> GoldenVerdict {
        var different: [String] = []
        for file in figure.files {
            guard let digest = try store.files.digest(of: golden(profile) + "/" + file.path)?.digest else { return .missing }
            if digest != file.digest { different.append(file.path) }
        }
        return different.isEmpty ? .same : .different(different)
    }

    /// Copies a figure to the goldens, and notes why.
    func accept(_ figure: DrawnFigure, profile: String, reason: String) throws {
        let folder = golden(profile)
        try store.files.makeFolder(folder)
        let journal = folder + "/accepted.tsv"
        var table = Table(columns: ["figure", "sha256", "reason"])
        if try store.files.status(journal) != nil { table = try Table(parsing: try FileBytes.read(journal), path: journal) }
        for file in figure.files {
            try FileBytes.write(try FileBytes.read(store.path(of: file)), to: folder + "/" + file.path)
            guard file.path.hasSuffix(".svg") else { continue }
            let words = reason.split(whereSeparator: \.isWhitespace).joined(separator: " ")
            table.append([.text(figure.name), .text(file.digest.hex), .text(words)])
        }
        try table.write(to: journal)
    }
}
