/// A symmetric tridiagonal matrix, as Lanczos makes them: small, in double precision.
struct Tridiagonal {
    /// d₀ … d₍ₙ₋₁₎.
    var diagonal: [Double]
    /// e₀ … e₍ₙ₋₂₎.
    var offDiagonal: [Double]

    /// Eigenvalues in ascending order, and the unit eigenvectors as rows.
    ///
    /// The QL method with implicit shifts; O(n³). Source: Bowdler, Martin, Reinsch, Wilkinson, *tql2*, Numerische
    /// Mathematik 11, 1968.
    func eigenpairs() -> (values: [Double], vectors: [[Double]]) {
        let n = diagonal.count
        var d = diagonal
        var e = offDiagonal + [0]
        // z[i] is the i-th column: rotations then touch two arrays.
        var z = (0..<n).map { i in (0..<n).map { $0 == i ? 1.0 : 0.0 } }
        for l in 0..<n {
            var rounds = 0
            while true {
                var m = l
                while m < n - 1, e[m].magnitude > 0x1p-52 * (d[m].magnitude + d[m + 1].magnitude) { m += 1 }
                if m == l || rounds == 60 { break }
                rounds += 1
                var g = (d[l + 1] - d[l]) / (2 * e[l])
                var r = (g * g + 1).squareRoot()
                g = d[m] - d[l] + e[l] / (g + (g < 0 ? -r : r))
                var s = 1.0, c = 1.0, p = 0.0
                var i = m - 1
                var underflow = false
                while i >= l {
                    let f = s * e[i]
                    let b = c * e[i]
                    r = (f * f + g * g).squareRoot()
                    e[i + 1] = r
                    if r == 0 {
                        d[i + 1] -= p
                        e[m] = 0
                        underflow = true
                        break
                    }
                    s = f / r
                    c = g / r
                    g = d[i + 1] - p
                    r = (d[i] - g) * s + 2 * c * b
                    p = s * r
                    d[i + 1] = g + p
                    g = c * r - b
                    for k in 0..<n {
                        let upper = z[i + 1][k], lower = z[i][k]
                        z[i + 1][k] = s * lower + c * upper
                        z[i][k] = c * lower - s * upper
                    }
                    i -= 1
                }
                if underflow { continue }
                d[l] -= p
                e[l] = g
                e[m] = 0
            }
        }
        let order = d.indices.sorted { (d[$0], $0) < (d[$1], $1) }
        return (order.map { d[$0] }, order.map { z[$0] })
    }
}
