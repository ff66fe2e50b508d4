import Formats
import Plotting
import Training

/// The figures of many runs, and of many steps of one.
extension PaperFigure {
    static let phaseMap = PaperFigure(name: "phase-map", scope: .across) { name, results in
        let states: [(place: Place, ink: Ink, text: Ink)] = [
            (.below, .skyTile, .text), (.at, .blueName, .ground), (.above, .orange, .black), (.notLearnt, .ground, .quiet),
            (.diverged, .frame, .ground),
        ]
        var ratios: [Double] = []
        let panels = try results.map { result in
            let optimisers = result.optimisers.sorted { $0.order < $1.order }
            var tiles: [Place: (x: [Double], y: [Double], labels: [String])] = [:]
            for run in result.firstSeed {
                guard let column = result.learningRates.firstIndex(of: run.learningRate),
                    let row = optimisers.firstIndex(of: run.optimiser),
                    let place = try run.place(in: result)
                else { continue }
                let ratio = try RunStatistics(run, of: result).edgeRatio.median
                ratios.append(ratio)
                tiles[place, default: ([], [], [])].x.append(Double(column))
                tiles[place, default: ([], [], [])].y.append(Double(row))
                tiles[place, default: ([], [], [])].labels.append(place == .diverged ? "×" : tileText(ratio))
            }
            var y = Axis.categories(optimisers.map { $0.value.ascends ? bare($0.value.rank) : "GD" }, label: "radius *ρ*")
            y.sharing = .none
            return Panel(
                result.title, header: result.title, x: .categories(result.learningRates.map(bare), label: "step size *η*"), y: y
            ) {
                for state in states {
                    if let tile = tiles[state.place] {
                        Tiles(
                            x: tile.x, y: tile.y, labels: tile.labels,
                            as: Style(state.place.rawValue, ink: state.ink, width: 0, layer: .data), textInk: state.text,
                            isBordered: state.place == .notLearnt)
                    }
                }
            }
        }
        let falls = try results.map { try $0.edgeRatesFall() }
        let hasDescent = results.allSatisfy { $0.optimisers.contains { !$0.value.ascends } }
        let most = results.map(\.optimisers.count).max() ?? 0
        return Figure(
            name,
            title: Titles.phaseMap(
                Tally(holding: falls.reduce(0) { $0 + $1.falling }, tested: falls.reduce(0) { $0 + $1.of })),
            subtitle:
                "A tile is one run\(hasDescent ? "; GD in the lowest row" : ""). Number: late median of ‖*H*‖ over the run’s own edge\(Titles.sign(of: ratios)). At the edge: \(Titles.atEdge(isFullBatch: results.map(\.isFullBatch))).",
            description:
                "For each step size and radius whether the run ends below, at or above its own edge, does not learn, or diverges.",
            legend: .top, oneColumn: .rows(of: 1, panels: panels.count, height: .points(max(72, 10 * Double(most)))),
            twoColumns: mapRows(results.map { Double($0.learningRates.count) + 1 }, height: .points(max(110, 11 * Double(most)))),
            panels: panels)
    }

    /// Panels of these weights side by side, as many to a row as leave room for the numbers on their tiles, and for the headers.
    private static func mapRows(_ weights: [Double], height: Arrangement.Height) -> Arrangement {
        var rows: [[Int]] = [[]]
        for (panel, weight) in weights.enumerated() {
            let taken = rows[rows.count - 1].reduce(0) { $0 + weights[$1] }
            if !rows[rows.count - 1].isEmpty, taken + weight > 26 || rows[rows.count - 1].count == 3 { rows.append([]) }
            rows[rows.count - 1].append(panel)
        }
        let widest = rows.map { $0.reduce(0) { $0 + weights[$1] } }.max() ?? 0
        return Arrangement(
            rows.map { row in
                let rest = widest - row.reduce(0) { $0 + weights[$1] }
                return .init(
                    row.map { .panel($0, weight: weights[$0]) } + (rest > 0 ? [.blank(weight: rest)] : []), height: height)
            })
    }

    /// `.1` of 0.1, as there is no room for more.
    private static func bare(_ value: Double) -> String {
        let text = shortestText(value)
        return text.hasPrefix("0.") ? String(text.dropFirst()) : text
    }

    /// A ratio on a tile.
    private static func tileText(_ ratio: Double) -> String {
        guard ratio.isFinite else { return "–" }
        // The sign takes the room of a digit.
        let text = ratio.magnitude >= 10 ? decimals(ratio, 0) : decimals(ratio, ratio < 0 ? 1 : 2)
        return text.hasPrefix("0.") ? String(text.dropFirst()) : ratio.magnitude >= 1e4 ? ">10⁴" : text
    }

    static let everyStep = PaperFigure(name: "every-step", scope: .windowed) { name, results in
        let result = results[0]
        let found = try result.runs.first { try $0.window != nil }
        let rows = Arrangement([
            .init([.panel(0)], height: .points(52)), .init([.panel(1)], height: .points(70)),
            .init([.panel(2)], height: .points(44)),
        ])
        func figure(_ title: String, _ subtitle: String, _ panels: [Panel]) -> Figure {
            Figure(
                name, title: title, subtitle: subtitle,
                description:
                    "At each of some consecutive steps the operator norm and the SAM-edge, the gradient along the principal eigenvector, and the loss.",
                width: .oneColumn, oneColumn: rows, twoColumns: rows, panels: panels)
        }
        func axis(_ label: String) -> Axis { Axis(label, sharing: .none) }
        let x = Axis("step (every one is shown)")
        guard let run = found, let window = try run.window, let steps = Optional(try window.column(named: "step")), !steps.isEmpty
        else {
            return figure(
                "No steps were measured one by one", result.title,
                ["‖H‖", "gradient", "loss"].map { Panel($0, x: x, y: axis($0)) {} })
        }
        let swing = try Swing(window), crossing = swing.crossing.map(Double.init)
        let along = try window.column(named: "gradient_along")
        func part(_ isOdd: Bool) -> (x: [Double], y: [Double]) {
            let chosen = steps.indices.filter { (Int(steps[$0]) % 2 == 1) == isOdd }
            return (chosen.map { steps[$0] }, chosen.map { along[$0] })
        }
        let odd = part(true), even = part(false)
        let blue = Style("", ink: .blue, width: 1.1, marker: .circle, layer: .data)
        let mark = crossing.map { [Rule(x: $0, as: .gdEdge, named: "crossing")] } ?? []
        var first = blue
        first.marker = nil
        let sharpness = try Panel("‖H‖", x: x, y: axis("‖*H*‖"), xGroup: "step") {
            mark
            let edge = Line(x: steps, y: try window.column(named: "sam_edge"), as: .samEdge, named: "SAM-edge")
            edge
            let norm = Line(x: steps, y: try window.column(named: "hessian_norm"), as: first, named: "‖H‖")
            norm
            Text("SAM-edge", .end(edge.points), ink: .trackName)
            Text("‖*H*‖", .end(norm.points), ink: .blueName)
            if let crossing { Text("step \(Int(crossing))", .above(x: crossing)) }
        }
        let gradient = Panel("gradient along v₁", x: x, y: axis("*g* · *v*_{1}"), xGroup: "step") {
            mark
            // Where all lie on one side there is nothing to be told from zero.
            if let least = along.min(), let most = along.max(), least < 0, most > 0 {
                Rule(y: 0, as: .base, named: "zero")
            }
            Line(x: steps, y: along, as: Style("", ink: .blue, width: 0.5, layer: .model), named: "every step")
            Dots(x: even.x, y: even.y, as: blue, named: "even steps")
            Dots(x: odd.x, y: odd.y, as: blue, named: "odd steps", areOpen: true)
            if let last = odd.y.last { Text("odd steps", .end(Series("", x: [0], y: [last])), ink: .blueName) }
            if let last = even.y.last { Text("even steps", .end(Series("", x: [0], y: [last])), ink: .blueName) }
        }
        let loss = try Panel("training loss", x: x, y: axis("training loss"), xGroup: "step") {
            mark
            Line(
                x: steps, y: try window.column(named: "loss"), as: Style("", ink: .text, width: 1.1, layer: .data),
                named: "training loss")
        }
        return figure(
            Titles.everyStep(crossing: crossing, swings: swing.isTwoCycle, count: steps.count),
            "\(result.title), \(rateText(run.learningRate)), \(run.shortTitle). Where ‖*H*‖ crosses the SAM-edge, the gradient begins to swing along the principal eigenvector *v*_{1}.",
            [sharpness, gradient, loss])
    }

    static let robustness = PaperFigure(name: "robustness", scope: .across) { name, results in
        let radii = results.radii
        var panels: [Panel] = [], same = Tally(holding: 0, tested: 0), medians: [Double] = []
        for result in results {
            let ratios = try result.seededRatios()
            let counted = ratios.filter { $0.places.count > 1 }
            same.tested += counted.count
            same.holding += counted.count { !$0.isDecidedBySeed }
            let optimisers = result.optimisers.sorted { $0.order < $1.order }
            panels.append(
                Panel(
                    "\(result.title), seeds", header: result.title,
                    x: .categories(result.learningRates.map(bare), label: "step size *η*"),
                    y: Axis("‖*H*‖ / own edge", scale: .log), yGroup: "ratio"
                ) {
                    Zone(Claim.edgeRange(isFullBatch: result.isFullBatch), as: .range)
                    Rule(y: 1, as: .base, named: "edge")
                    for run in ratios {
                        // The runs of a step size side by side, about its place.
                        let rate = result.learningRates.firstIndex(of: run.learningRate) ?? 0
                        let order = Double(optimisers.firstIndex(of: run.optimiser) ?? 0)
                        let place = Double(rate) + 0.8 * ((order + 0.5) / Double(optimisers.count) - 0.5)
                        let style =
                            run.optimiser.value.ascends
                            ? Style.checks(run.optimiser.value.rank, among: radii, label: run.optimiser.value.title)
                            : Style("GD", ink: .vermilion, width: 1, marker: .diamond, layer: .data)
                        if let least = run.ratios.min(), let most = run.ratios.max() {
                            Line(
                                x: [place, place], y: [least, most], as: Style("", ink: style.ink, width: 0.8, layer: .model),
                                named: "range, eta=\(shortestText(run.learningRate)),\(run.optimiser.value.label)")
                            Dots(
                                x: [place], y: [run.median], as: style,
                                named: "median, eta=\(shortestText(run.learningRate)),\(run.optimiser.value.label)")
                        }
                    }
                })
        }
        let differences = try results.map { try $0.estimatorDifferences().map(\.difference).filter(\.isFinite) }
        medians = differences.filter { !$0.isEmpty }.map { Statistics.median($0) }
        let hasComparison = try results.contains { try $0.runs.contains { try $0.comparison != nil } }
        if hasComparison {
            panels.append(
                Panel(
                    "official estimator", header: "official / exact − 1", x: .categories(results.map(\.shortTitle)),
                    y: Axis("%")
                ) {
                    Rule(y: 0, as: .base, named: "equal")
                    for (index, values) in differences.enumerated() {
                        Strip(
                            at: Double(index), y: values.map { 100 * $0 },
                            as: Style("", ink: .blue, width: 1, marker: .circle, layer: .data),
                            named: results[index].title)
                    }
                })
        }
        let count = panels.count
        return Figure(
            name, title: Titles.robustness(seeds: same, differences: medians),
            subtitle:
                "Late ratio of each run, median and range over seeds; grey: “at the edge”, \(Titles.atEdge(isFullBatch: results.map(\.isFullBatch))).\(hasComparison ? " Last panel: a dot is one snapshot." : "")",
            description:
                "The late median of the operator norm over the run’s own edge for each run, with its range over seeds\(hasComparison ? "; and the official estimator against the exact one" : "").",
            legend: .top, oneColumn: .rows(of: 1, panels: count, height: .points(44)),
            twoColumns: .rows(ofAtMost: 4, panels: count, height: .points(110)), panels: panels)
    }
}
