extension Attention {
    /// All heads at once on an OpenCL device: products of their parts, and softmax along the rows of all their squares.
    struct AllHeads {
        let shape: AttentionShape
        let examples: Int
        let device: Device
        let queue: CommandQueue

        /// `nil` on the processor.
        init?(_ shape: AttentionShape, rows: Int, on device: Device) {
            guard let queue = device.queue else { return nil }
            (self.shape, examples, self.device, self.queue) = (shape, rows / shape.length, device, queue)
        }

        private var heads: Int { examples * shape.heads }
        private var rows: Int { heads * shape.length }

        /// A matrix's part for each head.
        struct Parts {
            fileprivate let first: Matrix
            fileprivate let distance: MatrixProduct.Batch.Distance
            fileprivate var isTransposed = false

            var transposed: Parts { Parts(first: first, distance: distance, isTransposed: true) }
            fileprivate var factor: Factor { Factor(matrix: first, isTransposed: isTransposed) }
        }

        /// The parts of queries, keys, values or outputs.
        func callAsFunction(_ matrix: Matrix) -> Parts {
            Parts(
                first: matrix.rows(0..<shape.length).columns(0..<shape.keySize),
                distance: MatrixProduct.Batch.Distance(outer: shape.length * matrix.stride, step: shape.keySize))
        }

        /// The squares of weights.
        func square(_ weights: Matrix) -> Parts {
            let size = shape.length * weights.stride
            return Parts(
                first: weights.rows(0..<shape.length),
                distance: MatrixProduct.Batch.Distance(outer: shape.heads * size, step: size))
        }

        /// Scratch memory for a square of each head.
        func squares(_ slot: Int) -> Matrix { device.scratch(slot, rows: rows, columns: shape.length) }

        /// `result = a·b`, or `result + a·b`, for each head.
        func multiply(_ a: Parts, _ b: Parts, into result: Parts, accumulate: Bool = false, _ triangle: Triangle) {
            MatrixProduct.enqueue(
                a.factor, b.factor, into: result.first, accumulate: accumulate, epilogue: .none, triangle: triangle,
                batch: MatrixProduct.Batch(
                    count: heads, inner: shape.heads, a: a.distance, b: b.distance, result: result.distance), on: queue)
        }

        /// `result = a·b + c·d` for each head.
        func multiply(_ a: Parts, _ b: Parts, plus c: Parts, _ d: Parts, into result: Parts, _ triangle: Triangle) {
            multiply(a, b, into: result, triangle)
            multiply(c, d, into: result, accumulate: true, triangle)
        }

        /// A kernel for each row of the squares.
        func softmax(_ kernel: String, _ squares: Matrix...) {
            queue.forEachRow(
                rows, kernel, [.float(shape.scale)] + squares.map { .matrix($0) } + [.int(rows), .int(shape.length)])
        }
    }

    static func enqueue(_ heads: AllHeads, _ x: AttentionInputs, weights: Matrix, into result: Matrix) {
        heads.multiply(
            heads(x.queries), heads(x.keys).transposed, into: heads.square(weights), .aboveResultUnwanted)
        heads.softmax("causal_softmax", weights)
        heads.multiply(heads.square(weights), heads(x.values), into: heads(result), .aboveFirstZero)
    }

    static func enqueueBackward(
        _ heads: AllHeads, _ x: AttentionInputs, weights: Matrix, outputGradient: Matrix, into result: AttentionInputs
    ) {
        let squares = heads.squares(ScratchSlot.first)
        let p = heads.square(weights), s = heads.square(squares), above = heads(outputGradient)
        heads.multiply(above, heads(x.values).transposed, into: s, .aboveResultUnwanted)
        heads.multiply(p.transposed, above, into: heads(result.values), .belowFirstZero)
        heads.softmax("causal_softmax_derivative", weights, squares)
        heads.multiply(s, heads(x.keys), into: heads(result.queries), .aboveFirstZero)
        heads.multiply(s.transposed, heads(x.queries), into: heads(result.keys), .belowFirstZero)
    }

    static func enqueueTangent(
        _ heads: AllHeads, _ x: AttentionInputs, weights: Matrix, tangent: AttentionInputs, weightsTangent: Matrix,
        into result: Matrix
    ) {
        let p = heads.square(weights), pTangent = heads.square(weightsTangent)
        heads.multiply(
            heads(tangent.queries), heads(x.keys).transposed, plus: heads(x.queries), heads(tangent.keys).transposed,
            into: pTangent, .aboveResultUnwanted)
        heads.softmax("causal_softmax_derivative", weights, weightsTangent)
        heads.multiply(
            pTangent, heads(x.values), plus: p, heads(tangent.values), into: heads(result), .aboveFirstZero)
    }

    static func enqueueBackwardTangent(
        _ heads: AllHeads, _ x: AttentionInputs, weights: Matrix, tangent: AttentionInputs, weightsTangent: Matrix,
        outputGradient: Matrix, outputGradientTangent: Matrix, into result: AttentionInputs
    ) {
        let squares = heads.squares(ScratchSlot.first), squareTangents = heads.squares(ScratchSlot.second)
        let p = heads.square(weights), pTangent = heads.square(weightsTangent)
        let s = heads.square(squares), sTangent = heads.square(squareTangents)
        let above = heads(outputGradient), aboveTangent = heads(outputGradientTangent)
        heads.multiply(above, heads(x.values).transposed, into: s, .aboveResultUnwanted)
        heads.multiply(
            aboveTangent, heads(x.values).transposed, plus: above, heads(tangent.values).transposed, into: sTangent,
            .aboveResultUnwanted)
        heads.multiply(
            pTangent.transposed, above, plus: p.transposed, aboveTangent, into: heads(result.values), .belowFirstZero)
        heads.softmax("causal_softmax_backward_tangent", weights, weightsTangent, squares, squareTangents)
        heads.multiply(
            sTangent, heads(x.keys), plus: s, heads(tangent.keys), into: heads(result.queries), .aboveFirstZero)
        heads.multiply(
            sTangent.transposed, heads(x.queries), plus: s.transposed, heads(tangent.queries), into: heads(result.keys),
            .belowFirstZero)
    }
}
