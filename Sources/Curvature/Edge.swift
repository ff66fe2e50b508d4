import Kernels

/// The edges of stability: the sharpness at which a step size stops to be stable.
package enum Edge {
    /// 2/η: the edge of gradient descent.
    package static func gradientDescent(learningRate: Double) -> Double { 2 / learningRate }

    /// The SAM-edge of Long & Bartlett for step size η, radius ρ and gradient norm ‖g‖.
    ///
    /// The paper's ‖g‖/(2ρ)·(√(1 + 8ρ/(η‖g‖)) − 1), multiplied out so that nothing cancels:
    /// 4 / (η(1 + √(1 + 8ρ/(η‖g‖)))). It is 2/η for ρ = 0, and 0 for ‖g‖ = 0 with ρ > 0. Derivation: on a quadratic with
    /// curvature λ along the gradient, a SAM step multiplies by 1 − ηλ(1 + ρλ/‖g‖), which is −1 where
    /// ρλ²/‖g‖ + λ = 2/η; the edge is that equation's positive root.
    package static func sam(learningRate: Double, radius: Double, gradientNorm: Double) -> Double {
        if radius == 0 { return gradientDescent(learningRate: learningRate) }
        return 4 / (learningRate * (1 + (1 + 8 * radius / (learningRate * gradientNorm)).squareRoot()))
    }

    /// ηλ(1 + ρλ/‖g‖)/2: 1 exactly at the edge, above it beyond.
    package static func stabilityIndex(
        sharpness: Double, learningRate: Double, radius: Double, gradientNorm: Double
    ) -> Double {
        let step = learningRate * sharpness / 2
        return radius == 0 ? step : step * (1 + radius * sharpness / gradientNorm)
    }

    /// |⟨u, v⟩| / (‖u‖‖v‖): how well two directions agree, 0 … 1; not a number where one is zero.
    package static func alignment(_ u: Vector, _ v: Vector, workers: Workers) -> Double {
        Sums.dot(u, v, workers: workers).magnitude
            / (Sums.norm(u, workers: workers) * Sums.norm(v, workers: workers))
    }

    /// ‖Pu‖/‖u‖ for the projection P on the span of orthonormal vectors: how much of a direction lies in it, 0 … 1.
    package static func alignment(_ u: Vector, withSpanOf vectors: [Vector], workers: Workers) -> Double {
        let squares = vectors.reduce(0) { sum, v in
            let component = Sums.dot(u, v, workers: workers)
            return sum + component * component
        }
        return squares.squareRoot() / Sums.norm(u, workers: workers)
    }
}
