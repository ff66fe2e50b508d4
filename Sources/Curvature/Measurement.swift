import Kernels
import Networks

/// What is measured at one point of a trajectory: a function of the parameters, the batch and the optimiser's ascent alone.
package struct Measurement: Sendable {
    /// The loss on the batch at the parameters; finite.
    package var loss: Double
    /// The Euclidean norm ‖g‖ of `gradient`.
    package var gradientNorm: Double
    /// g = ∇ℓ(w) on the batch, as one flat vector [parameters].
    package var gradient: Vector
    /// The gradient that a step goes along, taken some way up along g, [parameters]; g itself for gradient descent.
    package var samGradient: Vector
    /// The Euclidean norm of `samGradient`.
    package var samGradientNorm: Double
    /// The ends of the Hessian's spectrum.
    package var spectrum: Spectrum
    /// The products spent, or what the gradients of an official estimate cost in products.
    package var products: Int
    /// Of the gradient with the principal eigenvector.
    package var alignment: Double
    /// Of the SAM gradient with the principal eigenvector.
    package var samAlignment: Double
    /// Of the gradient with the space of the spectrum's `span`.
    package var spanAlignment: Double
    /// Of the SAM gradient with that space.
    package var samSpanAlignment: Double
    /// ⟨g, v₁⟩, signed, for the unit principal eigenvector v₁.
    package var gradientAlong: Double
}

/// How the operator norm of the Hessian is estimated.
package enum Estimator: Sendable, Hashable {
    /// Exact Hessian–vector products and Lanczos, with signs and residuals.
    case exact(Lanczos)
    /// The official code's power iteration on finite differences. Its values are magnitudes; residuals are not known.
    case official(OfficialPowerIteration)
}

extension Measurement {
    /// Measures at `parameters`.
    ///
    /// Exact mode searches from independent noise, to which a share of both gradients is added: what they have along an eigenvector
    /// then shows, however near another eigenvalue lies, and so their alignment with the span is whole. Costs two gradients, and in
    /// exact mode 17 to 101 Hessian–vector products in the profile laptop, 30 on average.
    /// - Parameters:
    ///   - ascent: the multiple of g that a step goes up before it takes its gradient, given ‖g‖.
    ///   - step: decides the random directions.
    /// - Returns: `nil` where the loss or the gradient is not finite.
    package static func measure(
        _ objective: Objective, at parameters: Vector, ascent: (_ gradientNorm: Double) -> Double, estimator: Estimator,
        step: Int, device: Device
    ) -> Measurement? {
        let n = parameters.count
        let gradient = device.vector(count: n), samGradient = device.vector(count: n), perturbed = device.vector(count: n)
        let loss = objective.gradient(at: parameters, into: gradient)
        let gradientNorm = Sums.norm(gradient, device: device)
        guard loss.isFinite, gradientNorm.isFinite else { return nil }
        objective.gradient(
            from: parameters, up: ascent(gradientNorm), along: gradient, perturbed: perturbed, into: samGradient, aside: true,
            device: device)
        let samGradientNorm = Sums.norm(samGradient, device: device)
        guard samGradientNorm.isFinite else { return nil }
        let spectrum: Spectrum
        let products: Int
        func noise(_ purpose: RandomStream.Purpose, _ index: Int) -> Vector {
            let vector = device.vector(count: n)
            RandomStream(purpose, index: index, seed: UInt64(step)).fillNormal(vector)
            return vector
        }
        switch estimator {
        case .exact(let lanczos):
            let guess = device.vector(count: n)
            for direction in [gradient, samGradient] {
                let norm = Sums.norm(direction, device: device)
                if norm > 0 { Elementwise.add(Float(gradientShare / norm), direction, to: guess, device: device) }
            }
            spectrum = lanczos.spectrum(
                of: HessianOperator(of: objective), noise: { noise(.search, $0) }, guess: guess, device: device)
            products = spectrum.products
        case .official(let iteration):
            let estimate = iteration.estimate(
                at: parameters, gradient: { _ = objective.gradient(at: $0, into: $1) }, start: { noise(.officialSearch, $0) },
                device: device)
            let leading = estimate.norms.map { Eigenvalue(value: $0, residual: .nan) }
            products = estimate.gradients / 2
            spectrum = Spectrum(
                leading: leading, largest: leading[0], smallest: Eigenvalue(value: .nan, residual: .nan),
                next: leading.count > 1 ? leading[1].value : .nan, span: [estimate.vectors[0]], products: products)
        }
        return Measurement(
            loss: loss, gradientNorm: gradientNorm, gradient: gradient, samGradient: samGradient,
            samGradientNorm: samGradientNorm, spectrum: spectrum, products: products,
            alignment: Alignment.of(gradient, with: spectrum.principalVector, device: device),
            samAlignment: Alignment.of(samGradient, with: spectrum.principalVector, device: device),
            spanAlignment: Alignment.of(gradient, withSpanOf: spectrum.span, device: device),
            samSpanAlignment: Alignment.of(samGradient, withSpanOf: spectrum.span, device: device),
            gradientAlong: Sums.dot(gradient, spectrum.principalVector, device: device))
    }

    /// The length of each gradient in the start of the search, beside noise of length 1.
    private static let gradientShare = 0.3
}
