import Kernels

/// An eigenvalue as estimated, with how far it may be off.
package struct Eigenvalue: Sendable, Hashable {
    /// The estimate θ, signed.
    package var value: Double
    /// ‖Hv − θv‖ for the unit vector v that belongs to it: some eigenvalue lies within this distance of θ.
    package var residual: Double
}

/// What a search for the ends of a spectrum found.
package struct Spectrum: Sendable {
    /// The eigenvalues of largest magnitude that were asked for, largest magnitude first.
    package var leading: [Eigenvalue]
    /// The largest eigenvalue.
    package var largest: Eigenvalue
    /// The smallest eigenvalue, negative where the operator is not positive.
    package var smallest: Eigenvalue
    /// The unit eigenvector of the eigenvalue of largest magnitude.
    package var principalVector: Vector
    /// The products with vectors that were spent.
    package var products: Int

    /// The operator norm ‖H‖: the largest magnitude of an eigenvalue.
    package var norm: Double { leading.first.map { $0.value.magnitude } ?? 0 }
}
