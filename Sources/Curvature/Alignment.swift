import Kernels

/// How well directions agree.
package enum Alignment {
    /// |⟨u, v⟩| / (‖u‖‖v‖), 0 … 1; not a number where one is zero.
    package static func of(_ u: Vector, with v: Vector, device: Device) -> Double {
        Sums.dot(u, v, device: device).magnitude
            / (Sums.norm(u, device: device) * Sums.norm(v, device: device))
    }

    /// ‖Pu‖/‖u‖ for the projection P on the span of orthonormal vectors: how much of a direction lies in it, 0 … 1.
    package static func of(_ u: Vector, withSpanOf vectors: [Vector], device: Device) -> Double {
        let squares = vectors.reduce(0) { sum, v in
            let component = Sums.dot(u, v, device: device)
            return sum + component * component
        }
        return squares.squareRoot() / Sums.norm(u, device: device)
    }
}
