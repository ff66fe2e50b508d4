import Kernels
import Networks

/// What is measured at one point of a trajectory: a function of the parameters, the batch, η and ρ alone.
package struct Measurement: Sendable {
    package var loss: Double
    package var gradientNorm: Double
    package var gradient: Vector
    package var samGradient: Vector
    package var samGradientNorm: Double
    /// The ends of the Hessian's spectrum.
    package var spectrum: Spectrum
    /// The products spent, with the share of those on some of the examples, rounded up.
    package var products: Int
    /// The edge of the step that SAM really takes up, ρ‖g‖/(‖g‖ + 1e-5).
    package var samEdge: Double
    package var gradientDescentEdge: Double
    /// ηλ(1 + ρλ/‖g‖)/2 for λ = ‖H‖.
    package var stabilityIndex: Double
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
    /// Exact mode searches from independent noise, to which a guess is added: the rough ends of the Hessian of a sixteenth of the
    /// examples, the gradient and the SAM gradient. The guess saves products where it is good and takes nothing from the certainty
    /// where it is not. Costs two gradients, 15 to 60 Hessian–vector products, and two more's worth on the sample.
    /// - Parameters:
    ///   - step: decides the random directions.
    /// - Returns: `nil` where the loss or the gradient is not finite.
    package static func measure(
        _ objective: Objective, at parameters: Vector, learningRate: Double, radius: Double, estimator: Estimator,
        step: Int, workers: Workers
    ) -> Measurement? {
        let n = parameters.count
        let gradient = Vector(count: n), samGradient = Vector(count: n), perturbed = Vector(count: n)
        let loss = objective.gradient(at: parameters, into: gradient)
        let gradientNorm = Sums.norm(gradient, workers: workers)
        guard loss.isFinite, gradientNorm.isFinite else { return nil }
        objective.samGradient(
            at: parameters, gradient: gradient, gradientNorm: gradientNorm, radius: radius, perturbed: perturbed,
            into: samGradient, aside: true, workers: workers)
        let samGradientNorm = Sums.norm(samGradient, workers: workers)
        guard samGradientNorm.isFinite else { return nil }
        let spectrum: Spectrum
        var products: Int
        func noise(_ purpose: RandomStream.Purpose, _ index: Int) -> Vector {
            let vector = Vector(count: n)
            RandomStream(purpose, index: index, seed: UInt64(step)).fillNormal(vector)
            return vector
        }
        switch estimator {
        case .exact(let lanczos):
            let guess = Vector(count: n)
            for direction in [gradient, samGradient] {
                add(direction, of: Sums.norm(direction, workers: workers), share: slightShare, to: guess, workers)
            }
            products = 0
            if let sample = objective.sample(oneIn: sampleShare, workers: workers) {
                _ = sample.gradient(at: parameters, into: perturbed)
                let ends = Lanczos.roughEnds(
                    of: HessianOperator(of: sample), noise: noise(.sampleSearch, 0), products: sampleProducts, workers: workers)
                if let ends {
                    // The end towards zero is the slow one: many eigenvalues lie near it.
                    let isPositive = ends.largest.value.magnitude >= ends.smallest.value.magnitude
                    let (far, near) = isPositive ? (ends.largest, ends.smallest) : (ends.smallest, ends.largest)
                    add(near.vector, of: 1, share: 1, to: guess, workers)
                    add(far.vector, of: 1, share: slightShare, to: guess, workers)
                }
                products = (sampleProducts + sampleShare - 1) / sampleShare
            }
            spectrum = lanczos.spectrum(
                of: HessianOperator(of: objective), noise: { noise(.search, $0) }, guess: guess, workers: workers)
            products += spectrum.products
        case .official(let iteration):
            let estimate = iteration.estimate(
                at: parameters, gradient: { _ = objective.gradient(at: $0, into: $1) }, start: { noise(.officialSearch, $0) },
                workers: workers)
            let leading = estimate.norms.map { Eigenvalue(value: $0, residual: .nan) }
            products = estimate.gradients / 2
            spectrum = Spectrum(
                leading: leading, largest: leading[0], smallest: Eigenvalue(value: .nan, residual: .nan),
                next: leading.count > 1 ? leading[1].value : .nan, span: [estimate.vectors[0]], products: products)
        }
        let taken = Objective.radiusTaken(radius, gradientNorm: gradientNorm)
        return Measurement(
            loss: loss, gradientNorm: gradientNorm, gradient: gradient, samGradient: samGradient,
            samGradientNorm: samGradientNorm, spectrum: spectrum, products: products,
            samEdge: Edge.sam(learningRate: learningRate, radius: taken, gradientNorm: gradientNorm),
            gradientDescentEdge: Edge.gradientDescent(learningRate: learningRate),
            stabilityIndex: Edge.stabilityIndex(
                sharpness: spectrum.norm, learningRate: learningRate, radius: taken, gradientNorm: gradientNorm),
            alignment: Edge.alignment(gradient, spectrum.principalVector, workers: workers),
            samAlignment: Edge.alignment(samGradient, spectrum.principalVector, workers: workers),
            spanAlignment: Edge.alignment(gradient, withSpanOf: spectrum.span, workers: workers),
            samSpanAlignment: Edge.alignment(samGradient, withSpanOf: spectrum.span, workers: workers),
            gradientAlong: Sums.dot(gradient, spectrum.principalVector, workers: workers))
    }

    /// One in so many examples makes the sample of the guess.
    private static let sampleShare = 16
    /// The products on the sample.
    private static let sampleProducts = 32
    /// The length in the guess of what the noise finds soon enough by itself.
    private static let slightShare = 0.3

    /// Adds a direction of length `norm` to a guess, with the length `share`; nothing where it has no direction.
    private static func add(_ direction: Vector, of norm: Double, share: Double, to guess: Vector, _ workers: Workers) {
        if norm > 0, norm.isFinite { Elementwise.add(Float(share / norm), direction, to: guess, workers: workers) }
    }
}
