import Kernels

/// The estimator of the paper's official code: power iteration on central differences of the gradient, quirks included.
///
/// Kept for comparison. Its quotient is (∇ℓ(w + εv) − ∇ℓ(w − εv)) / (2ε + 10⁻⁵) with ε = 10⁻³, so every value comes out
/// 0.4975 % low; it knows magnitudes only, and stops when the norm moves by at most 0.1 %, which is not an error bound.
package struct OfficialPowerIteration: Sendable, Hashable {
    /// How many eigenvalues of largest magnitude are wanted: by simultaneous iteration with Gram–Schmidt.
    package var count: Int
    package var maximumRounds: Int

    static let offset: Float = 1e-3
    static let denominator = 2e-3 + 1e-5
    static let tolerance = 1e-3

    package init(count: Int = 1, maximumRounds: Int = 100) {
        precondition(count >= 1 && maximumRounds >= 1, "power iteration for \(count) in \(maximumRounds) rounds")
        self.count = count
        self.maximumRounds = maximumRounds
    }

    /// What the iteration found.
    package struct Estimate: Sendable {
        /// Norms ‖Hvᵢ‖, in the order of the vectors.
        package var norms: [Double]
        package var vectors: [Vector]
        /// Gradients spent, two a quotient.
        package var gradients: Int
    }

    /// Estimates the eigenvalues of largest magnitude of the derivative of `gradient` at `parameters`.
    ///
    /// - Parameters:
    ///   - gradient: writes the gradient at its first argument to its second.
    ///   - start: gives the i-th random direction, of any length.
    package func estimate(
        at parameters: Vector, gradient: (Vector, Vector) -> Void, start: (Int) -> Vector, workers: Workers
    ) -> Estimate {
        let n = parameters.count
        var vectors = (0..<count).map { start($0).copy() }
        for i in vectors.indices { orthonormalise(vectors[i], against: vectors[..<i], workers) }
        var norms = [Double](repeating: 0, count: count)
        let shifted = Vector(count: n), plus = Vector(count: n), minus = Vector(count: n)
        var gradients = 0
        for _ in 0..<maximumRounds {
            let previous = norms[0]
            var products: [Vector] = []
            for v in vectors {
                Elementwise.sum(parameters, plus: Self.offset, v, into: shifted, workers: workers)
                gradient(shifted, plus)
                Elementwise.sum(parameters, plus: -Self.offset, v, into: shifted, workers: workers)
                gradient(shifted, minus)
                gradients += 2
                let product = Vector(count: n)
                Elementwise.sum(plus, plus: -1, minus, into: product, workers: workers)
                Elementwise.scale(product, by: Float(1 / Self.denominator), into: product, workers: workers)
                products.append(product)
            }
            for i in products.indices { norms[i] = orthonormalise(products[i], against: products[..<i], workers) }
            guard norms.allSatisfy({ $0 > 0 && $0.isFinite }) else { break }
            vectors = products
            if norms[0] <= Self.tolerance || (norms[0] - previous).magnitude <= Self.tolerance * previous { break }
        }
        return Estimate(norms: norms, vectors: vectors, gradients: gradients)
    }

    /// Takes out the components along `others`, normalises, and returns the norm before.
    @discardableResult
    private func orthonormalise(_ vector: Vector, against others: ArraySlice<Vector>, _ workers: Workers) -> Double {
        for other in others {
            Elementwise.add(-Float(Sums.dot(vector, other, workers: workers)), other, to: vector, workers: workers)
        }
        let norm = Sums.norm(vector, workers: workers)
        if norm > 0, norm.isFinite { Elementwise.scale(vector, by: Float(1 / norm), into: vector, workers: workers) }
        return norm
    }
}
