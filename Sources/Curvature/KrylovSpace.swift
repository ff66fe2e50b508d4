import Kernels

/// The span of v, Hv, H²v, … for a symmetric operator H and a start v, with an orthonormal basis in which H is tridiagonal.
///
/// Grown a product at a time, with full reorthogonalisation. Source: Golub & Van Loan, *Matrix Computations*, §10.1–10.3.
final class KrylovSpace {
    /// Orthonormal up to rounding.
    private(set) var basis: [Vector] = []
    /// The operator on the span.
    private(set) var small = Tridiagonal(diagonal: [], offDiagonal: [])
    /// The length of what the newest product has outside the span.
    private(set) var beta = 0.0
    /// Whether the span holds all products of its vectors, or as much as single precision can tell.
    private(set) var isExhausted = false
    /// By how much each product differs from what symmetry and the vectors before say of it: the rounding of single precision.
    private var disagreements: [Double] = []
    /// The largest element of the small matrix, or the largest magnitude known from elsewhere.
    private var scale: Double
    private let deflated: [Vector]
    private let next: Vector
    /// The length of the noise in the unit start.
    private let noiseShare: Double
    private let device: Device

    /// - Parameters:
    ///   - noise: normally distributed numbers, which decide what the space can miss.
    ///   - guess: is added to the noise, in units of the noise's length; any vector, since it leaves the noise what it is.
    ///   - deflated: orthonormal vectors that the space is kept orthogonal to.
    ///   - norm: the operator's norm, as far as it is known; what is small beside it is rounding.
    init(noise: Vector, guess: Vector? = nil, deflated: [Vector] = [], norm: Double = 0, device: Device) {
        (self.deflated, scale, self.device) = (deflated, norm, device)
        next = noise.copy()
        normalise(next, device)
        if let guess { Elementwise.add(1, guess, to: next, device: device) }
        noiseShare = 1 / normalise(next, device)
        if !deflated.isEmpty {
            // What little the vectors leave of the start is rounding as well: that lies along them anew.
            for _ in 0..<3 {
                for _ in 0..<2 { takeOut(deflated, of: next) }
                normalise(next, device)
            }
        }
    }

    /// Multiplies the newest basis vector; `false` where the product is not finite, which ends the space.
    ///
    /// Costs one product and 4·n·j operations in step j. What the product has along the two newest vectors is taken out by itself;
    /// what it has along any other is rounding, so one look at all of them measures it and takes it out.
    func grow(by matrix: some LinearOperator) -> Bool {
        let v = next.copy()
        matrix.apply(to: v, into: next)
        let alpha = Sums.dot(next, v, device: device)
        guard alpha.isFinite else { return false }
        Elementwise.add(-Float(alpha), v, to: next, device: device)
        if let before = basis.last { Elementwise.add(-Float(beta), before, to: next, device: device) }
        if !basis.isEmpty { small.offDiagonal.append(beta) }
        small.diagonal.append(alpha)
        let disagreement = takeOut(basis, of: next)
        disagreements.append(disagreement)
        basis.append(v)
        var removed = disagreement + takeOut([v] + deflated, of: next)
        beta = Sums.norm(next, device: device)
        // Where little is left beside what was taken out, that is rounding in part.
        for _ in 0..<2 where removed > 0.01 * beta * beta {
            removed = takeOut(basis + deflated, of: next)
            beta = Sums.norm(next, device: device)
        }
        normalise(next, device)
        guard beta.isFinite else { return false }
        scale = max(scale, alpha.magnitude)
        isExhausted = !(beta > 2e-6 * scale) || basis.count + deflated.count >= matrix.dimension
        if isExhausted { beta = 0 }
        scale = max(scale, beta)
        return true
    }

    /// An eigenvalue of the operator on the span, and its vector in the basis.
    struct Pair {
        var eigenvalue: Eigenvalue
        var coefficients: [Double]
    }

    /// The eigenvalues of the operator on the span, in ascending order.
    ///
    /// The residual of each is what the next basis vector holds of its product, and what rounding was seen to do to the products.
    func pairs() -> [Pair] {
        let (values, vectors) = small.eigenpairs()
        let floor = 0x1p-24 * max(values.first?.magnitude ?? 0, values.last?.magnitude ?? 0)
        return zip(values, vectors).map { value, vector in
            let outside = beta * (vector.last ?? 1)
            let rounding = zip(vector, disagreements).reduce(0) { $0 + $1.0 * $1.0 * $1.1 }
            return Pair(
                eigenvalue: Eigenvalue(value: value, residual: max(floor, (outside * outside + rounding).squareRoot())),
                coefficients: vector)
        }
    }

    /// How likely it is at most, over the random start, that the operator has an eigenvalue beyond `bound` whose eigenvector the space
    /// has not met; `bound` is outside the eigenvalues on the span.
    ///
    /// The basis vectors are polynomials of the operator times the start: qⱼ(H)v. An eigenvector with eigenvalue λ and component c
    /// of the start has the component c·qⱼ(λ) of the j-th, and all squares of these together are at most 1, so
    /// |c| ≤ 1/√Σqⱼ(λ)². A random direction of n components has so small a one with probability at most √(2n/π)·|c|, whatever is
    /// added to it. Beyond the eigenvalues on the span this only falls.
    func missProbability(beyond bound: Double) -> Double {
        var (before, q, sum) = (0.0, 1.0, 1.0)
        for j in small.diagonal.indices {
            let below = j > 0 ? small.offDiagonal[j - 1] : 0
            let above = j < small.offDiagonal.count ? small.offDiagonal[j] : beta
            if above == 0 { return 0 }
            (before, q) = (q, ((bound - small.diagonal[j]) * q - below * before) / above)
            sum += q * q
            if sum > 1e200 { return 0 }
        }
        return (2 * Double(next.count) / (Double.pi * sum)).squareRoot() / noiseShare
    }

    /// The unit vector with these coefficients in the basis; its largest component is positive, the first of equal ones.
    func vector(_ coefficients: [Double]) -> Vector {
        let sum = device.vector(count: next.count)
        for (coefficient, v) in zip(coefficients, basis) {
            Elementwise.add(Float(coefficient), v, to: sum, device: device)
        }
        normalise(sum, device)
        var largest: Float = 0
        for element in sum.elements where element.magnitude > largest.magnitude { largest = element }
        if largest < 0 { Elementwise.scale(sum, by: -1, into: sum, device: device) }
        return sum
    }

    /// Takes from `vector` its components along orthonormal vectors, the last one's first; the sum of their squares.
    @discardableResult
    private func takeOut(_ others: [Vector], of vector: Vector) -> Double {
        others.reversed().reduce(0) { sum, other in
            let component = Sums.dot(vector, other, device: device)
            Elementwise.add(-Float(component), other, to: vector, device: device)
            return sum + component * component
        }
    }
}

/// Makes a vector's length 1, where it is not 0, and returns what it was.
@discardableResult
func normalise(_ vector: Vector, _ device: Device) -> Double {
    let norm = Sums.norm(vector, device: device)
    if norm > 0, norm.isFinite { Elementwise.scale(vector, by: Float(1 / norm), into: vector, device: device) }
    return norm
}
