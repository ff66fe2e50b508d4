import Kernels

/// An eigenvalue as estimated, with how far it may be off.
package struct Eigenvalue: Sendable, Hashable {
    /// The estimate θ, signed.
    package var value: Double
    /// ‖Hv − θv‖ for the unit vector v that belongs to it: some eigenvalue lies within this distance of θ.
    ///
    /// Holds what the rounding of the products was seen to leave uncertain, and is never below half a unit in the last place of
    /// the largest magnitude in single precision.
    package var residual: Double

    /// An estimate with its residual; both are not numbers where the products were not finite.
    package init(value: Double, residual: Double) { (self.value, self.residual) = (value, residual) }
}

/// What a search for the ends of a spectrum found.
package struct Spectrum: Sendable {
    /// The eigenvalues of largest magnitude that were asked for or shown, largest magnitude first.
    package var leading: [Eigenvalue]
    /// The largest eigenvalue.
    package var largest: Eigenvalue
    /// The smallest eigenvalue, negative where the operator is not positive.
    package var smallest: Eigenvalue
    /// The eigenvalue that comes second by magnitude; not a number where there is none.
    package var next: Double
    /// Unit eigenvectors of the eigenvalues within `spanShare` of the one of largest magnitude, that one's first.
    ///
    /// The largest component of each is positive.
    package var span: [Vector]
    /// The products with vectors that were spent.
    package var products: Int

    /// How near to the principal eigenvalue, in units of it, others are counted to its span.
    package static let spanShare = 0.05

    /// The unit eigenvector of the eigenvalue of largest magnitude.
    package var principalVector: Vector { span[0] }

    /// The operator norm ‖H‖: the largest magnitude of an eigenvalue.
    package var norm: Double { leading.first.map { $0.value.magnitude } ?? 0 }
}
