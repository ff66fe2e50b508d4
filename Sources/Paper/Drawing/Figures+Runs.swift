import Formats
import Plotting
import Training

/// The official code's four plots of runs.
extension PaperFigure {
    static let official = PaperFigure(name: "official", scope: .pages(of: 6)) { name, results in
        let result = results[0]
        var panels: [Panel] = [], rows: [Arrangement.Row] = []
        for run in result.runs {
            let label = "\(rateText(run.learningRate)), \(run.shortTitle)"
            rows.append(.init((0..<4).map { .panel(panels.count + $0) }, height: .points(60), note: label))
            let isFirst = panels.isEmpty
            for plot in try fourPlots(of: run, in: result) {
                var panel = plot
                panel.label = "\(RichText(label).plain), \(plot.label)"
                if !isFirst { panel.header = "" }
                panels.append(panel)
            }
        }
        let first = result.runs.first.map { "\(rateText($0.learningRate)), \($0.shortTitle)" } ?? ""
        let last = result.runs.last.map { "\(rateText($0.learningRate)), \($0.shortTitle)" } ?? ""
        return Figure(
            name, title: try edgesTitle(of: result, try Tally(.tracksEdge, on: results)),
            subtitle:
                "The official code’s four plots, from \(first) to \(last). Yellow: the SAM-edge; dotted: 2/*η*. Alignment with the principal eigenvector: squares, of the gradient; dots, of the SAM gradient.",
            description:
                "For each run its largest eigenvalues with the edges, the operator norm with the SAM-edge, the alignments of both gradients, and the training loss.",
            oneColumn: nil, twoColumns: Arrangement(rows), panels: panels)
    }

    static let run = PaperFigure(name: "run", scope: .single) { name, results in
        let result = results[0], run = result.runs[0]
        var panels = try fourPlots(of: run, in: result)
        let differences = try result.estimatorDifferences()
        if !differences.isEmpty {
            panels.append(
                Panel("estimators", header: "official / exact − 1", x: Axis("step"), y: Axis("%")) {
                    Rule(y: 0, as: .base, named: "equal")
                    Dots(
                        x: differences.map { Double($0.step) }, y: differences.map { 100 * $0.difference },
                        as: Style("", ink: .past, width: 1, marker: .circle, layer: .data), named: "official / exact − 1")
                })
        }
        for (index, letter) in zip(panels.indices, ["a", "b", "c", "d", "e"]) {
            panels[index].header = "\(letter)  \(panels[index].header)"
            panels[index].xGroup = nil
        }
        let statistics = try RunStatistics(run, of: result)
        return Figure(
            name, title: Titles.run(state: run.state(statistics), ratio: statistics.edgeRatio.median),
            subtitle:
                "\(result.title), \(rateText(run.learningRate)), \(run.shortTitle): the official code’s four plots. Yellow: the SAM-edge; dotted: 2/*η*. Squares: alignment of the gradient; dots: of the SAM gradient."
                + (differences.isEmpty ? "" : " e: how far the official estimate of ‖*H*‖ is from the exact one."),
            description:
                "The run’s largest eigenvalues with the edges, the operator norm with the SAM-edge, the alignments of both gradients, and the training loss"
                + (differences.isEmpty ? "." : "; and how far the official estimate of the operator norm is from the exact one."),
            oneColumn: .rows(of: 1, panels: panels.count, height: .points(80)),
            twoColumns: .rows(of: 2, panels: panels.count, height: .points(100)), panels: panels)
    }

    /// `eigs`, `eigs_se_only`, `a` and `ell`.
    private static func fourPlots(of run: RunResult, in result: ExperimentResult) throws -> [Panel] {
        let steps = try run.measured("step"), norms = try run.measured("hessian_norm"), radii = result.radii
        let ink = Ink.optimiser(run.optimiser, among: radii)
        let measured = Style("", ink: ink, width: 1, layer: .data)
        let ascends = run.optimiser.value.ascends
        let track = Line(x: steps, y: try run.measured("sam_edge"), as: .samEdge, named: "SAM-edge")
        let isLeading = try run.measurements.columns.contains("lambda_3")
        let end = run.divergedAt.map { _ in [Divergence(after: run.lastFiniteStep)] } ?? []
        let eigenvalues = try Panel(
            "eigs", header: isLeading ? "*λ*_{1}, *λ*_{2}, *λ*_{3} (eigs)" : "‖*H*‖ (eigs)", x: Axis("step"),
            y: Axis("", scale: .log), xGroup: "eigs"
        ) {
            Rule(y: GradientDescent.edge(learningRate: run.learningRate), as: .gdEdge, named: "2/η")
            if ascends { track }
            if isLeading {
                for number in [3, 2, 1] {
                    Line(
                        x: steps, y: try run.measured("lambda_\(number)"),
                        as: Style("", ink: .radius(number == 1 ? 2 : number == 2 ? 1 : 0, of: 3), width: 0.9, layer: .data),
                        named: "λ\(number)")
                }
            } else {
                Line(x: steps, y: norms, as: measured, named: "‖H‖")
            }
            end
        }
        let edge = Panel(
            "eigs_se_only", header: "‖*H*‖ (eigs_se_only)", x: Axis("step"), y: Axis("", cutsOutliers: true),
            xGroup: "edge"
        ) {
            if ascends {
                track
            } else if norms.contains(where: { $0 > 1 / run.learningRate }) {
                Rule(y: GradientDescent.edge(learningRate: run.learningRate), as: .gdEdge, named: "2/η")
            }
            Line(x: steps, y: norms, as: measured, named: "‖H‖")
            end
        }
        let alignment = try Panel(
            "a", header: "alignment (a)", x: Axis("step"), y: Axis("", domain: 0...1.02), xGroup: "alignment", yGroup: nil
        ) {
            Dots(
                x: steps, y: try run.measured("alignment"), as: Style("", ink: .past, width: 1, marker: .square, layer: .data),
                named: "gradient")
            if ascends {
                Dots(
                    x: steps, y: try run.measured("sam_alignment"),
                    as: Style("", ink: ink, width: 1, marker: .circle, layer: .data), named: "SAM gradient")
            }
        }
        let loss = try Panel("ell", header: "training loss (ell)", x: Axis("step"), y: Axis("", scale: .log), xGroup: "loss") {
            Line(
                x: try run.training.column(named: "step"), y: try run.training.column(named: "loss"),
                as: Style("", ink: .text, width: 0.9, layer: .data), named: "training loss")
            end
        }
        return [eigenvalues, edge, alignment, loss]
    }
}
