import Formats
import Plotting
import Training

/// The figures that hold ‖H‖ against its edges.
extension PaperFigure {
    static let edgeRatio = PaperFigure(name: "edge-ratio", scope: .across) { name, results in
        let radii = results.radii
        var below = Tally(holding: 0, tested: 0), highest = 2.0, lowest = 0.5
        var panels: [Panel] = []
        for result in results {
            let range = Claim.edgeRange(isFullBatch: result.isFullBatch)
            let late = try result.lateRatios(of: result.runs.filter { !$0.optimiser.value.ascends })
            below.tested += late.count
            below.holding += late.count { $0 < range.lowerBound }
            let runs = result.runs.filter { $0.divergedAt == nil }
            var first = 0.0
            for run in runs {
                let ratios = try ratios(run),
                    settled = zip(try run.measured("step"), result.smoothed(ratios)).filter { Int($0.0) >= result.interval }
                        .map(\.1)
                lowest = min(lowest, ratios.filter { $0 > 0 }.min() ?? lowest)
                highest = min(6, max(highest, settled.filter(\.isFinite).max() ?? highest))
                first = max(first, ratios.first ?? 0)
            }
            let diverged = result.runs.filter { $0.divergedAt != nil }
            let samRuns = runs.count { $0.optimiser.value.ascends }
            let panel = try Panel(result.title, header: result.title, x: Axis("step"), y: Axis(""), yGroup: "ratio") {
                Zone(range, as: .range)
                Rule(y: 1, as: .base, named: "edge")
                if !result.isFullBatch {
                    for run in runs {
                        Line(
                            x: try run.measured("step"), y: try ratios(run), as: .faint(run.optimiser),
                            named: run.label + " (each check)")
                    }
                }
                for run in runs {
                    let line = Line(
                        x: try run.measured("step"), y: result.smoothed(try ratios(run)), as: .run(run.optimiser, among: radii),
                        named: run.label)
                    line
                    // Of many step sizes there is room to name the least and the largest.
                    let isNamed =
                        result.learningRates.count <= 8
                        || [result.learningRates.first, result.learningRates.last].contains(run.learningRate)
                    if !run.optimiser.value.ascends, run.seed == result.runs[0].seed, isNamed {
                        Text("GD, \(rateText(run.learningRate))", .end(line.points), ink: .vermilionName)
                    }
                }
                if samRuns > 0 {
                    let off = try Claim.tracksEdge.finding([result]).failing
                    Text(
                        (samRuns == 1 ? "SAM, 1 run" : "SAM, \(samRuns) runs")
                            + (off == 0 ? "" : samRuns == 1 ? ", off the edge" : ", \(off) off the edge"),
                        .near(0.95, 0.12), ink: .blueName, isBold: true)
                }
                if first > 6 { Text(["starts at up to", "\(decimals(first, 0)) times the edge"], .near(0.6, 0), ink: .quiet) }
                if !result.isFullBatch { Text(["bold: running median", "of 7 checks"], .near(0.95, 0.85), ink: .quiet) }
                for rate in result.learningRates {
                    let ended = diverged.filter { $0.learningRate == rate }
                    if let last = ended.compactMap(\.divergedAt).max() {
                        let all = ended.count == result.runs.count { $0.learningRate == rate }
                        Text(
                            "\(rateText(rate)): \(all ? "all " : "")\(ended.count) diverge\(ended.count == 1 ? "s" : "") by step \(last)",
                            .near(0.95, 0.95), ink: .quiet)
                    }
                }
            }
            panels.append(panel)
        }
        for index in panels.indices {
            panels[index].y = Axis("‖*H*‖ / own edge", scale: .log, domain: (lowest / 1.2)...(highest * 1.25), sharing: .rows)
        }
        return Figure(
            name, title: Titles.edgeRatio(sam: try Tally(.tracksEdge, on: results), gdBelow: below),
            subtitle:
                "Operator norm of the Hessian in units of the run’s own edge (the SAM-edge; 2/*η* for GD). Grey: “at the edge”, \(Titles.atEdge(isFullBatch: results.map(\.isFullBatch))).",
            description:
                "The operator norm of the Hessian over the run’s own edge against the step, for every run that did not diverge; 1 is the edge.",
            oneColumn: .rows(of: 1, panels: panels.count, height: .points(76)),
            twoColumns: .rows(ofAtMost: 3, panels: panels.count, height: .points(118)), panels: panels)
    }

    /// ‖H‖ over the edge at each check; not a number where the negative end of the spectrum is the larger.
    private static func ratios(_ run: RunResult) throws -> [Double] {
        let norms = try run.measured("hessian_norm"), edges = try run.measured("sam_edge"),
            largest = try run.measured("lambda_max")
        return norms.indices.map { largest[$0] < norms[$0] ? .nan : norms[$0] / edges[$0] }
    }

    static let edgeCollapse = PaperFigure(name: "edge-collapse", scope: .across) { name, results in
        // η‖g‖/ρ and η‖H‖ at the checks of runs that did not diverge.
        func points(_ result: ExperimentResult, late: Bool) throws -> (x: [Double], y: [Double]) {
            var x: [Double] = [], y: [Double] = []
            for run in result.runs where run.optimiser.value.ascends && run.divergedAt == nil {
                for check in try run.checks(every: result.interval)
                where result.isLate(check.step) == late && check.principal > 0 {
                    x.append(run.learningRate * check.gradientNorm / run.optimiser.value.rank)
                    y.append(run.learningRate * check.principal)
                }
            }
            return (x, y)
        }
        let all = try results.flatMap { try points($0, late: true).x + points($0, late: false).x }.filter {
            $0 > 0 && $0.isFinite
        }
        let low = all.min() ?? 0.01, high = max(10, all.max() ?? 10)
        let from = Logarithm.log10(low / 1.3), to = Logarithm.log10(high * 1.3)
        let curve = (0...80).map { Logarithm.power(ofTen: from + (to - from) * Double($0) / 80) }
        let y = Axis("*η* ‖*H*‖", scale: .log), isCrowded = results.count > 4
        let main = try Panel("SAM", x: Axis("*η* ‖*g*‖ / *ρ*   (shrinks to the left)", scale: .log), y: y, yGroup: "sharpness") {
            let track = Line(
                x: curve, y: curve.map { SAM.edge(learningRate: 1, radius: 1, gradientNorm: $0) }, as: .samEdge, named: "SAM-edge"
            )
            track
            Rule(y: 2, as: .gdEdge, named: "GD’s edge")
            for result in results {
                let before = try points(result, late: false)
                Dots(
                    x: before.x, y: before.y, as: Style("", ink: .past, width: 1, marker: .circle, layer: .model),
                    named: "\(result.title), first half")
            }
            for (index, result) in results.enumerated() {
                let late = try points(result, late: true)
                let dots = Dots(
                    x: late.x, y: late.y,
                    as: Style(
                        isCrowded ? result.shortTitle : "", ink: .radius(index, of: results.count), width: 1,
                        marker: [.circle, .triangle, .square][index % 3], layer: .data), named: "\(result.title), second half")
                dots
                if !late.x.isEmpty, !isCrowded {
                    Text(
                        result.shortTitle, .around(x: Statistics.median(late.x), y: Statistics.median(late.y)),
                        ink: .radius(index, of: results.count, isText: true))
                }
            }
            Text("GD’s edge, 2/*η*", .beside(Series("", x: [low, high], y: [2, 2]), 0.15))
            Text("SAM-edge", .beside(track.points, 0.9), ink: .trackName)
            Text("grey: first half of a run", .near(0, 0), ink: .quiet)
        }
        var axis = Axis.categories(["GD"])
        axis.sharing = .none
        let strip = try Panel("GD", x: axis, y: y, yGroup: "sharpness") {
            Rule(y: 2, as: .gdEdge, named: "GD’s edge")
            Strip(
                at: 0,
                y: try results.flatMap { result in
                    try result.runs.filter { !$0.optimiser.value.ascends && $0.divergedAt == nil }.flatMap { run in
                        try run.checks(every: result.interval).filter { result.isLate($0.step) && $0.principal > 0 }.map {
                            run.learningRate * $0.principal
                        }
                    }
                }, as: Style("", ink: .vermilion, width: 1, marker: .square, layer: .data), named: "GD, second half")
        }
        func arrangement(_ height: Double) -> Arrangement {
            Arrangement([.init([.panel(0, weight: 5), .panel(1, weight: 1)], height: .points(height))])
        }
        return Figure(
            name,
            title: Titles.edgeCollapse(
                sam: try Tally(.tracksEdge, on: results), falling: try Tally(.fallsWithGradient, on: results)),
            subtitle: "A dot: one check of one run, in units that make the SAM-edge the same curve for all *η*, *ρ* and tasks.",
            description:
                "η‖H‖ against η‖g‖/ρ at every check of every run that did not diverge, with the SAM-edge as a curve; GD’s checks beside it.",
            legend: isCrowded ? .top : .none, width: .oneColumn, oneColumn: arrangement(170), twoColumns: arrangement(220),
            panels: [main, strip])
    }

    /// The finding of `edges`, and of a page of the official plots: which runs came to their edges; of a part of the step sizes with
    /// their names.
    static func edgesTitle(of result: ExperimentResult, _ sam: Tally) throws -> String {
        let range = Claim.edgeRange(isFullBatch: result.isFullBatch)
        var measured: [Double] = [], reaching: [Double] = []
        for rate in result.learningRates {
            let late = try result.lateRatios(
                of: result.runs.filter { $0.learningRate == rate && !$0.optimiser.value.ascends })
            guard !late.isEmpty else { continue }
            measured.append(rate)
            if range.contains(Statistics.median(late)) { reaching.append(rate) }
        }
        let rates = result.learningRates.filter { rate in result.runs.contains { $0.learningRate == rate } }
        let part =
            rates.count == result.learningRates.count
            ? ""
            : ", *η* = " + Set([rates.first, rates.last]).compactMap { $0 }.sorted().map(shortestText).joined(separator: " to ")
        return Titles.edges(result.title + part, sam: sam, gdRates: measured, reaching: reaching)
    }

    static let edges = PaperFigure(name: "edges", scope: .each) { name, results in
        let result = results[0], radii = result.radii
        let optimisers = result.optimisers.sorted { $0.order < $1.order }
        let finding = try Claim.tracksEdge.finding(results)
        var panels: [Panel] = [], rows: [Arrangement.Row] = [], ratios: [Double] = []
        for rate in result.learningRates {
            let all = result.runs.filter { $0.learningRate == rate }
            if !all.isEmpty, all.allSatisfy({ $0.divergedAt != nil }) {
                rows.append(
                    .line(
                        "\(rateText(rate)): \(all.count == 1 ? "the run diverges" : "all \(all.count) runs diverge") by step \(all.compactMap(\.divergedAt).max() ?? 0)"
                    ))
                continue
            }
            var cells: [Arrangement.Cell] = []
            for optimiser in optimisers {
                let runs = all.filter { $0.optimiser == optimiser }, alive = runs.filter { $0.divergedAt == nil }
                let late = try result.lateRatios(of: runs)
                ratios += late
                let isFirstRow = panels.count < optimisers.count,
                    isFirst = isFirstRow && optimiser == optimisers.first { $0.value.ascends }
                cells.append(.panel(panels.count))
                let title = optimiser.value.ascends ? "SAM, \(optimiser.value.title)" : "GD"
                let steps = try alive.first?.measured("step") ?? []
                // Each check's numbers over the seeds.
                func overSeeds(_ column: String) throws -> [[Double]] {
                    let columns = try alive.map { try result.smoothed($0.measured(column)) }
                    return steps.indices.map { step in columns.compactMap { step < $0.count ? $0[step] : nil } }
                }
                panels.append(
                    try Panel(
                        "\(RichText(rateText(rate)).plain), \(RichText(title).plain)", header: isFirstRow ? title : "",
                        headerInk: .optimiser(optimiser, among: radii, isText: true), x: Axis("step"),
                        y: Axis("‖*H*‖", scale: .log),
                        xGroup: "step", yGroup: "rate \(shortestText(rate))"
                    ) {
                        Rule(y: GradientDescent.edge(learningRate: rate), as: .gdEdge, named: "2/η")
                        if !runs.isEmpty {
                            let style = Style.run(optimiser, among: radii)
                            if optimiser.value.ascends, !alive.isEmpty {
                                let track = Line(
                                    x: steps, y: try overSeeds("sam_edge").map { Statistics.median($0) }, as: .samEdge,
                                    named: "SAM-edge")
                                track
                                if isFirst { Text("SAM-edge", .beside(track.points, 0.2), ink: .trackName) }
                            }
                            let norms = try overSeeds("hessian_norm")
                            if alive.count > 1 {
                                Band(
                                    x: steps, lower: norms.map { $0.min() ?? .nan }, upper: norms.map { $0.max() ?? .nan },
                                    as: Style("", ink: style.ink, width: 0.3, layer: .model), named: "range over seeds")
                            }
                            if !alive.isEmpty {
                                let line = Line(x: steps, y: norms.map { Statistics.median($0) }, as: style, named: "‖H‖")
                                line
                                if isFirstRow && !optimiser.value.ascends || isFirst {
                                    Text(
                                        "‖*H*‖", .beside(line.points, isFirst ? 0.7 : 0.5),
                                        ink: .optimiser(optimiser, among: radii, isText: true)
                                    )
                                }
                            }
                            if let least = late.min(), let most = late.max() {
                                let median = ratioText(Statistics.median(late))
                                let spread = late.count > 1 ? ["(\(ratioText(least)) to \(ratioText(most)))"] : []
                                let off = finding.evidence.count { found in
                                    found.outcome == .fails && alive.contains { $0.label == found.run && $0.seed == found.seed }
                                }
                                let verdict =
                                    off == 0 ? [] : (alive.count > 1 ? ["\(off) of \(alive.count)"] : []) + ["off the edge"]
                                let line = verdict.isEmpty ? [] : [verdict.joined(separator: " ")]
                                // The band shows the range too.
                                Text(
                                    [([median] + spread).joined(separator: " ")] + line,
                                    shorter: [[median] + spread + line, [median] + spread + verdict, [median] + verdict],
                                    .near(1, 0.2),
                                    ink: .optimiser(optimiser, among: radii, isText: true))
                            }
                            if let last = runs.compactMap(\.divergedAt).max() {
                                Text(
                                    alive.isEmpty
                                        ? "diverges at step \(last)"
                                        : "\(runs.count - alive.count) of \(runs.count) diverge by step \(last)", .near(0.5, 0.5),
                                    ink: .quiet)
                            }
                        }
                        if isFirstRow && !optimiser.value.ascends {
                            Text("2/*η*", .beside(Series("", x: [0, Double(result.steps)], y: [2 / rate, 2 / rate]), 0.5))
                        }
                    })
            }
            rows.append(.init(cells, height: .points(56), note: rateText(rate)))
        }
        let seeds = Set(result.runs.map(\.seed)).count
        return Figure(
            name,
            title: try edgesTitle(of: result, Tally(finding)),
            subtitle: (seeds > 1 ? "Line: median of \(seeds) seeds; band: their range. " : "")
                + (result.isFullBatch ? "" : "Running medians of 7 checks. ")
                + "Yellow: the SAM-edge; dotted: 2/*η*. Numbers: late median of ‖*H*‖ over the run’s own edge\(seeds > 1 ? " (range over seeds, where there is room)" : "")\(Titles.sign(of: ratios)).",
            description:
                "The operator norm of the Hessian against the step with the SAM-edge and 2/η, a row of panels for each η and a column for each ρ.",
            oneColumn: Arrangement(
                rows.map { row in
                    var row = row
                    if !row.cells.isEmpty { row.height = .points(50) }
                    return row
                }), twoColumns: Arrangement(rows), panels: panels)
    }
}
