/// How the rows and columns of queries, keys and values are cut into examples and heads.
package struct AttentionShape: Sendable, Hashable {
    /// Rows of one example: positions of a sequence.
    package let length: Int
    /// The number of heads; each attends by itself to `keySize` columns of its own.
    package let heads: Int
    /// Columns of one head.
    package let keySize: Int

    /// A shape whose three numbers are at least 1; otherwise the process ends.
    package init(length: Int, heads: Int, keySize: Int) {
        require(length >= 1 && heads >= 1 && keySize >= 1, "\(heads) heads of \(keySize) over \(length) positions")
        self.length = length
        self.heads = heads
        self.keySize = keySize
    }

    /// The columns of all heads side by side.
    package var width: Int { heads * keySize }
    /// What scores are multiplied by, 1/√keySize.
    var scale: Float { 1 / Float(keySize).squareRoot() }
}

/// Queries, keys and values, or their derivatives: each [examples·length, heads·keySize], heads side by side.
package struct AttentionInputs: Sendable {
    /// Q, or its derivative.
    package let queries: Matrix
    /// K, or its derivative.
    package let keys: Matrix
    /// V, or its derivative.
    package let values: Matrix

    /// Three matrices of one shape, which `Attention` checks when it is called; they are viewed, not copied.
    package init(queries: Matrix, keys: Matrix, values: Matrix) {
        self.queries = queries
        self.keys = keys
        self.values = values
    }
}

/// Causal attention, for each example and head by itself: O = P·V with P = softmax(Q·Kᵀ/√keySize) up to the diagonal.
///
/// A head's matrices fit into the first-level caches, so everything is done there, one head at a time, and of each product
/// only what lies below the diagonal; threads take whole heads. Costs 4·length²·keySize operations a head, the transposed derivative twice that.
package enum Attention {
    /// Writes O to `result` and each head's P, [length, length], one below the other to `weights`.
    package static func compute(
        _ x: AttentionInputs, shape: AttentionShape, weights: Matrix, into result: Matrix, device: Device
    ) {
        check(shape, x, [result], weights: [weights])
        if let heads = AllHeads(shape, rows: x.queries.rows, on: device) {
            enqueue(heads, x, weights: weights, into: result)
            return
        }
        forEachHead(shape, x, device: device) { head, device in
            let p = head.square(weights)
            MatrixProduct.compute(
                head(x.queries).plain, head(x.keys).transposed, into: p, triangle: .aboveResultUnwanted, device: device)
            CausalSoftmax.compute(scale: shape.scale, p)
            MatrixProduct.compute(
                p.plain, head(x.values).plain, into: head(result), triangle: .aboveFirstZero, device: device)
        }
    }

    /// The transposed derivative: writes Q̄, K̄ and V̄ to `result`.
    ///
    /// P̄ = Ō·Vᵀ, V̄ = Pᵀ·Ō; S̄ from P̄ as `CausalSoftmax` says; Q̄ = S̄·K, K̄ = S̄ᵀ·Q.
    package static func backward(
        _ x: AttentionInputs, shape: AttentionShape, weights: Matrix, outputGradient: Matrix, into result: AttentionInputs,
        device: Device
    ) {
        let same = [outputGradient, result.queries, result.keys, result.values]
        check(shape, x, same, weights: [weights])
        if let heads = AllHeads(shape, rows: x.queries.rows, on: device) {
            enqueueBackward(heads, x, weights: weights, outputGradient: outputGradient, into: result)
            return
        }
        forEachHead(shape, x, device: device) { head, device in
            let p = head.square(weights), above = head(outputGradient)
            let s = device.scratch(ScratchSlot.first, rows: shape.length, columns: shape.length)
            MatrixProduct.compute(
                above.plain, head(x.values).transposed, into: s, triangle: .aboveResultUnwanted, device: device)
            MatrixProduct.compute(
                p.transposed, above.plain, into: head(result.values), triangle: .belowFirstZero, device: device)
            CausalSoftmax.derivative(scale: shape.scale, p, s)
            MatrixProduct.compute(
                s.plain, head(x.keys).plain, into: head(result.queries), triangle: .aboveFirstZero, device: device)
            MatrixProduct.compute(
                s.transposed, head(x.queries).plain, into: head(result.keys), triangle: .belowFirstZero, device: device)
        }
    }

    /// The derivative along a direction: writes Ȯ = Ṗ·V + P·V̇ to `result` and Ṗ, which Ṡ = Q̇·Kᵀ + Q·K̇ᵀ gives, to
    /// `weightsTangent`.
    package static func tangent(
        _ x: AttentionInputs, shape: AttentionShape, weights: Matrix, tangent: AttentionInputs, weightsTangent: Matrix,
        into result: Matrix, device: Device
    ) {
        let same = [result, tangent.queries, tangent.keys, tangent.values]
        check(shape, x, same, weights: [weights, weightsTangent])
        if let heads = AllHeads(shape, rows: x.queries.rows, on: device) {
            enqueueTangent(heads, x, weights: weights, tangent: tangent, weightsTangent: weightsTangent, into: result)
            return
        }
        forEachHead(shape, x, device: device) { head, device in
            let p = head.square(weights), pTangent = head.square(weightsTangent), o = head(result)
            multiply(
                head(tangent.queries).plain, head(x.keys).transposed, plus: head(x.queries).plain,
                head(tangent.keys).transposed, into: pTangent, .aboveResultUnwanted, device)
            CausalSoftmax.derivative(scale: shape.scale, p, pTangent)
            multiply(
                pTangent.plain, head(x.values).plain, plus: p.plain, head(tangent.values).plain, into: o, .aboveFirstZero,
                device)
        }
    }

    /// The derivative of `backward` along the direction, as Ō moves by Ō̇: writes those of Q̄, K̄ and V̄ to `result`.
    ///
    ///     P̄̇ = Ō̇·Vᵀ + Ō·V̇ᵀ,    V̄̇ = Ṗᵀ·Ō + Pᵀ·Ō̇,    S̄̇ from these as `CausalSoftmax` says,
    ///     Q̄̇ = S̄̇·K + S̄·K̇,    K̄̇ = S̄̇ᵀ·Q + S̄ᵀ·Q̇.
    package static func backwardTangent(
        _ x: AttentionInputs, shape: AttentionShape, weights: Matrix, tangent: AttentionInputs, weightsTangent: Matrix,
        outputGradient: Matrix, outputGradientTangent: Matrix, into result: AttentionInputs, device: Device
    ) {
        let same = [
            outputGradient, outputGradientTangent, tangent.queries, tangent.keys, tangent.values, result.queries,
            result.keys, result.values,
        ]
        check(shape, x, same, weights: [weights, weightsTangent])
        if let heads = AllHeads(shape, rows: x.queries.rows, on: device) {
            enqueueBackwardTangent(
                heads, x, weights: weights, tangent: tangent, weightsTangent: weightsTangent, outputGradient: outputGradient,
                outputGradientTangent: outputGradientTangent, into: result)
            return
        }
        forEachHead(shape, x, device: device) { head, device in
            let p = head.square(weights), pTangent = head.square(weightsTangent)
            let above = head(outputGradient), aboveTangent = head(outputGradientTangent)
            let s = device.scratch(ScratchSlot.first, rows: shape.length, columns: shape.length)
            let sTangent = device.scratch(ScratchSlot.second, rows: shape.length, columns: shape.length)
            MatrixProduct.compute(
                above.plain, head(x.values).transposed, into: s, triangle: .aboveResultUnwanted, device: device)
            multiply(
                aboveTangent.plain, head(x.values).transposed, plus: above.plain, head(tangent.values).transposed,
                into: sTangent, .aboveResultUnwanted, device)
            multiply(
                pTangent.transposed, above.plain, plus: p.transposed, aboveTangent.plain, into: head(result.values),
                .belowFirstZero, device)
            CausalSoftmax.backwardTangent(
                scale: shape.scale, p, tangent: pTangent, gradient: s, gradientTangent: sTangent)
            multiply(
                sTangent.plain, head(x.keys).plain, plus: s.plain, head(tangent.keys).plain, into: head(result.queries),
                .aboveFirstZero, device)
            multiply(
                sTangent.transposed, head(x.queries).plain, plus: s.transposed, head(tangent.queries).plain,
                into: head(result.keys), .belowFirstZero, device)
        }
    }

    /// `result = a·b + c·d`.
    private static func multiply(
        _ a: Factor, _ b: Factor, plus c: Factor, _ d: Factor, into result: Matrix, _ triangle: Triangle, _ device: Device
    ) {
        MatrixProduct.compute(a, b, into: result, triangle: triangle, device: device)
        MatrixProduct.compute(c, d, into: result, accumulate: true, triangle: triangle, device: device)
    }

    /// One head of one example.
    private struct Head {
        let shape: AttentionShape
        /// Its number, with the heads of an example one after the other.
        let index: Int

        /// The head's part of queries, keys, values or outputs.
        func callAsFunction(_ matrix: Matrix) -> Matrix {
            let (example, head) = index.quotientAndRemainder(dividingBy: shape.heads)
            return matrix.rows(example * shape.length..<(example + 1) * shape.length)
                .columns(head * shape.keySize..<(head + 1) * shape.keySize)
        }

        /// The head's square part of the weights.
        func square(_ weights: Matrix) -> Matrix { weights.rows(index * shape.length..<(index + 1) * shape.length) }
    }

    private static func check(_ shape: AttentionShape, _ x: AttentionInputs, _ same: [Matrix], weights: [Matrix]) {
        let rows = x.queries.rows
        require(
            rows % shape.length == 0
                && ([x.queries, x.keys, x.values] + same).allSatisfy { $0.rows == rows && $0.columns == shape.width }
                && weights.allSatisfy { $0.rows == rows * shape.heads && $0.columns == shape.length },
            """
            attention over \(x.queries.shape), \(x.keys.shape), \(x.values.shape), \(same.map(\.shape)), weights \
            \(weights.map(\.shape))
            """)
    }

    private static func forEachHead(
        _ shape: AttentionShape, _ x: AttentionInputs, device: Device, _ body: @Sendable (_ head: Head, _ device: Device) -> Void
    ) {
        let singles = device.singleThreads()
        device.split(x.queries.rows / shape.length * shape.heads) { part, range in
            for index in range { body(Head(shape: shape, index: index), singles[part]) }
        }
    }
}
