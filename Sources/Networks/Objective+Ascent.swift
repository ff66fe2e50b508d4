import Kernels

extension Objective {
    /// The gradient from a little way up: ∇ℓ(w⁺) with w⁺ = w + a·g, for the gradient g at w.
    ///
    /// Both gradients are of the same batch. For a = 0 it is g itself. Costs one gradient.
    /// - Parameters:
    ///   - gradient: g, as `gradient(at:into:)` gave it at `parameters`.
    ///   - ascent: a.
    ///   - perturbed: is left holding w⁺.
    ///   - result: is left holding ∇ℓ(w⁺).
    ///   - aside: leaves the point of Hessian–vector products at `parameters`.
    package func gradient(
        from parameters: Vector, up ascent: Double, along gradient: Vector, perturbed: Vector, into result: Vector,
        aside: Bool = false, device: Device
    ) {
        if ascent == 0 {
            perturbed.assign(parameters)
            result.assign(gradient)
            return
        }
        Elementwise.sum(parameters, plus: Float(ascent), gradient, into: perturbed, device: device)
        _ = self.gradient(at: perturbed, into: result, aside: aside)
    }
}
