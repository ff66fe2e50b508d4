import Formats
import Plotting

/// Figures with their captions, and what is told of each task beside them.
extension Report {
    /// A figure: its finding as heading, the picture, and a caption that stands alone.
    func element(_ figure: ReportStage.Picture, showing picture: Element) throws -> Element {
        let id = Self.anchor(figure.name), finding = Self.finding(of: picture, else: figure.name)
        let drawing = try picture.embedded(describedBy: "\(id)-caption")
        return Element(
            "figure", [("id", id), ("aria-labelledby", "\(id)-heading")],
            children: [
                Element("h3", [("id", "\(id)-heading")], text: finding),
                Element.scrolling(drawing, called: "Picture \(figure.name)"),
                Element("figcaption", [("id", "\(id)-caption")], caption(of: figure, showing: picture)),
            ])
    }

    /// What a figure found: its title.
    static func finding(of picture: Element, else name: String) -> String {
        picture.children.first { $0.name == "title" }?.text ?? name
    }

    /// What is to be seen, from what; whether the claims hold that it shows, and what does not fit.
    private func caption(of figure: ReportStage.Picture, showing picture: Element) -> [Element.Content] {
        var sentences: [String] = []
        if let description = picture.children.first(where: { $0.name == "desc" })?.text { sentences.append(description.sentence) }
        let tasks = stage.tasks.filter { figure.tasks.contains($0.name) }
        let counts = tasks.map { task in "\(count(of: task)) of \(task.title)" }
        let seeds = Set(tasks.flatMap(\.seeds)).sorted().map(String.init)
        if !tasks.isEmpty {
            sentences.append(
                "From the tables of \(Self.list(counts)); seed\(seeds.count == 1 ? "" : "s") \(Self.list(seeds)), profile \(stage.profile)."
            )
        }
        for about in byClaim where figure.claims.contains(about[0].claim) {
            let shown = about.filter { verdict in tasks.contains { $0.name == verdict.experiment } }
            if shown.isEmpty { continue }
            let verdicts = shown.map { verdict in
                "\(title(of: verdict.experiment)) \(verdict.verdict)"
                    + (verdict.tested == 0 ? verdict.reasons.map { ": \($0)" } ?? "" : " (\(verdict.runCounts))")
            }
            sentences.append("On claim \(about[0].claim): \(Self.list(verdicts)).")
            let against = shown.compactMap { verdict in
                verdict.against.map { tasks.count == 1 ? $0 : "\(title(of: verdict.experiment)), \($0)" }
            }
            if !against.isEmpty { sentences.append("Against it: \(against.joined(separator: "; ")).") }
        }
        let generated = tasks.filter { $0.source == .standIn }
        if !generated.isEmpty {
            let which = generated.count == tasks.count ? "" : " (\(Self.list(generated.map(\.title))))"
            sentences.append("Stand-in data\(which).")
        }
        let links: [Element.Content] = [
            " ", .link("\(figure.name).svg", to: "\(figure.name).svg"), ", ",
            .link("\(figure.name).tsv", to: "\(figure.name).tsv"),
        ]
        return [.text(sentences.joined(separator: " "))] + links
    }

    /// `9 runs`, as the table of runs has them.
    private func count(of task: ReportStage.Task) -> String {
        let count = rows(of: task).count
        return "\(count) run\(count == 1 ? "" : "s")"
    }

    private func rows(of task: ReportStage.Task) -> [[Table.Cell]] {
        guard let experiment = runs.columns.firstIndex(of: "experiment") else { return [] }
        return runs.rows.filter { $0[experiment] == .text(task.name) }
    }

    // MARK: - Tasks

    /// A line for each run of a task.
    func runsTable(of task: ReportStage.Task) -> Element {
        let named = runs.columns.firstIndex(of: "run") ?? 0
        let shown = [
            ("state", "state"), ("edge_ratio_median", "‖H‖/edge"), ("gd_edge_ratio_median", "‖H‖/(2/η)"),
            ("last_loss", "last loss"), ("checks", "checks"), ("products_total", "Hessian products"),
        ].compactMap { column, name in runs.columns.firstIndex(of: column).map { (index: $0, name: name) } }
        let rows = rows(of: task).map { row in
            [Element.cell(readable(run: row[named].description))]
                + shown.map { column in
                    if case .number(let value) = row[column.index] {
                        Element.cell(readable(value))
                    } else {
                        Element.cell(row[column.index].description)
                    }
                }
        }
        let numbers = shown.indices.filter { shown[$0].name != "state" }.map { $0 + 1 }
        return Element.table(
            "Runs of \(task.title): medians over the late checks; the edge is the SAM-edge, 2/η for ρ = 0; a ratio is negative "
                + "where ‖H‖ is the size of a negative eigenvalue",
            head: ["run"] + shown.map(\.name), numbers: Set(numbers), rows: rows)
    }

    func settingsTable(of task: ReportStage.Task) -> Element {
        let source = task.source == .real ? "the published data" : "stand-in data"
        let seeds = task.seeds.map(String.init).joined(separator: ", ")
        let settings = task.settings.map { [Element.cell($0.name), Element.cell($0.value)] }
        return Element.table(
            "Settings of \(task.title)", head: ["setting", "value"],
            rows: [[Element.cell("data"), Element.cell(source)]] + settings + [[Element.cell("seeds"), Element.cell(seeds)]])
    }
}

extension String {
    /// The text with its full stop.
    fileprivate var sentence: String { isEmpty || ".!?".contains(last!) ? self : self + "." }
}
