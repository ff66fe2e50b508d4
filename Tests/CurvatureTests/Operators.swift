import Curvature
import Kernels

/// A diagonal matrix in a rotated basis: a known spectrum behind a dense operator.
struct KnownSpectrum: LinearOperator {
    let values: [Float]
    /// The axis of a Householder reflection Q = I − 2uuᵀ; the operator is Q·diag(values)·Q.
    let axis: Vector
    let device = Device()

    init(_ values: [Float], seed: UInt64 = 7) {
        self.values = values
        axis = Vector(count: values.count)
        Normal.fill(axis, generator: Philox(seed: seed), stream: 0)
        Elementwise.scale(axis, by: Float(1 / Sums.norm(axis, device: device)), into: axis, device: device)
    }

    var dimension: Int { values.count }

    func reflect(_ vector: Vector) {
        let component = Sums.dot(axis, vector, device: device)
        Elementwise.add(Float(-2 * component), axis, to: vector, device: device)
    }

    func apply(to vector: Vector, into product: Vector) {
        product.assign(vector)
        reflect(product)
        for i in values.indices { product[i] *= values[i] }
        reflect(product)
    }

    /// The unit eigenvector of value number `index`.
    func eigenvector(_ index: Int) -> Vector {
        let vector = Vector(count: dimension)
        vector[index] = 1
        reflect(vector)
        return vector
    }
}

/// A symmetric matrix given by its product with a vector, computed in double precision; only the vectors are rounded.
struct DoubleOperator: LinearOperator {
    let dimension: Int
    let product: ([Double]) -> [Double]

    func apply(to vector: Vector, into result: Vector) {
        for (i, value) in product(vector.elements.map(Double.init)).enumerated() { result[i] = Float(value) }
    }
}

/// The `count` eigenvalues of largest magnitude that Lanczos finds from a random start, largest magnitude first.
func leadingEigenvalues(of matrix: some LinearOperator, count: Int = 1) -> [Double] {
    Lanczos(count: count, tolerance: 1e-6).spectrum(
        of: matrix, noise: { randomVector(matrix.dimension, seed: UInt64(1 + $0)) }, device: Device()
    ).leading.map(\.value)
}

func randomVector(_ count: Int, seed: UInt64) -> Vector {
    let vector = Vector(count: count)
    Normal.fill(vector, generator: Philox(seed: seed), stream: 0)
    return vector
}
