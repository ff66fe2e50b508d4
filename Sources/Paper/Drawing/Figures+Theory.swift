import Formats
import Plotting
import Training

extension PaperFigure {
    static let ofTheory = [edgeTheory]

    /// The SAM-edge as a function of the gradient norm: it falls as the gradient shrinks, the sooner the larger ρ.
    static let edgeTheory = PaperFigure(name: "edge-theory", scope: .theory) { name, _ in
        let rate = 0.1
        let radii = [0.01, 0.03, 0.1, 0.3, 1]
        // Powers of 10^(1/8) by repeated multiplication: no library's pow, so the same bytes everywhere.
        let norms = (0...64).map { power(1.3335214321633240, $0) * 1e-5 }
        return Figure(
            name, title: "The SAM-edge against the gradient norm",
            description:
                "The sharpness at which SAM with η = 0.1 stops being stable, against the norm of the gradient, for five radii.",
            x: Axis("‖∇*ℓ*‖ (shrinking to the right)", scale: .log, isReversed: true), y: Axis("SAM-edge", scale: .log),
            width: .oneColumn
        ) { _, _ in
            Rule(y: GradientDescent.edge(learningRate: rate), as: .gdEdge)
            for (index, radius) in radii.enumerated() {
                Line(
                    x: norms, y: norms.map { SAM.edge(learningRate: rate, radius: radius, gradientNorm: $0) },
                    as: .ordinal(index, of: radii.count, label: "*ρ* = \(shortestText(radius))"))
            }
        }
    }

    private static func power(_ base: Double, _ exponent: Int) -> Double {
        (0..<exponent).reduce(1) { product, _ in product * base }
    }
}
