/// Convolutions of images with 3 × 3 kernels, stride 1, zeros beyond the border ("SAME").
///
/// Images are matrices [images·pixels, channels]; kernels [9·inputs, outputs] with rows ordered as (dy, dx, input). As
/// in the networks' literature nothing is reflected: y[p] = Σ_d x[p + d]·K[d]. Each image's neighbourhoods are spread
/// out in a thread's own cache and multiplied there; so the sums have the order of a matrix product over (dy, dx, input).
package enum Convolution {
    /// Images whose kernel gradients are summed up before they are added to the others'.
    private static let imagesPerPartial = 8

    /// `result = epilogue(x ∗ kernel)`, or `epilogue(result + x ∗ kernel)` where `accumulate` is true.
    ///
    /// Costs 18·pixels·inputs·outputs operations an image.
    package static func compute(
        _ x: Matrix, _ kernel: Matrix, shape: ImageShape, into result: Matrix, accumulate: Bool = false,
        epilogue: Epilogue = .none, workers: Workers
    ) {
        let images = shape.images(in: x)
        require(
            kernel.rows == 9 * x.columns && x.isContiguous && result.rows == x.rows && result.columns == kernel.columns,
            "a convolution of \(x.shape) with \(kernel.shape) into \(result.shape)")
        let singles = workers.singleThreads()
        workers.split(images) { part, range in
            let worker = singles[part]
            let patches = worker.scratch(ScratchSlot.first, rows: shape.pixels, columns: kernel.rows)
            for image in range {
                let rows = image * shape.pixels..<(image + 1) * shape.pixels
                Patches.gather(x.rows(rows), shape: shape, into: patches)
                MatrixProduct.compute(
                    patches.plain, kernel.plain, into: result.rows(rows), accumulate: accumulate,
                    epilogue: epilogue.rows(rows), workers: worker)
            }
        }
    }

    /// Adds Σ_p x[p + d]ᵀ·ȳ[p] to `kernelGradient`, and Σ_p ȳ[p] to `biasGradient`.
    ///
    /// Sums run over an image's pixels in blocks of 256, over eight images in order, then over these groups of eight; so
    /// chunks of a multiple of eight images change nothing. Costs as much as `compute`.
    package static func addKernelGradient(
        _ x: Matrix, _ outputGradient: Matrix, shape: ImageShape, to kernelGradient: Matrix, bias biasGradient: Matrix,
        workers: Workers
    ) {
        let images = shape.images(in: x), columns = outputGradient.columns
        require(
            kernelGradient.rows == 9 * x.columns && kernelGradient.columns == columns && outputGradient.rows == x.rows
                && x.isContiguous && biasGradient.rows == 1 && biasGradient.columns == columns,
            "the kernel gradient \(kernelGradient.shape) of \(x.shape) and \(outputGradient.shape)")
        let groups = (images + imagesPerPartial - 1) / imagesPerPartial
        let kernels = workers.scratch(ScratchSlot.first, rows: groups * kernelGradient.rows, columns: columns)
        let biases = workers.scratch(ScratchSlot.second, rows: groups, columns: columns)
        let singles = workers.singleThreads()
        workers.split(groups) { part, range in
            let worker = singles[part]
            let patches = worker.scratch(ScratchSlot.first, rows: shape.pixels, columns: kernelGradient.rows)
            for group in range {
                let kernel = kernels.rows(group * kernelGradient.rows..<(group + 1) * kernelGradient.rows)
                let bias = biases.rows(group..<group + 1)
                bias.start.update(repeating: 0, count: columns)
                let first = group * imagesPerPartial
                for image in first..<min(first + imagesPerPartial, images) {
                    let rows = image * shape.pixels..<(image + 1) * shape.pixels
                    Patches.gather(x.rows(rows), shape: shape, into: patches)
                    MatrixProduct.compute(
                        patches.transposed, outputGradient.rows(rows).plain, into: kernel, accumulate: image > first,
                        workers: worker)
                    ColumnSums.add(outputGradient.rows(rows), to: bias, workers: worker)
                }
            }
        }
        Partials.add(kernels, to: kernelGradient)
        Partials.add(biases, to: biasGradient)
    }

    /// Writes to `result` [9·outputs, inputs] the kernel whose convolution is the transposed map of that with `kernel`.
    ///
    /// x̄[q] = Σ_d ȳ[q − d]·K[d]ᵀ = Σ_d ȳ[q + d]·K[−d]ᵀ: taps in reverse, inputs and outputs exchanged.
    package static func transpose(_ kernel: Matrix, into result: Matrix) {
        let inputs = kernel.rows / 9, outputs = kernel.columns
        require(
            kernel.rows == 9 * inputs && result.rows == 9 * outputs && result.columns == inputs,
            "the transposed kernel \(result.shape) of \(kernel.shape)")
        for tap in 0..<9 {
            for input in 0..<inputs {
                let source = kernel.start + (tap * inputs + input) * kernel.stride
                for output in 0..<outputs {
                    result.start[((8 - tap) * outputs + output) * result.stride + input] = source[output]
                }
            }
        }
    }
}

extension Epilogue {
    /// The same for some of the rows.
    func rows(_ range: Range<Int>) -> Epilogue {
        switch self {
        case .none, .bias, .biasThenReLU: self
        case .whereActive(let active): .whereActive(active.rows(range))
        case .biasWhereActive(let bias, let active): .biasWhereActive(bias, active: active.rows(range))
        }
    }
}
