import Kernels

extension Objective {
    /// What is added to a gradient's norm before it is divided by, so that a zero gradient moves nothing; as the paper's code.
    package static var normOffset: Double { 1e-5 }

    /// The length of the step that SAM takes up the gradient: ρ‖g‖/(‖g‖ + 1e-5), a little less than ρ.
    package static func radiusTaken(_ radius: Double, gradientNorm: Double) -> Double {
        radius * gradientNorm / (gradientNorm + normOffset)
    }

    /// The gradient of sharpness-aware minimisation, ∇ℓ(w⁺) with w⁺ = w + ρ·g/(‖g‖ + 1e-5), for the gradient g at w.
    ///
    /// Both gradients are of the same batch. For ρ = 0 it is g itself. Costs one gradient.
    /// - Parameters:
    ///   - gradient: g, as `gradient(at:into:)` gave it at `parameters`.
    ///   - gradientNorm: ‖g‖.
    ///   - perturbed: is left holding w⁺.
    ///   - result: is left holding ∇ℓ(w⁺).
    ///   - aside: leaves the point of Hessian–vector products at `parameters`.
    package func samGradient(
        at parameters: Vector, gradient: Vector, gradientNorm: Double, radius: Double, perturbed: Vector, into result: Vector,
        aside: Bool = false, workers: Workers
    ) {
        if radius == 0 {
            perturbed.assign(parameters)
            result.assign(gradient)
            return
        }
        Elementwise.sum(
            parameters, plus: Float(radius / (gradientNorm + Self.normOffset)), gradient, into: perturbed, workers: workers)
        _ = self.gradient(at: perturbed, into: result, aside: aside)
    }
}
