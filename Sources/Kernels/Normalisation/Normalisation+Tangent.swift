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
    ///   - tangentStatistics: [4, rows]; gets ⟨ẋ⟩ and ⟨x̂·ẋ⟩ of each row; the rest is for `backwardTangent`.
    package static func tangent(
        _ x: Matrix, statistics: Matrix, scale: Matrix, tangent: Matrix, scaleDirection: Matrix, biasDirection: Matrix,
        into result: Matrix, tangentStatistics: Matrix, device: Device
    ) {
        check(
            x, same: [tangent, result], vectors: [scale, scaleDirection, biasDirection], statistics,
            ofTangent: tangentStatistics)
        if let queue = device.queue {
            enqueueRows(
                x, "normalise_tangent",
                [
                    .matrix(x), .matrix(statistics), .matrix(scale), .matrix(tangent), .matrix(scaleDirection),
                    .matrix(biasDirection), .matrix(result), .matrix(tangentStatistics),
                ], on: queue)
            return
        }
        let rows = x.rows, columns = x.columns, count = Float(columns)
        let (x, tangent, result) = (Numbers(x), Numbers(tangent), Numbers(result))
        let (scale, scaleDirection, biasDirection) = (Numbers(scale), Numbers(scaleDirection), Numbers(biasDirection))
        let statistics = Statistics(statistics), tangents = Statistics(tangentStatistics)
        device.split(rows, grain: max(1, 16_384 / columns)) { _, range in
            forEachSixteen(range) { rows in
                let (first, second) = rows.twoSums { row in
                    var first = Lanes.zero, second = Lanes.zero
                    Lanes16.forEachGroup(columns) { column, width in
                        let tangent = tangent.load(row, column, width)
                        first += tangent
                        second.addProduct(tangent, normal(x, statistics, row: row, column: column, count: width))
                    }
                    return (first, second)
                }
                tangents.set(Statistics.tangent, of: rows, to: first / count)
                tangents.set(Statistics.tangentNormal, of: rows, to: second / count)
                Lanes16.forEachGroup(columns) { column, width in
                    let scale = scale.load(0, column, width)
                    let scaleDirection = scaleDirection.load(0, column, width)
                    let biasDirection = biasDirection.load(0, column, width)
                    for row in rows.range {
                        let normal = normal(x, statistics, row: row, column: column, count: width)
                        let normalTangent = tangentOfNormal(
                            normal, tangent.load(row, column, width), statistics, tangents, row: row)
                        result.store(
                            biasDirection.addingProduct(scaleDirection, normal).addingProduct(scale, normalTangent), row, column,
                            width)
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
    ///
    /// - Precondition: `statistics` are those that `backward` left, and `tangentStatistics` those of `tangent`.
    package static func backwardTangent(
        _ x: Matrix, statistics: Matrix, scale: Matrix, tangent: Matrix, tangentStatistics: Matrix, scaleDirection: Matrix,
        outputGradient: Matrix, outputGradientTangent: Matrix, mask: Matrix?, into result: Matrix, scaleProduct: Matrix,
        biasProduct: Matrix, pieces: Pieces = .whole, device: Device
    ) {
        check(
            x, same: [tangent, outputGradient, outputGradientTangent, result, mask ?? x],
            vectors: [scale, scaleDirection, scaleProduct, biasProduct], statistics, ofTangent: tangentStatistics)
        if let queue = device.queue {
            enqueueRows(
                x, "normalise_backward_tangent",
                [
                    .matrix(x), .matrix(statistics), .matrix(scale), .matrix(tangent), .matrix(tangentStatistics),
                    .matrix(scaleDirection), .matrix(outputGradient), .matrix(outputGradientTangent),
                ] + arguments(mask: mask) + [.matrix(result)], on: queue)
            enqueueSums(
                x, "normalise_backward_tangent_sums",
                [
                    .matrix(x), .matrix(statistics), .matrix(tangent), .matrix(tangentStatistics), .matrix(outputGradient),
                    .matrix(outputGradientTangent),
                ], scaleGradient: scaleProduct, biasGradient: biasProduct, pieces: pieces, device: device,
                on: queue)
            return
        }
        let columns = x.columns, count = Float(columns)
        let (input, tangent, result) = (Numbers(x), Numbers(tangent), Numbers(result))
        let (above, aboveTangent) = (Numbers(outputGradient), Numbers(outputGradientTangent))
        let (scale, scaleDirection) = (Numbers(scale), Numbers(scaleDirection))
        let mask = mask.map(Numbers.init), statistics = Statistics(statistics), tangents = Statistics(tangentStatistics)
        /// x̂ and x̂̇ from a column on.
        @Sendable @inline(__always) func normals(_ row: Int, _ column: Int, _ width: Int) -> (Lanes, Lanes) {
            let normal = normal(input, statistics, row: row, column: column, count: width)
            return (normal, tangentOfNormal(normal, tangent.load(row, column, width), statistics, tangents, row: row))
        }
        forEachBlock(of: x, pieces, scaleGradient: scaleProduct, biasGradient: biasProduct, device: device) { rows, sums in
            let (first, second) = rows.twoSums { row in
                var first = Lanes.zero, second = Lanes.zero
                Lanes16.forEachGroup(columns) { column, width in
                    let (normal, normalTangent) = normals(row, column, width)
                    let scale = scale.load(0, column, width), gradient = above.load(row, column, width)
                    let weightedTangent = (scale * aboveTangent.load(row, column, width))
                        .addingProduct(scaleDirection.load(0, column, width), gradient)
                    first += weightedTangent
                    second.addProduct(weightedTangent, normal)
                    // Columns beyond the last have a = 0.
                    second.addProduct(scale * gradient, normalTangent)
                }
                return (first, second)
            }
            tangents.set(Statistics.weightedTangent, of: rows, to: first / count)
            tangents.set(Statistics.weightedNormalTangent, of: rows, to: second / count)
            Lanes16.forEachGroup(columns) { column, width in
                let scale = scale.load(0, column, width), scaleDirection = scaleDirection.load(0, column, width)
                sums.add(column: column, count: width) { scaleSum, biasSum in
                    for row in rows.range {
                        let (normal, normalTangent) = normals(row, column, width)
                        let gradient = above.load(row, column, width), gradientTangent = aboveTangent.load(row, column, width)
                        scaleSum += (gradientTangent * normal).addingProduct(gradient, normalTangent)
                        biasSum += gradientTangent
                        let inverse = statistics[Statistics.inverse, row]
                        let m2 = Lanes(repeating: statistics[Statistics.weightedNormal, row])
                        let inputGradient =
                            (scale * gradient - statistics[Statistics.weighted, row])
                            .addingProduct(-normal, m2) * inverse
                        var value =
                            (scale * gradientTangent).addingProduct(scaleDirection, gradient)
                            - tangents[Statistics.weightedTangent, row]
                        value.addProduct(-normalTangent, m2)
                        value.addProduct(-normal, Lanes(repeating: tangents[Statistics.weightedNormalTangent, row]))
                        // ṡ/s = −s·⟨x̂·ẋ⟩; one factor s is common to both terms.
                        value.addProduct(-inputGradient, Lanes(repeating: tangents[Statistics.tangentNormal, row]))
                        result.store(keep(value * inverse, mask, row, column, width), row, column, width)
                    }
                }
            }
        }
    }

    /// x̂̇ from x̂, ẋ and the two means.
    @inline(__always)
    private static func tangentOfNormal(
        _ normal: Lanes, _ tangent: Lanes, _ statistics: Statistics, _ tangents: Statistics, row: Int
    ) -> Lanes {
        (tangent - tangents[Statistics.tangent, row])
            .addingProduct(-normal, Lanes(repeating: tangents[Statistics.tangentNormal, row]))
            * statistics[Statistics.inverse, row]
    }
}
