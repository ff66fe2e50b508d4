/// Random numbers from the normal distribution and from its truncation at ±2.
package enum Normal {
    /// The standard deviation of a standard normal cut at ±2.
    package static let truncatedDeviation = 0.87962566103423978

    /// Φ(−2).
    private static let tail = 0.022750131948179207

    /// Writes a standard normal, cut at ±2 and multiplied by `scale`, to each element of `matrix`.
    ///
    /// Element i is the inverse distribution function at uniform number i of `stream`.
    package static func fillTruncated(_ matrix: Matrix, scale: Double, generator: Philox, stream: UInt64) {
        fill(matrix) { index in
            scale * quantile(tail + generator.uniform(index, stream: stream) * (1 - 2 * tail))
        }
    }

    /// Writes a standard normal number to each element of `vector`.
    package static func fill(_ vector: Vector, generator: Philox, stream: UInt64) {
        fill(Matrix(vector, rows: 1, columns: vector.count)) { quantile(generator.uniform($0, stream: stream)) }
    }

    private static func fill(_ matrix: Matrix, _ value: (UInt64) -> Double) {
        if matrix.storage.memory != nil {
            let numbers = Matrix(rows: matrix.rows, columns: matrix.columns)
            fill(numbers, value)
            for row in 0..<matrix.rows {
                matrix.storage.replace(
                    from: matrix.offset + row * matrix.stride, with: numbers.storage,
                    range: row * matrix.columns..<(row + 1) * matrix.columns)
            }
            return
        }
        for row in 0..<matrix.rows {
            for column in 0..<matrix.columns {
                matrix.start[row * matrix.stride + column] = Float(value(UInt64(row * matrix.columns + column)))
            }
        }
    }

    /// The value that a standard normal number stays below with probability `p`, to about 1e-15 of itself.
    ///
    /// Source: Wichura, *Algorithm AS 241: the percentage points of the normal distribution*, PPND16, 1988.
    package static func quantile(_ p: Double) -> Double {
        let q = p - 0.5
        if q.magnitude <= 0.425 {
            let r = 0.180625 - q * q
            return q
                * polynomial(
                    r, 3.3871328727963666080e0, 1.3314166789178437745e2, 1.9715909503065514427e3, 1.3731693765509461125e4,
                    4.5921953931549871457e4, 6.7265770927008700853e4, 3.3430575583588128105e4, 2.5090809287301226727e3)
                / polynomial(
                    r, 1, 4.2313330701600911252e1, 6.8718700749205790830e2, 5.3941960214247511077e3,
                    2.1213794301586595867e4, 3.9307895800092710610e4, 2.8729085735721942674e4, 5.2264952788528545610e3)
        }
        var r = (-Functions.log(q < 0 ? p : 1 - p)).squareRoot()
        let value: Double
        if r <= 5 {
            r -= 1.6
            value =
                polynomial(
                    r, 1.42343711074968357734e0, 4.63033784615654529590e0, 5.76949722146069140550e0,
                    3.64784832476320460504e0, 1.27045825245236838258e0, 2.41780725177450611770e-1,
                    2.27238449892691845833e-2, 7.74545014278341407640e-4)
                / polynomial(
                    r, 1, 2.05319162663775882187e0, 1.67638483018380384940e0, 6.89767334985100004550e-1,
                    1.48103976427480074590e-1, 1.51986665636164571966e-2, 5.47593808499534494600e-4,
                    1.05075007164441684324e-9)
        } else {
            r -= 5
            value =
                polynomial(
                    r, 6.65790464350110377720e0, 5.46378491116411436990e0, 1.78482653991729133580e0,
                    2.96560571828504891230e-1, 2.65321895265761230930e-2, 1.24266094738807843860e-3,
                    2.71155556874348757815e-5, 2.01033439929228813265e-7)
                / polynomial(
                    r, 1, 5.99832206555887937690e-1, 1.36929880922735805310e-1, 1.48753612908506148525e-2,
                    7.86869131145613259100e-4, 1.84631831751005468180e-5, 1.42151175831644588870e-7,
                    2.04426310338993978564e-15)
        }
        return q < 0 ? -value : value
    }

    private static func polynomial(
        _ x: Double, _ c0: Double, _ c1: Double, _ c2: Double, _ c3: Double, _ c4: Double, _ c5: Double, _ c6: Double,
        _ c7: Double
    ) -> Double {
        var y = c7
        for c in [c6, c5, c4, c3, c2, c1, c0] { y = c.addingProduct(y, x) }
        return y
    }
}
