import Kernels
import Networks

/// The Hessian of a loss at the parameters of the objective's last gradient.
package struct HessianOperator: LinearOperator {
    private let objective: Objective

    /// - Precondition: `objective`'s last call was `gradient(at:into:)`.
    package init(of objective: Objective) { self.objective = objective }

    package var dimension: Int { objective.network.layout.count }

    package func apply(to vector: Vector, into product: Vector) {
        objective.hessianProduct(along: vector, into: product)
    }
}
