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
    package func forward(_ x: Matrix, _ pass: Pass) -> Matrix {
        let y = pass.record.buffer(.output, rows: x.rows, columns: outputs)
        Convolution.compute(
            x, pass.w(0), shape: shape, into: y, epilogue: isRectified ? .biasThenReLU(pass.w(1)) : .bias(pass.w(1)),
            device: pass.device)
        pass.record.x = x
        pass.record.y = y
        return y
    }

    /// Adds x ⋆ z̄ and Σ z̄ to the gradient and, where x̄ is needed, convolves z̄ with a transposed copy of the kernel.
    package func backward(_ outputGradient: Matrix, _ pass: Pass) -> Matrix? {
        guard let x = pass.record.x else { preconditionFailure("backward before forward") }
        pass.record.yGradient = outputGradient
        Convolution.addKernelGradient(
            x, outputGradient, shape: shape, to: pass.sum(0), bias: pass.sum(1),
            pieces: pass.pieces(of: x, each: shape.pixels), device: pass.device)
        guard pass.needsInput else { return nil }
        let result = pass.record.buffer(.inputGradient, rows: x.rows, columns: inputs)
        Convolution.compute(
            outputGradient, transposedKernel(pass.w(0), pass.record.buffer(.first, rows: 9 * outputs, columns: inputs), pass),
            shape: shape,
            into: result, epilogue: pass.maskEpilogue, device: pass.device)
        return result
    }

    /// Two convolutions summed into one result, or one where ẋ = 0; zero where y is not positive in a rectified layer.
    package func tangent(_ xTangent: Matrix?, _ pass: Pass) -> Matrix {
        guard let x = pass.record.x, let y = pass.record.y else { preconditionFailure("tangent before forward") }
        pass.record.xTangent = xTangent
        let result = pass.record.tangentBuffer(.output, rows: x.rows, columns: outputs)
        Convolution.compute(
            (xTangent.map { [($0, pass.w(0))] } ?? []) + [(x, pass.v(0))], shape: shape, into: result,
            epilogue: isRectified ? .biasWhereActive(pass.v(1), active: y) : .bias(pass.v(1)), device: pass.device)
        return result
    }

    /// Two kernel gradients, or one where ẋ = 0, and where x̄̇ is needed two convolutions with transposed copies of K and V.
    package func backwardTangent(_ outputGradientTangent: Matrix, _ pass: Pass) -> Matrix? {
        guard let x = pass.record.x, let yGradient = pass.record.yGradient else { preconditionFailure("tangent before backward") }
        if let xTangent = pass.record.xTangent {
            // The bias's part, Σ z̄, is no derivative along the direction; it goes to a place of its own.
            let ignored = pass.record.tangentBuffer(.second, rows: 1, columns: outputs)
            Convolution.addKernelGradients(
                ((xTangent, yGradient), (x, outputGradientTangent)), shape: shape,
                pieces: pass.pieces(of: x, each: shape.pixels), to: pass.sum(0), bias: pass.sum(1), ignored: ignored,
                device: pass.device)
        } else {
            Convolution.addKernelGradient(
                x, outputGradientTangent, shape: shape, to: pass.sum(0), bias: pass.sum(1),
                pieces: pass.pieces(of: x, each: shape.pixels), device: pass.device)
        }
        guard pass.needsInput else { return nil }
        let result = pass.record.tangentBuffer(.inputGradient, rows: x.rows, columns: inputs)
        let kernel = transposedKernel(pass.w(0), pass.record.tangentBuffer(.first, rows: 9 * outputs, columns: inputs), pass)
        let direction = transposedKernel(pass.v(0), pass.record.tangentBuffer(.third, rows: 9 * outputs, columns: inputs), pass)
        Convolution.compute(
            [(outputGradientTangent, kernel), (yGradient, direction)], shape: shape, into: result,
            epilogue: pass.maskEpilogue, device: pass.device)
        return result
    }

    private func transposedKernel(_ kernel: Matrix, _ buffer: Matrix, _ pass: Pass) -> Matrix {
        Convolution.transpose(kernel, into: buffer, device: pass.device)
        return buffer
    }
}
