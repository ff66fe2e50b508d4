import Kernels
import Networks

/// The Hessian of a loss at the parameters of the objective's last gradient.
package struct HessianOperator: LinearOperator {
    private let objective: Objective

    /// - Precondition: `objective`'s last call was `gradient(at:into:)`.
    package init(of objective: Objective) { self.objective = objective }

    /// The number of the network's parameters.
    package var dimension: Int { objective.network.layout.count }

    /// Writes H·vector to `product`, exact up to rounding, by `Objective.hessianProduct`; about two gradients' cost.
    package func apply(to vector: Vector, into product: Vector) {
        objective.hessianProduct(along: vector, into: product)
    }
}
