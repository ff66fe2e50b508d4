import Formats
import Plotting
import Training

/// The figures of losses, and of sharpness against them.
extension PaperFigure {
    static let flatEarly = PaperFigure(name: "flat-early", scope: .across) { name, results in
        let radii = results.radii
        var factors: [Double] = [], panels: [Panel] = []
        for result in results {
            let rate = result.middleRate
            let runs = result.firstSeed.filter { $0.learningRate == rate && $0.divergedAt == nil }
            func curve(_ run: RunResult, _ column: String) throws -> (x: [Double], y: [Double]) {
                (result.smoothed(try run.measured("loss")), result.smoothed(try run.measured(column)))
            }
            let flatness = try result.flatness(at: rate)
            if let flatness { factors.append(flatness.factor) }
            panels.append(
                try Panel(
                    result.title, header: "\(result.title), \(rateText(rate))",
                    x: Axis("training loss (falls to the right)", scale: .log, isReversed: true), y: Axis("‖*H*‖", scale: .log)
                ) {
                    Rule(y: GradientDescent.edge(learningRate: rate), as: .gdEdge, named: "2/η")
                    let least = try runs.flatMap { try $0.measured("loss") }.filter { $0 > 0 }.min() ?? 1
                    Text("2/*η*", .end(Series("", x: [least], y: [2 / rate])))
                    for run in runs where run.optimiser.value.ascends {
                        let edge = try curve(run, "sam_edge")
                        Line(x: edge.x, y: edge.y, as: .samEdge, named: "SAM-edge, \(RichText(run.shortTitle).plain)")
                    }
                    for run in runs {
                        let points = try curve(run, "hessian_norm")
                        let line = Line(
                            x: points.x, y: points.y, as: .run(run.optimiser, among: radii), named: RichText(run.shortTitle).plain
                        )
                        line
                        Text(
                            run.shortTitle, .end(line.points), ink: .optimiser(run.optimiser, among: radii, isText: true),
                            isBold: !run.optimiser.value.ascends)
                    }
                    if flatness == nil, Set(runs.map(\.optimiser.value.ascends)).count == 2 {
                        Text(["no factor: loss", "not halved"], .near(0.8, 0.2), ink: .quiet)
                    }
                    if let flatness {
                        Arrow(x: flatness.loss, from: flatness.samSharpness, to: flatness.gdSharpness, named: "factor")
                        Text(
                            "\(decimals(flatness.factor, 1))×",
                            .around(x: flatness.loss, y: (flatness.samSharpness * flatness.gdSharpness).squareRoot()),
                            isBold: true)
                    }
                })
        }
        return Figure(
            name, title: Titles.flatEarly(factors, isLargest: results.contains { $0.radii.count > 1 }),
            subtitle:
                "Sharpness against training loss. Yellow: the SAM-edge of each SAM run; dotted: 2/*η*. The factor is where the flattest run’s loss has halved.\(results.allSatisfy(\.isFullBatch) ? "" : " Minibatches: running medians of 7 checks.")",
            description:
                "The operator norm of the Hessian against the training loss, which falls to the right, for GD and SAM at one step size a task.",
            oneColumn: .rows(of: 1, panels: panels.count, height: .points(74)),
            twoColumns: .rows(ofAtMost: 3, panels: panels.count, height: .points(120)), panels: panels)
    }

    static let lossAndTest = PaperFigure(name: "loss-and-test", scope: .across) { name, results in
        let radii = results.radii
        var unskilled: [String] = []
        var panels: [Panel] = [], lossRows: [[Int]] = [], testRows: [[Int]] = [], lines: [String] = [], shares: [Double] = []
        for result in results {
            var losses: [Int] = [], tests: [Int] = []
            let isText = result.guess == nil
            let evidence = try Claim.comparableLoss.evidence(result)
            let measure = isText ? "test_loss" : "test_error"
            let isTested = try result.firstSeed.allSatisfy { try $0.measurements.columns.contains(measure) }
            var shown: [Double] = []
            for rate in result.learningRates {
                let runs = result.firstSeed.filter { $0.learningRate == rate }
                if !runs.isEmpty, runs.allSatisfy({ $0.divergedAt != nil }) {
                    lines.append(
                        "\(result.shortTitle), \(rateText(rate)): \(runs.count == 1 ? "the run diverges" : "all \(runs.count) diverge") by step \(runs.compactMap(\.divergedAt).max() ?? 0)"
                    )
                } else {
                    shown.append(rate)
                }
            }
            for (column, rate) in shown.enumerated() {
                let runs = result.firstSeed.filter { $0.learningRate == rate && $0.divergedAt == nil }
                func style(_ run: RunResult) -> Style {
                    run.optimiser.value.ascends ? .run(run.optimiser, among: radii) : .broadGD
                }
                let found = runs.compactMap { run -> (RunResult, Double)? in
                    evidence.first { $0.run == run.label && $0.seed == run.seed }?.value.map { (run, $0) }
                }
                shares += found.map(\.1)
                losses.append(panels.count)
                panels.append(
                    try Panel(
                        "\(result.title), \(RichText(rateText(rate)).plain), training loss",
                        header: column == 0 ? result.title : "",
                        x: Axis("step"), y: Axis("training loss", scale: .log), xGroup: isTested ? result.name : nil,
                        yGroup: "\(result.name) loss"
                    ) {
                        for run in runs {
                            let losses = try run.training.column(named: "loss")
                            Line(
                                x: try run.training.column(named: "step"),
                                y: result.isFullBatch ? losses : Statistics.runningMedian(losses, max(3, losses.count / 40 | 1)),
                                as: style(run), named: RichText(run.shortTitle).plain)
                        }
                        if let guess = result.guess { Rule(y: guess.loss, as: .level, named: "no skill") }
                        Text([rateText(rate)], .near(1, 0))
                        if found.count > 3, let least = found.map(\.1).min(), let most = found.map(\.1).max() {
                            // There is no room for all of them.
                            Text(rangeText(least, most), .near(1, 0.17), ink: .blueName)
                        } else {
                            for (index, entry) in found.enumerated() {
                                Text(
                                    percentText(entry.1), .near(1, 0.17 * Double(index + 1)),
                                    ink: .optimiser(entry.0.optimiser, among: radii, isText: true))
                            }
                        }
                    })
                guard isTested else { continue }
                tests.append(panels.count)
                panels.append(
                    try Panel(
                        "\(result.title), \(RichText(rateText(rate)).plain), test", x: Axis("step"),
                        y: Axis(isText ? "test loss (nats)" : "test error (%)"), xGroup: result.name,
                        yGroup: "\(result.name) test"
                    ) {
                        for run in runs {
                            let values = try run.measured(measure)
                            Line(
                                x: try run.measured("step"), y: isText ? values : values.map { 100 * $0 }, as: style(run),
                                named: RichText(run.shortTitle).plain)
                        }
                        if let guess = result.guess { Rule(y: 100 * guess.error, as: .level, named: "no skill") }
                    })
            }
            lossRows.append(losses)
            testRows.append(tests)
            let ended = result.firstSeed.filter { $0.divergedAt == nil }
            if let guess = result.guess, !ended.isEmpty,
                try ended.allSatisfy({ try ($0.training.column(named: "loss").min() ?? 0) >= guess.loss })
            {
                unskilled.append(result.shortTitle)
            }
        }
        let notes = lines.map { Arrangement.Row.line($0) }
        func row(_ panels: [Int], of count: Int, height: Double) -> Arrangement.Row {
            .init(
                panels.map { .panel($0) } + (panels.count..<max(count, panels.count)).map { _ in .blank() },
                height: .points(height))
        }
        let most = max(1, lossRows.map(\.count).max() ?? 1)
        func stacked(_ lossHeight: Double, _ testHeight: Double) -> Arrangement {
            Arrangement(
                zip(lossRows, testRows).flatMap { losses, tests in
                    (losses.isEmpty ? [] : [row(losses, of: most, height: lossHeight)])
                        + (tests.isEmpty ? [] : [row(tests, of: most, height: testHeight)])
                } + notes)
        }
        let all = lossRows.flatMap { $0 }, tested = testRows.flatMap { $0 }
        let isTogether = results.count <= 3 && all.count <= 8 && !all.isEmpty && (tested.isEmpty || tested.count == all.count)
        let together = Arrangement(
            [row(all, of: all.count, height: 76)] + (tested.isEmpty ? [] : [row(tested, of: all.count, height: 66)]) + notes)
        let beyond = unskilled.isEmpty ? "" : ", which the loss of no \(unskilled.joined(separator: " or ")) run beats"
        return Figure(
            name, title: Titles.loss(shares),
            subtitle:
                "Broad orange: GD. Thin blue: SAM, darker for the larger *ρ*. Dotted: a constant guess\(beyond). Numbers: the share of the steps after which GD is where SAM ends.",
            description:
                "Training loss at every step and the error or loss on test examples at every check, a column for each step size of each task.",
            oneColumn: stacked(40, 23), twoColumns: isTogether ? together : stacked(56, 44), panels: panels)
    }

    static let highStepSize = PaperFigure(name: "high-step-size", scope: .of("cifar10-cnn")) { name, results in
        let result = results[0], radii = result.radii
        // The two largest: around GD's edge.
        let rates = result.learningRates.suffix(2)
        let runs = result.firstSeed.filter { rates.contains($0.learningRate) }
        let evidence = try Claim.stableAtLargeSteps.evidence(result).filter { evidence in
            [.holds, .fails].contains(evidence.outcome)
                && runs.contains { $0.label == evidence.run && $0.seed == evidence.seed }
        }
        let calm = Tally(holding: evidence.count { $0.outcome == .holds }, tested: evidence.count)
        let spikes = try runs.filter { try !$0.optimiser.value.ascends && Claim.isTroubled($0) }.map {
            try $0.greatestRise(after: 10)
        }
        let panels = try rates.map { rate in
            let runs = runs.filter { $0.learningRate == rate }
            return try Panel(
                RichText(rateText(rate)).plain, header: rateText(rate), x: Axis("step"), y: Axis("training loss", scale: .log),
                yGroup: "loss"
            ) {
                for run in runs {
                    let line = Line(
                        x: try run.training.column(named: "step"), y: try run.training.column(named: "loss"),
                        as: .run(run.optimiser, among: radii),
                        named: RichText(run.shortTitle).plain)
                    line
                    if run.divergedAt != nil { Divergence(after: run.lastFiniteStep, isOneOfMany: true) }
                }
                for (index, run) in runs.enumerated() {
                    let rise = try run.greatestRise(after: 10)
                    let course = rise < 1.005 ? "does not rise" : "rises \(decimals(rise, 2))-fold"
                    Text(
                        "\(run.optimiser.value.ascends ? "SAM, \(run.shortTitle)" : "GD"): \(run.divergedAt.map { "diverges at step \($0)" } ?? course)",
                        .near(1, 0.1 * Double(index)), ink: .optimiser(run.optimiser, among: radii, isText: true),
                        isBold: !run.optimiser.value.ascends)
                }
            }
        }
        return Figure(
            name,
            title: "\(result.title): \(Titles.highStepSize(gd: spikes, sam: evidence.map { $0.value ?? .infinity }, calm: calm))",
            subtitle:
                "Training loss at every step. Numbers, from step 10 on: the loss over the least one reached before, where that is greatest.",
            description: "The training loss of GD and SAM at the two largest step sizes.",
            oneColumn: .rows(of: 1, panels: panels.count, height: .points(90)),
            twoColumns: .rows(of: panels.count, panels: panels.count, height: .points(120)), panels: panels)
    }
}
