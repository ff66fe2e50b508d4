import Formats
import Plotting

/// The report's page, built section by section.
struct Page {
    let title: String
    let profile: String
    private var body: [Element]

    /// - Parameter summary: what the profile is; `nil` for a run of the user's own.
    init(title: String, profile: String, summary: String? = nil) {
        (self.title, self.profile) = (title, profile)
        body = [
            Element("h1", text: title),
            Element(
                "p", [],
                [
                    "A reproduction of Long & Bartlett, ",
                    .element(Element("cite", text: "Sharpness-Aware Minimization and the Edge of Stability")),
                    " (JMLR 25(179), 2024), profile ", Self.code(profile), "\(summary.map { ": " + $0 } ?? "").",
                ]),
        ]
    }

    // MARK: - Sections

    /// Where the data came from; generated data first of all things, and loudly.
    mutating func addSources(areReal: Bool) {
        if !areReal {
            body.append(
                Element(
                    "p", [("class", "warning")],
                    [
                        .element(Element("strong", text: "Stand-in data.")),
                        " Some examples were generated in the place of the published data: these numbers reproduce nothing.",
                        " For the real data: ", Self.code("make MIRROR=FOLDER"), " or ", Self.code("make DATA=real"), ".",
                    ]))
        }
    }

    /// A table for each claim, in the order of the verdicts.
    mutating func addClaims(_ verdicts: [VerdictRecord]) {
        heading("The paper’s claims")
        var rest = verdicts[...]
        while let claim = rest.first {
            let about = rest.prefix { $0.claim == claim.claim }
            rest = rest.dropFirst(about.count)
            body.append(Element("h3", text: "\(claim.claim). \(claim.statement)"))
            body.append(
                Element("p", children: [Element("small", text: "Criterion, for \(claim.scope): \(claim.criterion).")]))
            table(
                ["experiment", "verdict", claim.quantity, "runs"],
                about.map { verdict in
                    let mark = ["holds": "✓ holds", "does not hold": "✗ does not hold"][verdict.verdict] ?? "– not tested"
                    return [
                        .text(verdict.experiment), .element(Element("strong", text: mark)), .text(verdict.spread),
                        .text(verdict.counts),
                    ]
                })
        }
    }

    /// - Parameter svg: the whole file; its identifiers begin with its name, so that many share a page.
    /// - Throws: `FigureReadingError` for a damaged file.
    mutating func addFigure(_ name: String, svg: String, command: String) throws(FigureReadingError) {
        if !body.contains(Self.figures) { body.append(Self.figures) }
        body.append(
            Element(
                "figure", [("id", name)],
                children: [
                    Element("div", [("class", "wide")], children: [try Element(parsing: svg)]),
                    Element("figcaption", [], ["\(name): ", Self.code(command)]),
                ]))
    }

    mutating func addRuns(_ runs: Table) {
        heading("Runs")
        body.append(
            Element(
                "p",
                text:
                    "Medians over the checks of the second half of the steps; the edge is the SAM-edge, 2/η for ρ = 0; a ratio is "
                    + "negative where ‖H‖ is the size of a negative eigenvalue. A check counts where its step is a multiple of the "
                    + "interval."))
        let shown = [
            "experiment", "run", "state", "edge_ratio_median", "gd_edge_ratio_median", "last_loss", "checks", "products_total",
        ]
        let names = ["experiment", "run", "state", "‖H‖/edge", "‖H‖/(2/η)", "last loss", "checks", "Hessian products"]
        let columns = shown.compactMap { runs.columns.firstIndex(of: $0) }
        table(
            names,
            runs.rows.map { row in
                columns.map { column in
                    if case .number(let value) = row[column] { .text(readable(value)) } else { .text(row[column].description) }
                }
            })
    }

    mutating func addSettings(_ experiments: [ReportStage.Settings]) {
        heading("Settings")
        table(
            ["experiment", "data", "settings"],
            experiments.map { [.text($0.name), .text($0.source.rawValue), .text($0.settings)] })
        body.append(
            Element(
                "p", [],
                [
                    "How long a run takes on this machine: ", Self.code("samedge plan --profile \(profile) --force"),
                    ". Everything: ", Self.code("make PROFILE=\(profile)"), ".",
                ]))
    }

    /// The data's files with their digests.
    mutating func addInputs(_ inputs: [(path: String, sha256: String)]) {
        heading("Data files")
        if inputs.isEmpty {
            body.append(Element("p", text: "Generated by samedge itself."))
        } else {
            table(["file", "SHA-256"], inputs.map { [.text($0.path), Self.code($0.sha256)] })
        }
    }

    private static let figures = Element("h2", text: "Figures")

    private static func code(_ text: String) -> Element.Content { .element(Element("code", text: text)) }

    private mutating func heading(_ text: String) { body.append(Element("h2", text: text)) }

    private mutating func table(_ head: [String], _ rows: [[Element.Content]]) {
        let header = Element("tr", children: head.map { Element("th", [("scope", "col")], text: $0) })
        let lines = rows.map { Element("tr", children: $0.map { Element("td", [], [$0]) }) }
        let table = Element("table", children: [Element("thead", children: [header]), Element("tbody", children: lines)])
        body.append(Element("div", [("class", "wide")], children: [table]))
    }

    /// The whole page: readable on a phone, in the dark and in print.
    var html: String { HTMLPage(title: "\(title) (\(profile))", style: Self.style, content: body).html }

    private static let style = """
        :root { color-scheme: light dark; }
        body { font: 1rem/1.5 system-ui, sans-serif; max-width: 60rem; margin: 0 auto; padding: 1rem; }
        h1 { font-size: 1.6rem; line-height: 1.2; } h2 { font-size: 1.2rem; margin-top: 2.5rem; } h3 { font-size: 1rem; margin: 1.5rem 0 0; }
        h3 + p { margin: 0.2rem 0 0.4rem; }
        figure { margin: 2rem 0; break-inside: avoid; } figure svg { display: block; width: 100%; height: auto; min-width: 38rem; max-width: 52rem; }
        figcaption, small { font-size: 0.85rem; opacity: 0.8; }
        .wide { overflow-x: auto; } table { border-collapse: collapse; font-size: 0.9rem; font-variant-numeric: tabular-nums; }
        th, td { text-align: left; vertical-align: top; padding: 0.3rem 0.8rem 0.3rem 0; border-bottom: 1px solid #8886; }
        code { font-size: 0.9em; overflow-wrap: anywhere; }
        .warning { border: 2px solid #d55e00; padding: 0.6rem 1rem; }
        @media print {
          body { max-width: none; padding: 0; font-size: 10pt; } h2, h3, h3 + p { break-after: avoid; }
          tr, figure { break-inside: avoid; } .wide { overflow: visible; }
          figure { margin: 0 0 0.6cm; } figure svg { width: auto; min-width: 0; max-width: 100%; max-height: 11cm; }
        }
        """
}
