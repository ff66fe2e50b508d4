import Kernels

/// Causal attention with its projections to queries, keys and values; the projection of its output is a `Dense` after it.
///
/// Shapes: x [sequences·length, features], kernels [features, heads·keySize], y [sequences·length, heads·keySize], the
/// heads side by side. With Q = x·W_q + b_q, and K and V likewise, y is `Attention` of the three:
///
/// - backward: Q̄, K̄, V̄ from ȳ by `Attention`; W̄_q = xᵀQ̄, b̄_q = Σ Q̄, …; x̄ = Q̄·W_qᵀ + K̄·W_kᵀ + V̄·W_vᵀ;
/// - tangent: Q̇ = ẋ·W_q + x·V_q + v_q, …; ẏ by `Attention`;
/// - backward tangent: Q̄̇, … by `Attention`; W̄̇_q = ẋᵀQ̄ + xᵀQ̄̇, …; x̄̇ = Σ Q̄̇·W_qᵀ + Q̄·V_qᵀ over the three.
package struct CausalAttention: Layer {
    let name: String
    let features: Int
    let shape: AttentionShape
    let initialKernel: InitialDistribution

    private static let parts = ["query", "key", "value"]

    /// A layer with projections from `features` columns to the heads' keys, queries and values, whose tensors begin with `name`.
    ///
    /// - Parameter initialKernel: the distribution of the three kernels; biases begin at 0.
    package init(_ name: String, features: Int, shape: AttentionShape, initialKernel: InitialDistribution) {
        self.name = name
        self.features = features
        self.shape = shape
        self.initialKernel = initialKernel
    }

    /// Kernel and bias of the queries, then of the keys, then of the values: six tensors, `NAME.query.kernel` first.
    package var tensors: [TensorDeclaration] {
        Self.parts.flatMap { part in
            [
                TensorDeclaration("\(name).\(part).kernel", [features, shape.width], initialKernel),
                TensorDeclaration("\(name).\(part).bias", [shape.width], .zeros),
            ]
        }
    }

    /// Three products with x, then `Attention`; keeps x, the projections and each head's weights.
    package func forward(_ x: Matrix, _ w: Weights, _ record: Record, _ workers: Workers) -> Matrix {
        record.x = x
        let inputs = projections(x.rows, record)
        for (i, projection) in inputs.each.enumerated() {
            MatrixProduct.compute(
                x.plain, w.matrix(2 * i).plain, into: projection, epilogue: .bias(w.matrix(2 * i + 1)), workers: workers)
        }
        let y = record.buffer(.output, rows: x.rows, columns: shape.width)
        Attention.compute(inputs, shape: shape, weights: attentionWeights(x.rows, record), into: y, workers: workers)
        return y
    }

    /// `Attention`'s transposed derivative, then three products for the kernels and, where x̄ is needed, three for x̄.
    ///
    /// The mask is applied with the last of these, when the sum is complete.
    package func backward(
        _ outputGradient: Matrix, _ w: Weights, gradient: Weights, mask: Matrix?, needsInput: Bool, _ record: Record,
        _ workers: Workers
    ) -> Matrix? {
        guard let x = record.x else { preconditionFailure("backward before forward") }
        record.yGradient = outputGradient
        let gradients = projectionGradients(x.rows, record)
        Attention.backward(
            projections(x.rows, record), shape: shape, weights: attentionWeights(x.rows, record),
            outputGradient: outputGradient, into: gradients, workers: workers)
        let result = record.buffer(.inputGradient, rows: x.rows, columns: features)
        for (i, projection) in gradients.each.enumerated() {
            MatrixProduct.compute(
                x.transposed, projection.plain, into: gradient.matrix(2 * i), accumulate: true, workers: workers)
            ColumnSums.add(projection, to: gradient.matrix(2 * i + 1), workers: workers)
            guard needsInput else { continue }
            MatrixProduct.compute(
                projection.plain, w.matrix(2 * i).transposed, into: result, accumulate: i > 0,
                epilogue: epilogue(i, mask), workers: workers)
        }
        return needsInput ? result : nil
    }

    /// The projections' tangents by six products, or three where ẋ = 0, then `Attention`'s; keeps them and those of the weights.
    package func tangent(_ xTangent: Matrix?, _ w: Weights, _ v: Weights, _ record: Record, _ workers: Workers) -> Matrix {
        guard let x = record.x else { preconditionFailure("tangent before forward") }
        record.xTangent = xTangent
        let tangents = projectionTangents(x.rows, record)
        for (i, projection) in tangents.each.enumerated() {
            if let xTangent {
                MatrixProduct.compute(xTangent.plain, w.matrix(2 * i).plain, into: projection, workers: workers)
            }
            MatrixProduct.compute(
                x.plain, v.matrix(2 * i).plain, into: projection, accumulate: xTangent != nil,
                epilogue: .bias(v.matrix(2 * i + 1)), workers: workers)
        }
        let result = record.tangentBuffer(.output, rows: x.rows, columns: shape.width)
        Attention.tangent(
            projections(x.rows, record), shape: shape, weights: attentionWeights(x.rows, record), tangent: tangents,
            weightsTangent: attentionWeightsTangent(x.rows, record), into: result, workers: workers)
        return result
    }

    /// `Attention`'s backward tangent, six products for the kernels, or three where ẋ = 0, and six for x̄̇ where it is needed.
    package func backwardTangent(
        _ outputGradientTangent: Matrix, _ w: Weights, _ v: Weights, product: Weights, mask: Matrix?, needsInput: Bool,
        _ record: Record, _ workers: Workers
    ) -> Matrix? {
        guard let x = record.x, let yGradient = record.yGradient else { preconditionFailure("tangent before backward") }
        let gradients = projectionGradients(x.rows, record)
        let gradientTangents = AttentionInputs(
            queries: record.tangentBuffer(.fifth, rows: x.rows, columns: shape.width),
            keys: record.tangentBuffer(.sixth, rows: x.rows, columns: shape.width),
            values: record.tangentBuffer(.seventh, rows: x.rows, columns: shape.width))
        Attention.backwardTangent(
            projections(x.rows, record), shape: shape, weights: attentionWeights(x.rows, record),
            tangent: projectionTangents(x.rows, record), weightsTangent: attentionWeightsTangent(x.rows, record),
            outputGradient: yGradient, outputGradientTangent: outputGradientTangent, into: gradientTangents,
            workers: workers)
        let result = record.tangentBuffer(.inputGradient, rows: x.rows, columns: features)
        for (i, (above, aboveTangent)) in zip(gradients.each, gradientTangents.each).enumerated() {
            let kernel = product.matrix(2 * i)
            if let xTangent = record.xTangent {
                MatrixProduct.compute(xTangent.transposed, above.plain, into: kernel, accumulate: true, workers: workers)
            }
            MatrixProduct.compute(x.transposed, aboveTangent.plain, into: kernel, accumulate: true, workers: workers)
            ColumnSums.add(aboveTangent, to: product.matrix(2 * i + 1), workers: workers)
            guard needsInput else { continue }
            MatrixProduct.compute(
                aboveTangent.plain, w.matrix(2 * i).transposed, into: result, accumulate: i > 0, workers: workers)
            MatrixProduct.compute(
                above.plain, v.matrix(2 * i).transposed, into: result, accumulate: true, epilogue: epilogue(i, mask),
                workers: workers)
        }
        return needsInput ? result : nil
    }

    /// The mask applies once the sum over the three is complete.
    private func epilogue(_ index: Int, _ mask: Matrix?) -> Epilogue {
        index == Self.parts.count - 1 ? mask.map { .whereActive($0) } ?? .none : .none
    }

    private func projections(_ rows: Int, _ record: Record) -> AttentionInputs {
        AttentionInputs(
            queries: record.buffer(.first, rows: rows, columns: shape.width),
            keys: record.buffer(.second, rows: rows, columns: shape.width),
            values: record.buffer(.third, rows: rows, columns: shape.width))
    }

    private func projectionTangents(_ rows: Int, _ record: Record) -> AttentionInputs {
        AttentionInputs(
            queries: record.tangentBuffer(.first, rows: rows, columns: shape.width),
            keys: record.tangentBuffer(.second, rows: rows, columns: shape.width),
            values: record.tangentBuffer(.third, rows: rows, columns: shape.width))
    }

    private func projectionGradients(_ rows: Int, _ record: Record) -> AttentionInputs {
        AttentionInputs(
            queries: record.buffer(.fifth, rows: rows, columns: shape.width),
            keys: record.buffer(.sixth, rows: rows, columns: shape.width),
            values: record.buffer(.seventh, rows: rows, columns: shape.width))
    }

    private func attentionWeights(_ rows: Int, _ record: Record) -> Matrix {
        record.buffer(.fourth, rows: rows * shape.heads, columns: shape.length)
    }

    private func attentionWeightsTangent(_ rows: Int, _ record: Record) -> Matrix {
        record.tangentBuffer(.fourth, rows: rows * shape.heads, columns: shape.length)
    }
}

extension AttentionInputs {
    /// The three in the order of the layer's tensors.
    fileprivate var each: [Matrix] { [queries, keys, values] }
}
