import Formats
import Plotting
import Training

/// The figures of gradients.
extension PaperFigure {
    static let alignmentScatter = PaperFigure(name: "alignment-scatter", scope: .across) { name, results in
        let radii = results.radii
        var total = (better: 0, checks: 0)
        var named: Set<Double> = []
        let panels = try results.map { result in
            let own = try result.alignedChecks()
            var marks: [any Mark] = [Rule.diagonal(as: .base)]
            for radius in result.radii {
                let checks = try result.runs.filter {
                    $0.optimiser.value.ascends && $0.optimiser.value.rank == radius && $0.divergedAt == nil
                }
                .flatMap { try $0.checks(every: result.interval) }.filter { $0.alignment.isFinite && $0.samAlignment.isFinite }
                named.insert(radius)
                marks.append(
                    Dots(
                        x: checks.map(\.alignment), y: checks.map(\.samAlignment),
                        as: .checks(radius, among: radii, label: "*ρ* = \(shortestText(radius))")))
            }
            total = (total.better + own.better, total.checks + own.all)
            if own.all > 0 {
                marks.append(
                    Text(
                        percentText(Double(own.better) / Double(own.all)), .near(1, 0.74), ink: .blueName, isBold: true,
                        isLarge: true))
                marks.append(Text(["of \(own.all) checks", "lie above *y* = *x*"], .near(1, 0.97), ink: .quiet))
            }
            return Panel(
                result.title, header: result.title, x: Axis("cos(gradient, *v*)", domain: 0...1),
                y: Axis("cos(SAM gradient, *v*)", domain: 0...1), xGroup: "cosine", yGroup: "cosine"
            ) { marks }
        }
        return Figure(
            name, title: Titles.alignment(better: total.better, checks: total.checks),
            subtitle:
                "Alignment with *v*, the space of all eigenvectors whose eigenvalues lie within 5 % of the principal one. A dot is one check of one SAM run; on the diagonal both gradients align equally.",
            description:
                "The cosine of the SAM gradient with the principal directions of the Hessian against that of the gradient, at every check of every SAM run.",
            legend: .top, oneColumn: .rows(of: 2, panels: panels.count, height: .square),
            // A single square as wide as both columns would fill the page.
            twoColumns: panels.count == 1
                ? .rows(of: 2, panels: 1, height: .square) : .rows(ofAtMost: 3, panels: panels.count, height: .square),
            panels: panels)
    }
}
