/// w ← w − η·∇ℓ(w).
package struct GradientDescent: Optimiser {
    /// The name in records and legends.
    package static let name = "GD"

    /// In records it is SAM of radius 0, which it is, so that its runs differ from SAM's in that value.
    private var radius = 0.0

    /// The optimiser without settings.
    package init() {}

    /// As SAM of radius 0 would be called.
    package var label: String { "rho=0" }
    /// The heading of a column.
    package var title: String { "*ρ* = 0 (GD)" }
    /// One.
    package var gradientsPerStep: Int { 1 }
    /// Before all others.
    package var rank: Double { 0 }

    /// None.
    package func ascent(gradientNorm: Double) -> Double { 0 }

    /// 2/η, whatever the gradient.
    package static func edge(learningRate: Double) -> Double { 2 / learningRate }

    /// 2/η.
    package func edge(learningRate: Double, gradientNorm: Double) -> Double { Self.edge(learningRate: learningRate) }

    /// ηλ/2.
    package func stabilityIndex(sharpness: Double, learningRate: Double, gradientNorm: Double) -> Double {
        learningRate * sharpness / 2
    }
}
