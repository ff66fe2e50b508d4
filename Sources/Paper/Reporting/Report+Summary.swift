import Formats
import Plotting

/// What stands first: where the data are from, which claims hold, and the matrix of the verdicts.
extension Report {
    var introduction: Element {
        Element.paragraph([
            "A reproduction of Long & Bartlett, ",
            .element(Element("cite", text: "Sharpness-Aware Minimization and the Edge of Stability")),
            " (JMLR 25(179), 2024), profile ", .code(stage.profile), "\(stage.summary.map { ": " + $0 } ?? "").",
        ])
    }

    /// Generated data before all else, and loudly; `nil` where there are none.
    var warning: Element? {
        let generated = stage.tasks.filter { $0.source == .standIn }
        if generated.isEmpty { return nil }
        let which = generated.count == stage.tasks.count ? "The examples" : "Those of " + Self.list(generated.map(\.title))
        return Element(
            "p", [("class", "warning"), ("role", "note")],
            [
                .element(Element("strong", text: "Stand-in data.")),
                " \(which) were generated in the place of the published data: these numbers reproduce nothing.",
                " For the real data: ", .code("make MIRROR=FOLDER"), " or ", .code("make DATA=real"), ".",
            ])
    }

    /// Which claims hold, in how many runs.
    var verdictParagraph: Element {
        let held = verdicts.count { $0.verdict == "holds" }, untested = verdicts.count { $0.verdict == "not tested" }
        if held + untested == verdicts.count, held == 0 {
            return Element("p", text: "No claim could be tested on these runs; the summary says why.")
        }
        let tested = verdicts.map(\.tested).reduce(0, +), meeting = verdicts.map(\.holding).reduce(0, +)
        var sentences = [
            "Of \(verdicts.count) verdicts, each on one claim and one task, \(held) hold and \(verdicts.count - held - untested) do not"
                + (untested == 0 ? "" : "; \(untested) could not be tested")
                + ". Of the \(tested) runs tested for them, \(meeting) meet the criterion."
        ]
        let claims = byClaim
        let whole = claims.filter { about in
            about.contains { $0.verdict == "holds" } && !about.contains { $0.verdict == "does not hold" }
        }
        if !whole.isEmpty {
            let numbers = Self.list(whole.map { "\($0[0].claim)" })
            sentences.append(
                "On every task with tested runs, claim\(whole.count == 1 ? " \(numbers) holds" : "s \(numbers) hold")."
            )
        }
        for about in claims {
            let failing = about.filter { $0.verdict == "does not hold" }
            if failing.isEmpty { continue }
            let tasks = failing.map { "\(title(of: $0.experiment)) (\($0.runCounts))" }
            sentences.append("For \(Self.list(tasks)), claim \(about[0].claim) does not hold.")
        }
        return Element("p", [("class", "lead")], text: sentences.joined(separator: " "))
    }

    /// The verdicts: a row a claim, a column a task.
    var summary: Element {
        let caption = "Verdicts: a row for each claim, a column for each task"
        let rows = byClaim.map { about in
            [Element.cell("\(about[0].claim). \(about[0].statement)")]
                + stage.tasks.map { task in
                    guard let verdict = about.first(where: { $0.experiment == task.name }) else {
                        return Element.cell([Self.verdictText("not tested"), Self.line("the claim is about other tasks")])
                    }
                    return cell(verdict, of: task)
                }
        }
        let table = Element.table(caption, class: "matrix", head: ["claim"] + stage.tasks.map(\.title), rows: rows)
        return Element(
            "section", [("id", "summary"), ("aria-labelledby", "summary-heading")],
            children: [
                Element("h2", [("id", "summary-heading")], text: "Summary"), table,
                Element.paragraph([
                    .text(
                        "A cell: the verdict; for how many of the tested runs the criterion is met, and the seeds; the quantity’s median "
                            + "over these runs, with the least and the largest. "),
                    .link("Criteria, and the runs against them", to: "#criteria"),
                    "; ", .link("definitions", to: "#definitions"), ".",
                ]),
            ])
    }

    private func cell(_ verdict: VerdictRecord, of task: ReportStage.Task) -> Element {
        var content = [Self.verdictText(verdict.verdict)]
        if verdict.tested > 0 {
            let seeds = task.seeds.count == 1 ? "seed \(task.seeds[0])" : "\(task.seeds.count) seeds"
            content += [
                Self.line("\(verdict.runCounts), \(seeds)"), Self.line("\(verdict.quantity) \(verdict.spread)"),
            ]
        }
        if let reasons = verdict.reasons { content.append(Self.line("not tested: \(reasons)")) }
        let figures = stage.figures.filter { $0.claims.contains(verdict.claim) && $0.tasks.contains(task.name) }
        if let figure = figures.first(where: { !$0.isOfTask }) ?? figures.first {
            content.append(
                .element(
                    Element("div", [], ["see ", .link(figure.name, to: "#\(Self.anchor(figure.name))")])))
        }
        return Element.cell(content)
    }

    private static func verdictText(_ verdict: String) -> Element.Content {
        let (name, text) =
            switch verdict {
            case "holds": ("holds", "✓ holds")
            case "does not hold": ("fails", "✗ does not hold")
            default: ("untested", "– not tested")
            }
        return .element(Element("strong", [("class", name)], text: text))
    }

    private static func line(_ text: String) -> Element.Content { .element(Element("div", text: text)) }

    /// The verdicts on each claim, in the order in which they were made.
    var byClaim: [[VerdictRecord]] {
        var claims: [[VerdictRecord]] = []
        for verdict in verdicts {
            if claims.last?.first?.claim == verdict.claim {
                claims[claims.count - 1].append(verdict)
            } else {
                claims.append([verdict])
            }
        }
        return claims
    }

    /// `a`, `a and b`, `a, b and c`.
    static func list(_ words: [String]) -> String {
        guard let last = words.last, words.count > 1 else { return words.joined() }
        return words.dropLast().joined(separator: ", ") + " and " + last
    }
}

extension VerdictRecord {
    /// The runs that meet the criterion, and those that were tested.
    var holding: Int { runs.count { $0.outcome == .holds } }
    var tested: Int { runs.count { $0.outcome != .notTested } }

    /// `5 of 6 runs`.
    var runCounts: String { "\(holding) of \(tested) run\(tested == 1 ? "" : "s")" }

    /// `1.056 (1.015 to 1.09)`: the median and the spread over the runs; an infinity or nothing is a dash.
    var spread: String {
        let values = runs.compactMap(\.value)
        guard let median, let least = values.min(), let largest = values.max() else { return "–" }
        return values.count == 1 ? readable(median) : "\(readable(median)) (\(readable(least)) to \(readable(largest)))"
    }

    /// `below edge (3 runs), diverged (1 run)`; `nil` where every run was tested.
    var reasons: String? {
        var counted: [(reason: String, count: Int)] = []
        for run in runs where run.outcome == .notTested {
            let reason = run.reason ?? "no reason given"
            if let index = counted.firstIndex(where: { $0.reason == reason }) {
                counted[index].count += 1
            } else {
                counted.append((reason, 1))
            }
        }
        return counted.isEmpty
            ? nil : counted.map { "\($0.reason) (\($0.count) run\($0.count == 1 ? "" : "s"))" }.joined(separator: ", ")
    }

    /// The runs that do not meet the criterion, each with its number and what that does not tell; `nil` where there are none.
    var against: String? {
        let failing = runs.filter { $0.outcome == .fails }
        if failing.isEmpty { return nil }
        return failing.map { run in
            let notes = [run.value.map(readable), run.note].compactMap { $0 }
            return readable(run: run.run) + (notes.isEmpty ? "" : " (\(notes.joined(separator: "; ")))")
        }.joined(separator: ", ")
    }
}
