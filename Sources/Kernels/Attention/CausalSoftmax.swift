/// Softmax along the rows of a square matrix of scores, over the columns up to the diagonal.
///
/// Row t of the weights is pⱼ = e^(z_j) / Σ_{i ≤ t} e^(z_i) for j ≤ t, and 0 beyond: what masking with −1e30 comes to,
/// exactly. `scale` is what scores are multiplied by, z = scale·s. For any direction ż, and by the same formula for the
/// transposed derivative because ∂pᵢ/∂zⱼ = pᵢ·(δᵢⱼ − pⱼ) is symmetric,
///
///     ṗ = p·(ż − Σ p·ż).
///
/// Sums over a row run in 16 lanes (column j in lane j mod 16), which are then added by halves.
enum CausalSoftmax {
    typealias Lanes = SIMD16<Float>

    /// Replaces the scores s in `weights` by p.
    static func compute(scale: Float, _ weights: Matrix) {
        for row in 0..<weights.rows {
            let p = weights.start + row * weights.stride
            var largest = Lanes(repeating: -.infinity)
            Lanes16.forEachGroup(row + 1) { column, count in
                let score = Lanes16.keep(count, of: Lanes16.load(p + column, count: count), filler: -.infinity)
                largest = largest.replacing(with: score, where: score .> largest)
            }
            let top = Lanes16.largest(largest) * scale
            var sum = Lanes.zero
            Lanes16.forEachGroup(row + 1) { column, count in
                let z = (-Lanes(repeating: top)).addingProduct(Lanes16.load(p + column, count: count), Lanes(repeating: scale))
                let power = Lanes16.keep(count, of: Functions.exp(z))
                sum += power
                Lanes16.store(power, to: p + column, count: count)
            }
            let inverse = 1 / Lanes16.sum(sum)
            Lanes16.forEachGroup(row + 1) { column, count in
                Lanes16.store(Lanes16.load(p + column, count: count) * inverse, to: p + column, count: count)
            }
            for column in row + 1..<weights.columns { p[column] = 0 }
        }
    }

    /// Replaces `vector` = a by scale·p·(a − Σ p·a): p̄ by s̄, or ṡ by ṗ.
    static func derivative(scale: Float, _ weights: Matrix, _ vector: Matrix) {
        for row in 0..<weights.rows {
            let p = weights.start + row * weights.stride, a = vector.start + row * vector.stride
            var sum = Lanes.zero
            Lanes16.forEachGroup(row + 1) { column, count in
                sum.addProduct(Lanes16.load(p + column, count: count), Lanes16.load(a + column, count: count))
            }
            let mean = Lanes16.sum(sum)
            Lanes16.forEachGroup(row + 1) { column, count in
                let value = (Lanes16.load(a + column, count: count) - mean) * Lanes16.load(p + column, count: count)
                Lanes16.store(value * scale, to: a + column, count: count)
            }
            for column in row + 1..<weights.columns { a[column] = 0 }
        }
    }

    /// Replaces `gradient` = p̄ by s̄ = scale·p·(p̄ − r) with r = Σ p·p̄, and `gradientTangent` = p̄̇ by its derivative
    ///
    ///     s̄̇ = scale·(ṗ·(p̄ − r) + p·(p̄̇ − ṙ)),    ṙ = Σ ṗ·p̄ + p·p̄̇.
    static func backwardTangent(
        scale: Float, _ weights: Matrix, tangent: Matrix, gradient: Matrix, gradientTangent: Matrix
    ) {
        for row in 0..<weights.rows {
            let p = weights.start + row * weights.stride, pTangent = tangent.start + row * tangent.stride
            let a = gradient.start + row * gradient.stride, aTangent = gradientTangent.start + row * gradientTangent.stride
            var sum = Lanes.zero, sumTangent = Lanes.zero
            Lanes16.forEachGroup(row + 1) { column, count in
                let p = Lanes16.load(p + column, count: count), a = Lanes16.load(a + column, count: count)
                sum.addProduct(p, a)
                sumTangent.addProduct(Lanes16.load(pTangent + column, count: count), a)
                sumTangent.addProduct(p, Lanes16.load(aTangent + column, count: count))
            }
            let mean = Lanes16.sum(sum), meanTangent = Lanes16.sum(sumTangent)
            Lanes16.forEachGroup(row + 1) { column, count in
                let p = Lanes16.load(p + column, count: count)
                let centred = Lanes16.load(a + column, count: count) - mean
                let value = (p * (Lanes16.load(aTangent + column, count: count) - meanTangent))
                    .addingProduct(Lanes16.load(pTangent + column, count: count), centred)
                Lanes16.store(p * centred * scale, to: a + column, count: count)
                Lanes16.store(value * scale, to: aTangent + column, count: count)
            }
            for column in row + 1..<weights.columns { (a[column], aTangent[column]) = (0, 0) }
        }
    }
}
