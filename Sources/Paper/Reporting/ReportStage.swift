import Formats
import Pipeline
import Platform
import Plotting

/// Makes `report.html`: one self-contained page of verdicts, figures, settings and provenance, without a script.
struct ReportStage: TypedStage {
    static let kind = "report"
    static let modules = ["Formats", "Plotting/Markup", "Paper/Common", "Paper/Reporting"]

    /// An experiment, as the page tells of it.
    struct Task: Codable, Sendable {
        /// The name in stages and files, and for people.
        var name, title: String
        var source: DataSource
        var seeds: [Int]
        /// What was set, a line each.
        var settings: [Setting]
    }

    /// A setting in words: `step sizes η`, `0.1, 0.3, 1`.
    struct Setting: Codable, Sendable { var name, value: String }

    /// A figure, and where on the page it stands.
    struct Picture: Codable, Sendable {
        var name: String
        /// The names of the tasks that it shows.
        var tasks: [String]
        /// Whether it stands with its one task.
        var isOfTask: Bool
        /// Whether it stands in the appendix.
        var isAppended: Bool
        /// The numbers of the claims that it shows.
        var claims: [Int]
    }

    /// A file of the published data.
    struct DataFile: Codable, Sendable { var path, sha256: String }

    var profile: String
    /// What the profile, or the sweep, is, in a line; `nil` for what is not found again by its name.
    var summary: String?
    /// The program that declared the stages, with a digest of its sources.
    var program: String?
    /// When a run counts as being at its edge, in words.
    var atEdge: String
    var tasks: [Task]
    var figures: [Picture]
    var inputs: [DataFile]

    func run(_ run: StageRun) throws {
        let files = FileSystem(), claims = run.input("claims")
        let verdicts = try Record.decode([VerdictRecord].self, from: JSON(parsing: files.contents(of: claims["claims.json"])))
        let runs = try Table(parsing: files.contents(of: claims["runs.tsv"]), path: "runs.tsv")
        var pictures: [String: Element] = [:]
        for figure in figures {
            let bytes = try files.contents(of: run.input("figure/\(figure.name)")["\(figure.name).svg"])
            pictures[figure.name] = try Element(parsing: String(decoding: bytes, as: UTF8.self))
        }
        try run.write(Report(stage: self, verdicts: verdicts, runs: runs, pictures: pictures).html().utf8, to: "report.html")
    }
}
