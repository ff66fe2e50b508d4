extension Normalisation {
    /// The derivative of the output along a direction: ẏ = γ·x̂̇ + v_γ·x̂ + v_β.
    ///
    /// From μ̇ = ⟨ẋ⟩ and (σ²)̇ = 2⟨(x − μ)·ẋ⟩ follows ṡ = −s²·⟨x̂·ẋ⟩, and
    ///
    ///     x̂̇ = s·(ẋ − ⟨ẋ⟩ − x̂·⟨x̂·ẋ⟩).
    ///
    /// - Parameters:
    ///   - tangent: ẋ.
    ///   - scaleDirection, biasDirection: v_γ and v_β.
    package static func tangent(
        _ x: Matrix, statistics: Matrix, scale: Matrix, tangent: Matrix, scaleDirection: Matrix, biasDirection: Matrix,
        into result: Matrix, workers: Workers
    ) {
        check(x, same: [tangent, result], vectors: [scale, scaleDirection, biasDirection], statistics)
        let columns = x.columns, count = Float(columns)
        workers.split(x.rows, grain: max(1, 16_384 / columns)) { _, range in
            forEachSixteen(range) { rows in
                takeTangentMeans(rows, x, tangent, statistics, count: count)
                for row in rows.range {
                    let t1 = rows.number(0, of: row), t2 = rows.number(1, of: row)
                    let source = x.start + row * x.stride, target = result.start + row * result.stride
                    let along = tangent.start + row * tangent.stride
                    let (mean, inverse) = moments(statistics, of: row)
                    Lanes16.forEachGroup(columns) { column, width in
                        let normal = (Lanes16.load(source + column, count: width) - mean) * inverse
                        let normalTangent = tangentOfNormal(
                            normal, Lanes16.load(along + column, count: width), t1, t2, inverse)
                        let value = Lanes16.load(biasDirection.start + column, count: width)
                            .addingProduct(Lanes16.load(scaleDirection.start + column, count: width), normal)
                            .addingProduct(Lanes16.load(scale.start + column, count: width), normalTangent)
                        Lanes16.store(value, to: target + column, count: width)
                    }
                }
            }
        }
    }

    /// The derivative of `backward` along the direction (ẋ, v), with ȳ moving by ȳ̇.
    ///
    /// With a = γ·ȳ, ȧ = γ·ȳ̇ + v_γ·ȳ, and x̂̇ as in `tangent`,
    ///
    ///     γ̄̇ = Σ ȳ̇·x̂ + ȳ·x̂̇,    β̄̇ = Σ ȳ̇,
    ///     x̄̇ = s·(ȧ − ⟨ȧ⟩ − x̂̇·⟨a·x̂⟩ − x̂·⟨ȧ·x̂ + a·x̂̇⟩) − s·⟨x̂·ẋ⟩·x̄,
    ///
    /// where the last term is ṡ/s times x̄ = s·(a − ⟨a⟩ − x̂·⟨a·x̂⟩).
    package static func backwardTangent(
        _ x: Matrix, statistics: Matrix, scale: Matrix, tangent: Matrix, scaleDirection: Matrix, outputGradient: Matrix,
        outputGradientTangent: Matrix, mask: Matrix?, into result: Matrix, scaleProduct: Matrix, biasProduct: Matrix,
        workers: Workers
    ) {
        check(
            x, same: [tangent, outputGradient, outputGradientTangent, result, mask ?? x],
            vectors: [scale, scaleDirection, scaleProduct, biasProduct], statistics)
        let columns = x.columns, count = Float(columns)
        forEachBlock(of: x, scaleGradient: scaleProduct, biasGradient: biasProduct, workers: workers) { rows, sums in
            takeTangentMeans(rows, x, tangent, statistics, count: count)
            let (m1, m2) = rows.twoSums { row in
                let source = x.start + row * x.stride, above = outputGradient.start + row * outputGradient.stride
                let (mean, inverse) = moments(statistics, of: row)
                var a1 = Lanes.zero, a2 = Lanes.zero
                Lanes16.forEachGroup(columns) { column, width in
                    let normal = (Lanes16.load(source + column, count: width) - mean) * inverse
                    let a = Lanes16.load(scale.start + column, count: width) * Lanes16.load(above + column, count: width)
                    a1 += a
                    a2.addProduct(a, normal)
                }
                return (a1, a2)
            }
            let (n1, n2) = rows.twoSums { row in
                let source = x.start + row * x.stride, along = tangent.start + row * tangent.stride
                let above = outputGradient.start + row * outputGradient.stride
                let aboveTangent = outputGradientTangent.start + row * outputGradientTangent.stride
                let (mean, inverse) = moments(statistics, of: row)
                let t1 = rows.number(0, of: row), t2 = rows.number(1, of: row)
                var b1 = Lanes.zero, b2 = Lanes.zero
                Lanes16.forEachGroup(columns) { column, width in
                    let normal = (Lanes16.load(source + column, count: width) - mean) * inverse
                    let normalTangent = tangentOfNormal(
                        normal, Lanes16.load(along + column, count: width), t1, t2, inverse)
                    let gradient = Lanes16.load(above + column, count: width)
                    let gradientTangent = Lanes16.load(aboveTangent + column, count: width)
                    let (a, b) = weighted(scale, scaleDirection, gradient, gradientTangent, column: column, count: width)
                    b1 += b
                    b2.addProduct(b, normal)
                    // Columns beyond the last have a = 0.
                    b2.addProduct(a, normalTangent)
                    sums.add(
                        scale: (gradientTangent * normal).addingProduct(gradient, normalTangent), bias: gradientTangent,
                        column: column, count: width)
                }
                return (b1, b2)
            }
            (rows[2], rows[3], rows[4], rows[5]) = (m1 / count, m2 / count, n1 / count, n2 / count)
            for row in rows.range {
                let source = x.start + row * x.stride, target = result.start + row * result.stride
                let along = tangent.start + row * tangent.stride
                let above = outputGradient.start + row * outputGradient.stride
                let aboveTangent = outputGradientTangent.start + row * outputGradientTangent.stride
                let active = mask.map { $0.start + row * $0.stride }
                let (mean, inverse) = moments(statistics, of: row)
                let t1 = rows.number(0, of: row), t2 = rows.number(1, of: row)
                let m1 = rows.number(2, of: row), m2 = rows.number(3, of: row)
                let n1 = rows.number(4, of: row), n2 = rows.number(5, of: row)
                Lanes16.forEachGroup(columns) { column, width in
                    let normal = (Lanes16.load(source + column, count: width) - mean) * inverse
                    let normalTangent = tangentOfNormal(
                        normal, Lanes16.load(along + column, count: width), t1, t2, inverse)
                    let (a, b) = weighted(
                        scale, scaleDirection, Lanes16.load(above + column, count: width),
                        Lanes16.load(aboveTangent + column, count: width), column: column, count: width)
                    let before = (a - m1).addingProduct(-normal, Lanes(repeating: m2)) * inverse
                    var value = (b - n1).addingProduct(-normalTangent, Lanes(repeating: m2))
                    value.addProduct(-normal, Lanes(repeating: n2))
                    // ṡ/s = −s·⟨x̂·ẋ⟩; one factor s is common to both terms.
                    value.addProduct(-before, Lanes(repeating: t2))
                    value *= inverse
                    if let active { value = Lanes16.keep(value, whereActive: active + column, count: width) }
                    Lanes16.store(value, to: target + column, count: width)
                }
            }
        }
    }

    /// Makes numbers 0 and 1 of each row ⟨ẋ⟩ and ⟨x̂·ẋ⟩.
    @inline(__always)
    private static func takeTangentMeans(
        _ rows: Sixteen, _ x: Matrix, _ tangent: Matrix, _ statistics: Matrix, count: Float
    ) {
        let (t1, t2) = rows.twoSums { row in
            let source = x.start + row * x.stride, along = tangent.start + row * tangent.stride
            let (mean, inverse) = moments(statistics, of: row)
            var first = Lanes.zero, second = Lanes.zero
            Lanes16.forEachGroup(x.columns) { column, width in
                let tangent = Lanes16.load(along + column, count: width)
                first += tangent
                second.addProduct(tangent, (Lanes16.load(source + column, count: width) - mean) * inverse)
            }
            return (first, second)
        }
        (rows[0], rows[1]) = (t1 / count, t2 / count)
    }

    /// x̂̇ from x̂, ẋ and the two means.
    @inline(__always)
    private static func tangentOfNormal(_ normal: Lanes, _ tangent: Lanes, _ t1: Float, _ t2: Float, _ inverse: Float) -> Lanes {
        (tangent - t1).addingProduct(-normal, Lanes(repeating: t2)) * inverse
    }

    /// a = γ·ȳ and ȧ = γ·ȳ̇ + v_γ·ȳ.
    @inline(__always)
    private static func weighted(
        _ scale: Matrix, _ direction: Matrix, _ gradient: Lanes, _ gradientTangent: Lanes, column: Int, count: Int
    ) -> (Lanes, Lanes) {
        let scale = Lanes16.load(scale.start + column, count: count)
        let direction = Lanes16.load(direction.start + column, count: count)
        return (scale * gradient, (scale * gradientTangent).addingProduct(direction, gradient))
    }
}
