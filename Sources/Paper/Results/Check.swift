/// A check of the regular interval, as the claims read it.
///
/// Checks at other steps are left out, so that denser ones, such as those of the first steps, change no verdict.
struct Check: Sendable {
    var step: Int
    var loss: Double
    var gradientNorm: Double
    /// The eigenvalue of the largest magnitude: ‖H‖, or −‖H‖ where the negative end is the larger.
    var principal: Double
    /// The run's own edge: the SAM-edge, or 2/η for ρ = 0.
    var edge: Double
    /// The cosine between the gradient and the space of all eigenvectors whose eigenvalues lie within 5 % of the principal one.
    var alignment: Double
    /// Likewise of the SAM gradient.
    var samAlignment: Double
    /// The Hessian–vector products that it took.
    var products: Double

    /// ‖H‖ in units of the edge; negative where the negative end is the larger, since an edge is one of λ₁ > 0.
    var ratio: Double { principal / edge }
}

extension RunResult {
    /// The checks at multiples of `interval`, by ascending step.
    ///
    /// - Throws: `TableError` where a column is missing.
    func checks(every interval: Int) throws -> [Check] {
        let steps = try measured("step"), losses = try measured("loss"), gradients = try measured("gradient_norm")
        let norms = try measured("hessian_norm"), largest = try measured("lambda_max"), edges = try measured("sam_edge")
        let alignments = try measured("alignment_span"), samAlignments = try measured("sam_alignment_span")
        let products = try measured("products")
        return steps.indices.filter { Int(steps[$0]) % interval == 0 }.map { i in
            Check(
                step: Int(steps[i]), loss: losses[i], gradientNorm: gradients[i],
                principal: largest[i] < norms[i] ? -norms[i] : norms[i], edge: edges[i], alignment: alignments[i],
                samAlignment: samAlignments[i], products: products[i])
        }
    }
}
