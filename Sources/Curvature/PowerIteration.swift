import Kernels

/// The estimator of the paper's official code: power iteration on central differences of the gradient, quirks included.
///
/// Kept for comparison. Its quotient is (∇ℓ(w + εv) − ∇ℓ(w − εv)) / (2ε + 10⁻⁵) with ε = 10⁻³: 0.4975 % low on a smooth loss. With
/// ReLU and pooling the offset steps over kinks. It knows magnitudes only, and stops when the norm moves by at most 0.1 %, which is no
/// bound on the error. Seen against the exact ‖H‖: medians +0.5 % (perceptron), −1.9 % (convolutions), −0.6 % (transformer), from −7 to
/// +12 %; on a network with kinks one snapshot gives values several percent apart from different starts, and a third of the
/// perceptron's checks end at the limit of 100 rounds.
package struct OfficialPowerIteration: Sendable, Hashable {
    /// How many eigenvalues of largest magnitude are wanted.
    ///
    /// More than one by simultaneous iteration: each round multiplies all vectors, takes the norms of the products as estimates,
    /// makes the products orthogonal in their order, and divides each by its norm + 10⁻⁵, until all norms together have moved by
    /// at most 0.1 %.
    package var count: Int
    /// The rounds after which the estimates count as they are, without a sign of it; each costs two gradients an eigenvalue.
    package var maximumRounds: Int

    static let offset: Float = 1e-3
    static let denominator = 2e-3 + 1e-5
    static let tolerance = 1e-3
    static let normOffset = 1e-5

    /// An iteration for `count` eigenvalues; by default for the one of largest magnitude, in at most 100 rounds.
    ///
    /// - Precondition: both numbers are at least 1.
    package init(count: Int = 1, maximumRounds: Int = 100) {
        precondition(count >= 1 && maximumRounds >= 1, "power iteration for \(count) in \(maximumRounds) rounds")
        self.count = count
        self.maximumRounds = maximumRounds
    }

    /// What the iteration found.
    package struct Estimate: Sendable {
        /// Norms ‖Hvᵢ‖, the largest first.
        package var norms: [Double]
        /// In the same order.
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
        at parameters: Vector, gradient: (Vector, Vector) -> Void, start: (Int) -> Vector, device: Device
    ) -> Estimate {
        let n = parameters.count
        var vectors = (0..<count).map { start($0).copy() }
        for i in vectors.indices {
            orthogonalise(vectors[i], against: vectors[..<i], device)
            normalise(vectors[i], device)
        }
        var norms = [Double](repeating: 0, count: count)
        let shifted = device.vector(count: n), plus = device.vector(count: n), minus = device.vector(count: n)
        var gradients = 0
        for _ in 0..<maximumRounds {
            let previous = norms
            var products: [Vector] = []
            for v in vectors {
                Elementwise.sum(parameters, plus: Self.offset, v, into: shifted, device: device)
                gradient(shifted, plus)
                Elementwise.sum(parameters, plus: -Self.offset, v, into: shifted, device: device)
                gradient(shifted, minus)
                gradients += 2
                let product = device.vector(count: n)
                Elementwise.sum(plus, plus: -1, minus, into: product, device: device)
                Elementwise.scale(product, by: Float(1 / Self.denominator), into: product, device: device)
                products.append(product)
            }
            // The estimates are the norms before Gram–Schmidt.
            norms = products.map { Sums.norm($0, device: device) }
            guard norms.allSatisfy({ $0 > 0 && $0.isFinite }) else { break }
            for i in products.indices {
                orthogonalise(products[i], against: products[..<i], device)
                let norm = Sums.norm(products[i], device: device) + (count > 1 ? Self.normOffset : 0)
                if norm > 0 { Elementwise.scale(products[i], by: Float(1 / norm), into: products[i], device: device) }
            }
            vectors = products
            let moved = length(zip(norms, previous).map { $0 - $1 })
            if length(norms) <= Self.tolerance || moved <= Self.tolerance * length(previous) { break }
        }
        let order = norms.indices.sorted { (-norms[$0], $0) < (-norms[$1], $1) }
        return Estimate(norms: order.map { norms[$0] }, vectors: order.map { vectors[$0] }, gradients: gradients)
    }

    private func length(_ numbers: [Double]) -> Double { numbers.reduce(0) { $0 + $1 * $1 }.squareRoot() }

    /// Takes out the components along `others`.
    private func orthogonalise(_ vector: Vector, against others: ArraySlice<Vector>, _ device: Device) {
        for other in others {
            Elementwise.add(-Float(Sums.dot(vector, other, device: device)), other, to: vector, device: device)
        }
    }
}
