import Kernels

/// The method of Lanczos with full reorthogonalisation: both ends of a symmetric operator's spectrum from few products.
///
/// After j products it knows the operator on the span of v, Hv, …, Hʲ⁻¹v; the extreme eigenvalues of that small
/// tridiagonal matrix approach those of the operator from inside. The residual of each is the next off-diagonal element
/// times the last component of its small eigenvector. Source: Golub & Van Loan, *Matrix Computations*, §10.1–10.3.
package struct Lanczos: Sendable, Hashable {
    /// The residual at which an eigenvalue counts as found, relative to the largest magnitude.
    package var tolerance: Double
    /// How many eigenvalues of largest magnitude are wanted.
    package var count: Int
    /// The least number of products: a start that is nearly an eigenvector of a small eigenvalue must not end the search.
    package var minimumProducts: Int
    /// The largest number of products; the residuals then say how far the result is to be trusted.
    package var maximumProducts: Int

    package init(tolerance: Double = 1e-3, count: Int = 1, minimumProducts: Int = 6, maximumProducts: Int = 120) {
        precondition(tolerance > 0 && count >= 1 && maximumProducts >= count, "Lanczos for \(count) within \(tolerance)")
        self.tolerance = tolerance
        self.count = count
        self.minimumProducts = minimumProducts
        self.maximumProducts = maximumProducts
    }

    /// The ends of the spectrum of `matrix`, searched from `start`.
    ///
    /// Ends when the wanted eigenvalues have residuals within the tolerance, and the opposite end is certain not to be
    /// larger; or when the span is exhausted. Costs one product a step, and 4·n·j operations in step j to keep the basis
    /// orthogonal; keeps all basis vectors.
    /// - Precondition: `start` is neither zero nor infinite.
    package func spectrum(of matrix: some LinearOperator, from start: Vector, workers: Workers) -> Spectrum {
        let n = matrix.dimension
        let norm = Sums.norm(start, workers: workers)
        precondition(start.count == n && norm > 0 && norm.isFinite, "a start of \(start.count) elements and norm \(norm)")
        var basis: [Vector] = []
        var small = Tridiagonal(diagonal: [], offDiagonal: [])
        let next = Vector(count: n)
        Elementwise.scale(start, by: Float(1 / norm), into: next, workers: workers)
        let limit = min(maximumProducts, n)
        while true {
            let v = next.copy()
            normalise(v, workers)
            basis.append(v)
            matrix.apply(to: v, into: next)
            small.diagonal.append(Sums.dot(next, v, workers: workers))
            orthogonalise(next, against: basis, workers)
            let beta = Sums.norm(next, workers: workers)
            let steps = basis.count
            let (values, vectors) = small.eigenpairs()
            let pairs = zip(values, vectors).map {
                Eigenvalue(value: $0, residual: beta * ($1.last ?? 1).magnitude)
            }
            let scale = max(values[0].magnitude, values[steps - 1].magnitude)
            let exhausted = !(beta > 1e-6 * scale) || !beta.isFinite
            if exhausted || steps == limit || (steps >= min(minimumProducts, limit) && isDone(pairs, scale: scale)) {
                return result(pairs, vectors: vectors, basis: basis, workers)
            }
            small.offDiagonal.append(beta)
            Elementwise.scale(next, by: Float(1 / beta), into: next, workers: workers)
        }
    }

    /// The indices of the wanted pairs, largest magnitude first.
    private func leading(_ pairs: [Eigenvalue]) -> [Int] {
        Array(
            pairs.indices.sorted { (-pairs[$0].value.magnitude, $0) < (-pairs[$1].value.magnitude, $1) }.prefix(count))
    }

    private func isDone(_ pairs: [Eigenvalue], scale: Double) -> Bool {
        guard pairs.count >= count, let first = pairs.first, let last = pairs.last else { return false }
        let wanted = leading(pairs)
        guard wanted.allSatisfy({ pairs[$0].residual <= tolerance * scale }) else { return false }
        let opposite = last.value.magnitude >= first.value.magnitude ? first : last
        return opposite.value.magnitude + opposite.residual <= scale * (1 + tolerance)
            || opposite.residual <= tolerance * scale
    }

    private func result(
        _ pairs: [Eigenvalue], vectors: [[Double]], basis: [Vector], _ workers: Workers
    ) -> Spectrum {
        let wanted = leading(pairs)
        let principal = Vector(count: basis[0].count)
        for (coefficient, vector) in zip(vectors[wanted[0]], basis) {
            Elementwise.add(Float(coefficient), vector, to: principal, workers: workers)
        }
        normalise(principal, workers)
        return Spectrum(
            leading: wanted.map { pairs[$0] }, largest: pairs[pairs.count - 1], smallest: pairs[0],
            principalVector: principal, products: basis.count)
    }

    private func normalise(_ vector: Vector, _ workers: Workers) {
        let norm = Sums.norm(vector, workers: workers)
        Elementwise.scale(vector, by: Float(1 / norm), into: vector, workers: workers)
    }

    /// Takes from `vector` its components along `basis`, the newest first.
    private func orthogonalise(_ vector: Vector, against basis: [Vector], _ workers: Workers) {
        // The newest two hold the large components. A second pass over these cleans what rounding left of them.
        for v in basis.suffix(2).reversed() + basis.reversed() {
            Elementwise.add(-Float(Sums.dot(vector, v, workers: workers)), v, to: vector, workers: workers)
        }
    }
}
