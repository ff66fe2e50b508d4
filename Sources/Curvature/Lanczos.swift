import Kernels

/// The method of Lanczos from a random start: both ends of a symmetric operator's spectrum, with what belongs to its norm.
///
/// After j products it knows the operator on the span of v, Hv, …, Hʲ⁻¹v; the extreme eigenvalues of that small matrix approach
/// those of the operator from inside. A small residual proves that a value is near an eigenvalue, not that it is the largest: so the
/// start holds independent noise, and the search goes on until an eigenvalue beyond the largest magnitude found could have been
/// missed with a probability of at most `missProbability` (`KrylovSpace.missProbability`). A guess that is added to the noise takes
/// nothing from that certainty. Of the end of lesser magnitude less is promised: a residual of at most 0.5 % of the largest magnitude,
/// and that an eigenvalue beyond it by as much was missed with a probability of at most a tenth.
///
/// From one start each eigenvalue shows once, however many eigenvectors it has. Where several are wanted, what was found is taken
/// out and the search begun again from fresh noise until that finds nothing more.
package struct Lanczos: Sendable, Hashable {
    /// How many eigenvalues of largest magnitude are wanted, from 1 to the dimension.
    package var count: Int
    /// How many eigenvalues of largest magnitude are told where that is more than `count`: as far as one start shows them, from which
    /// an eigenvalue with several eigenvectors shows once. They cost next to nothing; those wanted cost a search of their own.
    package var shown: Int
    /// The residual at which a value counts as found, in units of the largest magnitude; a tenth of it for the principal one.
    package var tolerance: Double
    /// How likely it may be at most that an eigenvalue of larger magnitude than those found was missed.
    package var missProbability: Double
    /// The largest number of products; the residuals then say how far the result is to be trusted.
    package var maximumProducts: Int

    /// - Parameters:
    ///   - tolerance: 8e-4 where one eigenvalue is wanted, otherwise 1e-5.
    ///   - maximumProducts: 400 and four for each eigenvalue wanted.
    package init(
        count: Int = 1, shown: Int = 1, tolerance: Double? = nil, missProbability: Double = 1e-3, maximumProducts: Int? = nil
    ) {
        (self.count, self.shown) = (count, max(count, shown))
        self.tolerance = tolerance ?? (count == 1 ? 8e-4 : 1e-5)
        self.missProbability = missProbability
        self.maximumProducts = maximumProducts ?? 400 + 4 * count
        precondition(
            count >= 1 && self.tolerance > 0 && missProbability > 0 && self.maximumProducts >= count,
            "Lanczos for \(count) within \(self.tolerance) in \(self.maximumProducts) products")
    }

    /// The ends of the spectrum of `matrix`.
    ///
    /// Costs one product a step; keeps all basis vectors. Where the products are not finite, so is what is returned.
    /// - Parameters:
    ///   - noise: gives the i-th vector of independent normal numbers; the first starts the search.
    ///   - guess: what is added to the first, in units of its length.
    /// - Precondition: `count` is at most the dimension.
    package func spectrum(
        of matrix: some LinearOperator, noise: (Int) -> Vector, guess: Vector? = nil, device: Device
    ) -> Spectrum {
        precondition(count <= matrix.dimension, "\(count) eigenvalues in \(matrix.dimension) dimensions")
        var search = Search(self, dimension: matrix.dimension)
        var start = 0, isOpen = true
        repeat {
            let space = KrylovSpace(
                noise: noise(start), guess: start == 0 ? guess : nil, deflated: search.locked, norm: search.norm, device: device
            )
            start += 1
            isOpen = search.goesOn(after: space, on: matrix)
            // From products that are left out, every start would seem to tell something new.
        } while isOpen && !device.isCancelled
        return search.spectrum
    }
}
