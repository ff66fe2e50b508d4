import Kernels

/// A linear layer with bias, optionally rectified: y = x·W + b or max(x·W + b, 0).
///
/// Shapes: x [rows, inputs], W [inputs, outputs], b [outputs], y [rows, outputs]. With z = x·W + b and m = 1 where y > 0:
///
/// - backward: W̄ = xᵀz̄, b̄ = Σ z̄, x̄ = z̄·Wᵀ, where z̄ = m·ȳ comes masked from above;
/// - tangent: ẏ = m·(ẋ·W + x·V + v_b);
/// - backward tangent: Ẇ̄ = ẋᵀz̄ + xᵀż̄, x̄̇ = ż̄·Wᵀ + z̄·Vᵀ (ReLU has no second derivative).
///
/// A gradient is three products, a Hessian–vector product six; in the first layer, where ẋ = 0 and x̄ is not needed, two
/// and two.
package struct Dense: Layer {
    let name: String
    let inputs: Int
    let outputs: Int
    /// Whether the layer ends in ReLU, fused into the product.
    package let isRectified: Bool
    let initialKernel: InitialDistribution

    /// A layer from `inputs` to `outputs` features, whose tensors begin with `name`.
    ///
    /// - Parameter initialKernel: the distribution of W; the bias begins at 0.
    package init(
        _ name: String, inputs: Int, outputs: Int, isRectified: Bool = false, initialKernel: InitialDistribution
    ) {
        self.name = name
        self.inputs = inputs
        self.outputs = outputs
        self.isRectified = isRectified
        self.initialKernel = initialKernel
    }

    /// W as `NAME.kernel` [inputs, outputs], then b as `NAME.bias` [outputs].
    package var tensors: [TensorDeclaration] {
        [
            TensorDeclaration("\(name).kernel", [inputs, outputs], initialKernel),
            TensorDeclaration("\(name).bias", [outputs], .zeros),
        ]
    }

    /// One product with bias and ReLU in its epilogue; keeps x and y, which must stay as they are until the last product.
    package func forward(_ x: Matrix, _ w: Weights, _ record: Record, _ workers: Workers) -> Matrix {
        let y = record.buffer(.output, rows: x.rows, columns: outputs)
        MatrixProduct.compute(
            x.plain, w.matrix(0).plain, into: y, epilogue: isRectified ? .biasThenReLU(w.matrix(1)) : .bias(w.matrix(1)),
            workers: workers)
        record.x = x
        record.y = y
        return y
    }

    /// One product for W̄ and column sums for b̄; a second product for x̄ where it is needed, masked in its epilogue.
    package func backward(
        _ outputGradient: Matrix, _ w: Weights, gradient: Weights, mask: Matrix?, needsInput: Bool, _ record: Record,
        _ workers: Workers
    ) -> Matrix? {
        guard let x = record.x else { preconditionFailure("backward before forward") }
        record.yGradient = outputGradient
        MatrixProduct.compute(
            x.transposed, outputGradient.plain, into: gradient.matrix(0), accumulate: true, workers: workers)
        ColumnSums.add(outputGradient, to: gradient.matrix(1), workers: workers)
        guard needsInput else { return nil }
        let result = record.buffer(.inputGradient, rows: x.rows, columns: inputs)
        MatrixProduct.compute(
            outputGradient.plain, w.matrix(0).transposed, into: result, epilogue: mask.map { .whereActive($0) } ?? .none,
            workers: workers)
        return result
    }

    /// Two products summed into one result, or one where ẋ = 0; zero where y is not positive in a rectified layer.
    package func tangent(_ xTangent: Matrix?, _ w: Weights, _ v: Weights, _ record: Record, _ workers: Workers) -> Matrix {
        guard let x = record.x, let y = record.y else { preconditionFailure("tangent before forward") }
        record.xTangent = xTangent
        let result = record.tangentBuffer(.output, rows: x.rows, columns: outputs)
        if let xTangent { MatrixProduct.compute(xTangent.plain, w.matrix(0).plain, into: result, workers: workers) }
        MatrixProduct.compute(
            x.plain, v.matrix(0).plain, into: result, accumulate: xTangent != nil,
            epilogue: isRectified ? .biasWhereActive(v.matrix(1), active: y) : .bias(v.matrix(1)), workers: workers)
        return result
    }

    /// Two products for W's part, or one where ẋ = 0, and two more for x̄̇ where it is needed.
    package func backwardTangent(
        _ outputGradientTangent: Matrix, _ w: Weights, _ v: Weights, product: Weights, mask: Matrix?, needsInput: Bool,
        _ record: Record, _ workers: Workers
    ) -> Matrix? {
        guard let x = record.x, let yGradient = record.yGradient else { preconditionFailure("tangent before backward") }
        if let xTangent = record.xTangent {
            MatrixProduct.compute(
                xTangent.transposed, yGradient.plain, into: product.matrix(0), accumulate: true, workers: workers)
        }
        MatrixProduct.compute(
            x.transposed, outputGradientTangent.plain, into: product.matrix(0), accumulate: true, workers: workers)
        ColumnSums.add(outputGradientTangent, to: product.matrix(1), workers: workers)
        guard needsInput else { return nil }
        let result = record.tangentBuffer(.inputGradient, rows: x.rows, columns: inputs)
        MatrixProduct.compute(outputGradientTangent.plain, w.matrix(0).transposed, into: result, workers: workers)
        MatrixProduct.compute(
            yGradient.plain, v.matrix(0).transposed, into: result, accumulate: true,
            epilogue: mask.map { .whereActive($0) } ?? .none, workers: workers)
        return result
    }
}
