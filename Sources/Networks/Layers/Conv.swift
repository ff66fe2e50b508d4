import Kernels

/// A 3 × 3 convolution with bias, stride 1, zeros beyond the border, optionally rectified: y = x ∗ K + b or max(x ∗ K + b, 0).
///
/// Shapes: x [images·pixels, inputs], K [3, 3, inputs, outputs], b [outputs], y [images·pixels, outputs]. A convolution is
/// linear in x and in K, so everything is as in `Dense`. Write Kᵀ for the kernel of the transposed map, x ⋆ ȳ for the
/// derivative of ⟨ȳ, x ∗ K⟩ by K, and m = 1 where y > 0:
///
/// - backward: K̄ = x ⋆ z̄, b̄ = Σ z̄, x̄ = z̄ ∗ Kᵀ, where z̄ = m·ȳ comes masked from above;
/// - tangent: ẏ = m·(ẋ ∗ K + x ∗ V + v_b);
/// - backward tangent: K̄̇ = ẋ ⋆ z̄ + x ⋆ ż̄, x̄̇ = ż̄ ∗ Kᵀ + z̄ ∗ Vᵀ.
package struct Conv: Layer {
    let name: String
    let shape: ImageShape
    let inputs: Int
    let outputs: Int
    /// Whether the layer ends in ReLU, fused into the convolution.
    package let isRectified: Bool

    /// A layer from `inputs` to `outputs` channels for images of `shape`, whose tensors begin with `name`.
    package init(_ name: String, shape: ImageShape, inputs: Int, outputs: Int, isRectified: Bool = false) {
        self.name = name
        self.shape = shape
        self.inputs = inputs
        self.outputs = outputs
        self.isRectified = isRectified
    }

    /// `NAME.kernel` [3, 3, inputs, outputs] from Glorot's normal distribution with nine taps to each fan, `NAME.bias` from 0.
    package var tensors: [TensorDeclaration] {
        [
            TensorDeclaration(
                "\(name).kernel", [3, 3, inputs, outputs], .glorot(inputs: 9 * inputs, outputs: 9 * outputs)),
            TensorDeclaration("\(name).bias", [outputs], .zeros),
        ]
    }

    /// One convolution with bias and ReLU in its epilogue; keeps x and y, which must stay as they are until the last product.
    package func forward(_ x: Matrix, _ w: Weights, _ record: Record, _ workers: Workers) -> Matrix {
        let y = record.buffer(.output, rows: x.rows, columns: outputs)
        Convolution.compute(
            x, w.matrix(0), shape: shape, into: y, epilogue: isRectified ? .biasThenReLU(w.matrix(1)) : .bias(w.matrix(1)),
            workers: workers)
        record.x = x
        record.y = y
        return y
    }

    /// Adds x ⋆ z̄ and Σ z̄ to the gradient and, where x̄ is needed, convolves z̄ with a transposed copy of the kernel.
    package func backward(
        _ outputGradient: Matrix, _ w: Weights, gradient: Weights, mask: Matrix?, needsInput: Bool, _ record: Record,
        _ workers: Workers
    ) -> Matrix? {
        guard let x = record.x else { preconditionFailure("backward before forward") }
        record.yGradient = outputGradient
        Convolution.addKernelGradient(
            x, outputGradient, shape: shape, to: gradient.matrix(0), bias: gradient.matrix(1), workers: workers)
        guard needsInput else { return nil }
        let result = record.buffer(.inputGradient, rows: x.rows, columns: inputs)
        Convolution.compute(
            outputGradient, transposedKernel(w, record.buffer(.first, rows: 9 * outputs, columns: inputs)), shape: shape,
            into: result, epilogue: mask.map { .whereActive($0) } ?? .none, workers: workers)
        return result
    }

    /// Two convolutions summed into one result, or one where ẋ = 0; zero where y is not positive in a rectified layer.
    package func tangent(_ xTangent: Matrix?, _ w: Weights, _ v: Weights, _ record: Record, _ workers: Workers) -> Matrix {
        guard let x = record.x, let y = record.y else { preconditionFailure("tangent before forward") }
        record.xTangent = xTangent
        let result = record.tangentBuffer(.output, rows: x.rows, columns: outputs)
        Convolution.compute(
            (xTangent.map { [($0, w.matrix(0))] } ?? []) + [(x, v.matrix(0))], shape: shape, into: result,
            epilogue: isRectified ? .biasWhereActive(v.matrix(1), active: y) : .bias(v.matrix(1)), workers: workers)
        return result
    }

    /// Two kernel gradients, or one where ẋ = 0, and where x̄̇ is needed two convolutions with transposed copies of K and V.
    package func backwardTangent(
        _ outputGradientTangent: Matrix, _ w: Weights, _ v: Weights, product: Weights, mask: Matrix?, needsInput: Bool,
        _ record: Record, _ workers: Workers
    ) -> Matrix? {
        guard let x = record.x, let yGradient = record.yGradient else { preconditionFailure("tangent before backward") }
        if let xTangent = record.xTangent {
            // The bias's part, Σ z̄, is no derivative along the direction; it goes to a place of its own.
            let ignored = record.tangentBuffer(.second, rows: 1, columns: outputs)
            Convolution.addKernelGradient(
                xTangent, yGradient, shape: shape, to: product.matrix(0), bias: ignored, workers: workers)
        }
        Convolution.addKernelGradient(
            x, outputGradientTangent, shape: shape, to: product.matrix(0), bias: product.matrix(1), workers: workers)
        guard needsInput else { return nil }
        let result = record.tangentBuffer(.inputGradient, rows: x.rows, columns: inputs)
        let kernel = transposedKernel(w, record.tangentBuffer(.first, rows: 9 * outputs, columns: inputs))
        let direction = transposedKernel(v, record.tangentBuffer(.third, rows: 9 * outputs, columns: inputs))
        Convolution.compute(
            [(outputGradientTangent, kernel), (yGradient, direction)], shape: shape, into: result,
            epilogue: mask.map { .whereActive($0) } ?? .none, workers: workers)
        return result
    }

    private func transposedKernel(_ weights: Weights, _ buffer: Matrix) -> Matrix {
        Convolution.transpose(weights.matrix(0), into: buffer)
        return buffer
    }
}
