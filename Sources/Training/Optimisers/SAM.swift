import Formats

/// Sharpness-aware minimisation: w ← w − η·∇ℓ(w⁺), w⁺ = w + ρ·g/(‖g‖ + 1e-5), for the gradient g at w.
package struct SAM: Optimiser {
    /// The name in records and legends.
    package static let name = "SAM"

    /// ρ, above 0.
    package var radius: Double

    /// SAM with radius ρ.
    package init(radius: Double) { self.radius = radius }

    /// `rho=0.1`.
    package var label: String { "rho=\(shortestText(radius))" }
    /// The heading of a column.
    package var title: String { "*ρ* = \(shortestText(radius))" }
    /// Two.
    package var gradientsPerStep: Int { 2 }
    /// The radius.
    package var rank: Double { radius }

    /// What is added to a gradient's norm before it is divided by, so that a zero gradient moves nothing; as the paper's code.
    private static let normOffset = 1e-5

    /// ρ/(‖g‖ + 1e-5).
    package func ascent(gradientNorm: Double) -> Double { radius / (gradientNorm + Self.normOffset) }

    /// The length of the step up: ρ‖g‖/(‖g‖ + 1e-5), a little less than ρ.
    package func radiusTaken(gradientNorm: Double) -> Double { radius * gradientNorm / (gradientNorm + Self.normOffset) }

    /// The SAM-edge of Long & Bartlett for step size η, radius ρ and gradient norm ‖g‖.
    ///
    /// The paper's ‖g‖/(2ρ)·(√(1 + 8ρ/(η‖g‖)) − 1), multiplied out so that nothing cancels:
    /// 4 / (η(1 + √(1 + 8ρ/(η‖g‖)))). It is 2/η for ρ = 0, and 0 for ‖g‖ = 0 with ρ > 0. Derivation: on a quadratic with
    /// curvature λ along the gradient, a SAM step multiplies by 1 − ηλ(1 + ρλ/‖g‖), which is −1 where
    /// ρλ²/‖g‖ + λ = 2/η; the edge is that equation's positive root.
    package static func edge(learningRate: Double, radius: Double, gradientNorm: Double) -> Double {
        if radius == 0 { return GradientDescent.edge(learningRate: learningRate) }
        return 4 / (learningRate * (1 + (1 + 8 * radius / (learningRate * gradientNorm)).squareRoot()))
    }

    /// The SAM-edge for the radius that the step really takes up.
    package func edge(learningRate: Double, gradientNorm: Double) -> Double {
        Self.edge(learningRate: learningRate, radius: radiusTaken(gradientNorm: gradientNorm), gradientNorm: gradientNorm)
    }

    /// ηλ(1 + ρλ/‖g‖)/2 for the radius that the step really takes up.
    package func stabilityIndex(sharpness: Double, learningRate: Double, gradientNorm: Double) -> Double {
        learningRate * sharpness / 2 * (1 + radiusTaken(gradientNorm: gradientNorm) * sharpness / gradientNorm)
    }
}
