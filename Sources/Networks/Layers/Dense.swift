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
    package func forward(_ x: Matrix, _ pass: Pass) -> Matrix {
        let y = pass.record.buffer(.output, rows: x.rows, columns: outputs)
        MatrixProduct.compute(
            x.plain, pass.w(0).plain, into: y, epilogue: isRectified ? .biasThenReLU(pass.w(1)) : .bias(pass.w(1)),
            device: pass.device)
        pass.record.x = x
        pass.record.y = y
        return y
    }

    /// One product for W̄ and column sums for b̄; a second product for x̄ where it is needed, masked in its epilogue.
    package func backward(_ outputGradient: Matrix, _ pass: Pass) -> Matrix? {
        guard let x = pass.record.x else { preconditionFailure("backward before forward") }
        pass.record.yGradient = outputGradient
        let pieces = pass.pieces(of: x)
        MatrixProduct.add([(x, outputGradient)], to: pass.sum(0), pieces: pieces, device: pass.device)
        ColumnSums.add(outputGradient, to: pass.sum(1), pieces: pieces, device: pass.device)
        guard pass.needsInput else { return nil }
        let result = pass.record.buffer(.inputGradient, rows: x.rows, columns: inputs)
        MatrixProduct.compute(
            outputGradient.plain, pass.w(0).transposed, into: result, epilogue: pass.maskEpilogue,
            device: pass.device)
        return result
    }

    /// Two products summed into one result, or one where ẋ = 0; zero where y is not positive in a rectified layer.
    package func tangent(_ xTangent: Matrix?, _ pass: Pass) -> Matrix {
        guard let x = pass.record.x, let y = pass.record.y else { preconditionFailure("tangent before forward") }
        pass.record.xTangent = xTangent
        let result = pass.record.tangentBuffer(.output, rows: x.rows, columns: outputs)
        MatrixProduct.compute(
            (xTangent.map { [($0.plain, pass.w(0).plain)] } ?? []) + [(x.plain, pass.v(0).plain)], into: result,
            epilogue: isRectified ? .biasWhereActive(pass.v(1), active: y) : .bias(pass.v(1)), device: pass.device)
        return result
    }

    /// Two products for W's part, or one where ẋ = 0, and two more for x̄̇ where it is needed.
    package func backwardTangent(_ outputGradientTangent: Matrix, _ pass: Pass) -> Matrix? {
        guard let x = pass.record.x, let yGradient = pass.record.yGradient else { preconditionFailure("tangent before backward") }
        let pieces = pass.pieces(of: x)
        MatrixProduct.add(
            (pass.record.xTangent.map { [($0, yGradient)] } ?? []) + [(x, outputGradientTangent)], to: pass.sum(0),
            pieces: pieces, device: pass.device)
        ColumnSums.add(outputGradientTangent, to: pass.sum(1), pieces: pieces, device: pass.device)
        guard pass.needsInput else { return nil }
        let result = pass.record.tangentBuffer(.inputGradient, rows: x.rows, columns: inputs)
        MatrixProduct.compute(
            [(outputGradientTangent.plain, pass.w(0).transposed), (yGradient.plain, pass.v(0).transposed)], into: result,
            epilogue: pass.maskEpilogue, device: pass.device)
        return result
    }
}
