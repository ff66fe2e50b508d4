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
    package var samEdge: Double
    package var gradientDescentEdge: Double
    /// ηλ(1 + ρλ/‖g‖)/2 for λ = ‖H‖.
    package var stabilityIndex: Double
    /// Of the gradient with the principal eigenvector.
    package var alignment: Double
    /// Of the SAM gradient with the principal eigenvector.
    package var samAlignment: Double
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
    /// Exact mode searches from the SAM gradient, which lies near the principal direction once training is at the edge,
    /// with a random direction of `Self.startNoise` its length added, so that no eigenvector is out of reach.
    /// Costs two gradients and about 8 to 30 Hessian–vector products.
    /// - Parameters:
    ///   - seed: decides the random directions.
    ///   - Returns: `nil` where the loss or the gradient is not finite.
    package static func measure(
        _ objective: Objective, at parameters: Vector, learningRate: Double, radius: Double, estimator: Estimator,
        seed: UInt64, workers: Workers
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
        switch estimator {
        case .exact(let lanczos):
            let start = randomDirection(n, seed: seed, index: 0)
            let noise = startNoise / Sums.norm(start, workers: workers)
            Elementwise.scale(start, by: Float(noise), into: start, workers: workers)
            if samGradientNorm > 0 {
                Elementwise.add(Float(1 / samGradientNorm), samGradient, to: start, workers: workers)
            }
            spectrum = lanczos.spectrum(of: HessianOperator(of: objective), from: start, workers: workers)
        case .official(let iteration):
            let estimate = iteration.estimate(
                at: parameters, gradient: { _ = objective.gradient(at: $0, into: $1) },
                start: { randomDirection(n, seed: seed, index: $0) }, workers: workers)
            let leading = estimate.norms.map { Eigenvalue(value: $0, residual: .nan) }
            spectrum = Spectrum(
                leading: leading, largest: leading[0], smallest: Eigenvalue(value: .nan, residual: .nan),
                principalVector: estimate.vectors[0], products: estimate.gradients / 2)
        }
        return Measurement(
            loss: loss, gradientNorm: gradientNorm, gradient: gradient, samGradient: samGradient,
            samGradientNorm: samGradientNorm, spectrum: spectrum,
            samEdge: Edge.sam(learningRate: learningRate, radius: radius, gradientNorm: gradientNorm),
            gradientDescentEdge: Edge.gradientDescent(learningRate: learningRate),
            stabilityIndex: Edge.stabilityIndex(
                sharpness: spectrum.norm, learningRate: learningRate, radius: radius, gradientNorm: gradientNorm),
            alignment: Edge.alignment(gradient, spectrum.principalVector, workers: workers),
            samAlignment: Edge.alignment(samGradient, spectrum.principalVector, workers: workers))
    }

    /// The length of the random part of the search's start, relative to the SAM gradient's.
    static let startNoise = 0.05

    private static func randomDirection(_ count: Int, seed: UInt64, index: Int) -> Vector {
        let vector = Vector(count: count)
        Normal.fill(vector, generator: Philox(seed: seed), stream: UInt64(index))
        return vector
    }
}

