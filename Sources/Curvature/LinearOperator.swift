import Kernels

/// A symmetric linear map that is known by its products with vectors alone, such as a Hessian.
package protocol LinearOperator {
    /// The length of the vectors.
    var dimension: Int { get }

    /// Writes the product with `vector` to `product`.
    func apply(to vector: Vector, into product: Vector)
}
