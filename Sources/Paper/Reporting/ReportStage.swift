import Formats
import Pipeline

/// Makes `report.html`: one self-contained page of figures, claims, settings and provenance, without a script.
struct ReportStage: StageKind {
    var name: String { "report" }
    var modules: [String] { ["Formats", "Paper/Running", "Paper/Reporting"] }

    func run(_ run: StageRun) throws {
        let parameters = StageParameters(json: run.parameters)
        var page = Page(
            title: "Sharpness-aware minimisation and the edge of stability", profile: try parameters.string("profile"),
            summary: parameters.json["summary"]?.stringValue)
        let verdicts = try JSON(parsing: FileBytes.read(run.input("claims")["claims.json"])).arrayValue ?? []
        let runs = try FileBytes.read(run.input("claims")["runs.tsv"])
        let experiments = try parameters.array("experiments").map(StageParameters.init(json:))
        page.addSources(try experiments.map { ($0, try $0.string("source") == "real") })
        page.addClaims(try verdicts.map(ReportedVerdict.init))
        for figure in try parameters.array("figures").map(StageParameters.init(json:)) {
            let name = try figure.string("name")
            let svg = String(decoding: try FileBytes.read(run.input("figure/\(name)")["\(name).svg"]), as: UTF8.self)
            page.addFigure(name, svg: svg, command: "make figures/\(page.profile)/\(name).svg")
        }
        page.addRuns(try Table(parsing: runs, path: "runs.tsv"))
        try page.addSettings(experiments)
        page.addInputs(
            try parameters.array("inputs").map(StageParameters.init(json:)).map { (try $0.string("path"), try $0.string("sha256")) })
        try run.write(page.html.utf8, to: "report.html")
    }
}

/// A verdict as the claims stage writes it.
struct ReportedVerdict {
    let claim: Int
    let statement, criterion, scope, experiment, quantity, verdict: String
    /// The numbers of the runs that were tested.
    let values: [Double]
    let median: Double?
    let outcomes: [String]

    init(_ json: JSON) throws {
        let parameters = StageParameters(json: json)
        claim = try parameters.integer("claim")
        statement = try parameters.string("statement")
        criterion = try parameters.string("criterion")
        scope = try parameters.string("scope")
        experiment = try parameters.string("experiment")
        quantity = try parameters.string("quantity")
        verdict = try parameters.string("verdict")
        median = json["median"]?.numberValue
        let runs = try parameters.array("runs")
        values = runs.compactMap { $0["value"]?.numberValue }
        outcomes = try runs.map { try StageParameters(json: $0).string("outcome") }
    }

    /// `1.056 (1.015 to 1.09)`: the median and the spread over the runs.
    var spread: String {
        guard let median, let least = values.min(), let largest = values.max() else { return "–" }
        return values.count == 1 ? readable(median) : "\(readable(median)) (\(readable(least)) to \(readable(largest)))"
    }

    /// `5 for it, 1 against it, 3 below edge`.
    var counts: String {
        var counted: [(String, Int)] = []
        for outcome in outcomes {
            let words = outcome == "holds" ? "for it" : outcome == "fails" ? "against it" : String(outcome.dropFirst("not tested: ".count))
            if let index = counted.firstIndex(where: { $0.0 == words }) { counted[index].1 += 1 } else { counted.append((words, 1)) }
        }
        return counted.map { "\($1) \($0)" }.joined(separator: ", ")
    }
}
