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
    package func forward(_ x: Matrix, _ pass: Pass) -> Matrix {
        pass.record.x = x
        let inputs = projections(x.rows, pass)
        for (i, projection) in inputs.each.enumerated() {
            MatrixProduct.compute(
                x.plain, pass.w(2 * i).plain, into: projection, epilogue: .bias(pass.w(2 * i + 1)), device: pass.device)
        }
        let y = pass.record.buffer(.output, rows: x.rows, columns: shape.width)
        Attention.compute(inputs, shape: shape, weights: attentionWeights(x.rows, pass), into: y, device: pass.device)
        return y
    }

    /// `Attention`'s transposed derivative, then three products for the kernels and, where x̄ is needed, three for x̄.
    ///
    /// The mask is applied with the last of these, when the sum is complete.
    package func backward(_ outputGradient: Matrix, _ pass: Pass) -> Matrix? {
        guard let x = pass.record.x else { preconditionFailure("backward before forward") }
        pass.record.yGradient = outputGradient
        let gradients = projectionGradients(x.rows, pass)
        Attention.backward(
            projections(x.rows, pass), shape: shape, weights: attentionWeights(x.rows, pass),
            outputGradient: outputGradient, into: gradients, device: pass.device)
        let result = pass.record.buffer(.inputGradient, rows: x.rows, columns: features)
        for (i, projection) in gradients.each.enumerated() {
            let pieces = pass.pieces(of: x)
            MatrixProduct.add([(x, projection)], to: pass.sum(2 * i), pieces: pieces, device: pass.device)
            ColumnSums.add(projection, to: pass.sum(2 * i + 1), pieces: pieces, device: pass.device)
            guard pass.needsInput else { continue }
            MatrixProduct.compute(
                projection.plain, pass.w(2 * i).transposed, into: result, accumulate: i > 0,
                epilogue: epilogue(i, pass), device: pass.device)
        }
        return pass.needsInput ? result : nil
    }

    /// The projections' tangents by six products, or three where ẋ = 0, then `Attention`'s; keeps them and those of the weights.
    package func tangent(_ xTangent: Matrix?, _ pass: Pass) -> Matrix {
        guard let x = pass.record.x else { preconditionFailure("tangent before forward") }
        pass.record.xTangent = xTangent
        let tangents = projectionTangents(x.rows, pass)
        for (i, projection) in tangents.each.enumerated() {
            MatrixProduct.compute(
                (xTangent.map { [($0.plain, pass.w(2 * i).plain)] } ?? []) + [(x.plain, pass.v(2 * i).plain)], into: projection,
                epilogue: .bias(pass.v(2 * i + 1)), device: pass.device)
        }
        let result = pass.record.tangentBuffer(.output, rows: x.rows, columns: shape.width)
        Attention.tangent(
            projections(x.rows, pass), shape: shape, weights: attentionWeights(x.rows, pass), tangent: tangents,
            weightsTangent: attentionWeightsTangent(x.rows, pass), into: result, device: pass.device)
        return result
    }

    /// `Attention`'s backward tangent, six products for the kernels, or three where ẋ = 0, and six for x̄̇ where it is needed.
    package func backwardTangent(_ outputGradientTangent: Matrix, _ pass: Pass) -> Matrix? {
        guard let x = pass.record.x, let yGradient = pass.record.yGradient else { preconditionFailure("tangent before backward") }
        let gradients = projectionGradients(x.rows, pass)
        let gradientTangents = AttentionInputs(
            queries: pass.record.tangentBuffer(.fifth, rows: x.rows, columns: shape.width),
            keys: pass.record.tangentBuffer(.sixth, rows: x.rows, columns: shape.width),
            values: pass.record.tangentBuffer(.seventh, rows: x.rows, columns: shape.width))
        Attention.backwardTangent(
            projections(x.rows, pass), shape: shape, weights: attentionWeights(x.rows, pass),
            tangent: projectionTangents(x.rows, pass), weightsTangent: attentionWeightsTangent(x.rows, pass),
            outputGradient: yGradient, outputGradientTangent: outputGradientTangent, into: gradientTangents,
            device: pass.device)
        let result = pass.record.tangentBuffer(.inputGradient, rows: x.rows, columns: features)
        for (i, (above, aboveTangent)) in zip(gradients.each, gradientTangents.each).enumerated() {
            let pieces = pass.pieces(of: x)
            MatrixProduct.add(
                (pass.record.xTangent.map { [($0, above)] } ?? []) + [(x, aboveTangent)], to: pass.sum(2 * i),
                pieces: pieces, device: pass.device)
            ColumnSums.add(aboveTangent, to: pass.sum(2 * i + 1), pieces: pieces, device: pass.device)
            guard pass.needsInput else { continue }
            MatrixProduct.compute(
                [(aboveTangent.plain, pass.w(2 * i).transposed), (above.plain, pass.v(2 * i).transposed)], into: result,
                accumulate: i > 0, epilogue: epilogue(i, pass), device: pass.device)
        }
        return pass.needsInput ? result : nil
    }

    /// The mask applies once the sum over the three is complete.
    private func epilogue(_ index: Int, _ pass: Pass) -> Epilogue {
        index == Self.parts.count - 1 ? pass.maskEpilogue : .none
    }

    private func projections(_ rows: Int, _ pass: Pass) -> AttentionInputs {
        AttentionInputs(
            queries: pass.record.buffer(.first, rows: rows, columns: shape.width),
            keys: pass.record.buffer(.second, rows: rows, columns: shape.width),
            values: pass.record.buffer(.third, rows: rows, columns: shape.width))
    }

    private func projectionTangents(_ rows: Int, _ pass: Pass) -> AttentionInputs {
        AttentionInputs(
            queries: pass.record.tangentBuffer(.first, rows: rows, columns: shape.width),
            keys: pass.record.tangentBuffer(.second, rows: rows, columns: shape.width),
            values: pass.record.tangentBuffer(.third, rows: rows, columns: shape.width))
    }

    private func projectionGradients(_ rows: Int, _ pass: Pass) -> AttentionInputs {
        AttentionInputs(
            queries: pass.record.buffer(.fifth, rows: rows, columns: shape.width),
            keys: pass.record.buffer(.sixth, rows: rows, columns: shape.width),
            values: pass.record.buffer(.seventh, rows: rows, columns: shape.width))
    }

    private func attentionWeights(_ rows: Int, _ pass: Pass) -> Matrix {
        pass.record.buffer(.fourth, rows: rows * shape.heads, columns: shape.length)
    }

    private func attentionWeightsTangent(_ rows: Int, _ pass: Pass) -> Matrix {
        pass.record.tangentBuffer(.fourth, rows: rows * shape.heads, columns: shape.length)
    }
}

extension AttentionInputs {
    /// The three in the order of the layer's tensors.
    fileprivate var each: [Matrix] { [queries, keys, values] }
}
