import Formats
import Pipeline
import Platform

/// Makes `report.html`: one self-contained page of figures, claims, settings and provenance, without a script.
struct ReportStage: TypedStage {
    static let kind = "report"
    static let modules = ["Formats", "Plotting/Markup", "Paper/Common", "Paper/Reporting"]

    /// An experiment's settings, in a line for people.
    struct Settings: Codable, Sendable {
        var name: String
        var source: DataSource
        var settings: String
    }

    /// A figure, by its name.
    struct Picture: Codable, Sendable { var name: String }

    /// A file of the published data.
    struct DataFile: Codable, Sendable { var path, sha256: String }

    var profile: String
    /// What the profile is, in a line.
    var summary: String?
    var experiments: [Settings]
    var figures: [Picture]
    var inputs: [DataFile]

    func run(_ run: StageRun) throws {
        var page = Page(
            title: "Sharpness-aware minimisation and the edge of stability", profile: profile, summary: summary)
        let verdicts = try Record.decode(
            [VerdictRecord].self, from: JSON(parsing: FileSystem().contents(of: run.input("claims")["claims.json"])))
        let runs = try FileSystem().contents(of: run.input("claims")["runs.tsv"])
        page.addSources(areReal: experiments.allSatisfy { $0.source == .real })
        page.addClaims(verdicts)
        for figure in figures {
            let name = figure.name
            let svg = String(decoding: try FileSystem().contents(of: run.input("figure/\(name)")["\(name).svg"]), as: UTF8.self)
            try page.addFigure(name, svg: svg, command: "make figures/\(page.profile)/\(name).svg")
        }
        page.addRuns(try Table(parsing: runs, path: "runs.tsv"))
        page.addSettings(experiments)
        page.addInputs(inputs.map { ($0.path, $0.sha256) })
        try run.write(page.html.utf8, to: "report.html")
    }
}

extension VerdictRecord {
    /// `1.056 (1.015 to 1.09)`: the median and the spread over the runs.
    var spread: String {
        let values = runs.compactMap(\.value)
        guard let median, let least = values.min(), let largest = values.max() else { return "–" }
        return values.count == 1 ? readable(median) : "\(readable(median)) (\(readable(least)) to \(readable(largest)))"
    }

    /// `5 for it, 1 against it, 3 below edge`.
    var counts: String {
        var counted: [(String, Int)] = []
        for run in runs {
            let outcome =
                switch run.outcome {
                case .holds: "for it"
                case .fails: "against it"
                case .notTested: run.reason ?? "not tested"
                }
            if let index = counted.firstIndex(where: { $0.0 == outcome }) {
                counted[index].1 += 1
            } else {
                counted.append((outcome, 1))
            }
        }
        return counted.map { "\($1) \($0)" }.joined(separator: ", ")
    }
}
