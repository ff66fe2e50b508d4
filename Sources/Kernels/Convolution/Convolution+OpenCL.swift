extension Convolution {
    /// One pair's convolution, a pixel's channel an item.
    static func enqueue(
        _ x: Matrix, _ kernel: Matrix, shape: ImageShape, into result: Matrix, accumulate: Bool, epilogue: Epilogue,
        on queue: CommandQueue
    ) {
        queue.forEachColumn(
            result.columns, rows: result.rows, "convolve",
            [
                .matrix(x), .matrix(kernel), .matrix(result), .int(shape.height), .int(shape.width), .int(x.columns),
                .int(result.columns), .int(MatrixProduct.termsPerBlock), .int(accumulate ? 1 : 0),
            ] + epilogue.arguments)
    }

    /// The kernel's gradient of each group of images, for each pair; the groups' are added in order, all pairs' of a piece before
    /// the next one's. And the bias's, of the last pair. Pieces are of images.
    static func enqueueKernelGradient(
        _ pairs: [(x: Matrix, outputGradient: Matrix)], shape: ImageShape, to kernelGradient: Matrix,
        bias biasGradient: Matrix, isTiled: Bool, imagesPerGroup: Int, pieces: Pieces, device: Device,
        on queue: CommandQueue
    ) {
        let inputs = pairs[0].x.columns, outputs = kernelGradient.columns, images = shape.images(in: pairs[0].x)
        let groups = (images + imagesPerGroup - 1) / imagesPerGroup, rows = groups * kernelGradient.rows
        let kernels = device.scratch(ScratchSlot.first, rows: pairs.count * rows, columns: outputs)
        let biases = device.scratch(ScratchSlot.second, rows: groups, columns: outputs)
        for (index, (x, outputGradient)) in pairs.enumerated() {
            let kernels = kernels.rows(index * rows..<(index + 1) * rows)
            if isTiled {
                Winograd.enqueueKernelGradient(
                    x, outputGradient, shape: shape, into: kernels, imagesPerGroup: imagesPerGroup, device: device, on: queue)
            } else {
                queue.forEachColumn(
                    outputs, rows: kernelGradient.rows, layers: groups, "convolve_kernel_gradient",
                    [
                        .matrix(x), .matrix(outputGradient), .matrix(kernels), .int(shape.height), .int(shape.width),
                        .int(inputs), .int(outputs), .int(images), .int(imagesPerGroup), .int(MatrixProduct.termsPerBlock),
                    ])
            }
        }
        queue.forEachColumn(
            outputs, rows: groups, "convolve_bias_gradient",
            [
                .matrix(pairs[pairs.count - 1].outputGradient), .matrix(biases), .int(shape.pixels), .int(outputs),
                .int(images), .int(imagesPerGroup), .int(MatrixProduct.termsPerBlock),
            ])
        let pieces = Partials.ofBlocks(pieces, rows: images, perBlock: imagesPerGroup)
        Partials.enqueue(kernels, of: pairs.count, to: kernelGradient, pieces: pieces, on: queue)
        Partials.enqueue(biases, to: biasGradient, pieces: pieces, on: queue)
    }
}

extension Winograd {
    /// All tiles of all images at once: sixteen products, one for each component, over the channels of all terms.
    static func enqueue(
        _ terms: [(x: Matrix, kernel: Matrix)], shape: ImageShape, into result: Matrix, epilogue: Epilogue, device: Device,
        on queue: CommandQueue
    ) {
        let channels = terms[0].x.columns, outputs = result.columns, depth = terms.count * channels
        let tiles = shape.images(in: result) * Tiling(shape).count
        let u = device.scratch(ScratchSlot.first, rows: components * depth, columns: outputs)
        let v = device.scratch(ScratchSlot.second, rows: components * tiles, columns: depth)
        let products = device.scratch(ScratchSlot.third, rows: components * tiles, columns: outputs)
        for (index, term) in terms.enumerated() {
            queue.forEachColumn(
                outputs, rows: channels, "winograd_transform_kernel",
                [
                    .matrix(term.kernel), .matrix(u), .int(channels), .int(outputs), .int(index * channels), .int(depth),
                ])
            queue.forEachColumn(
                channels, rows: tiles, "winograd_transform_inputs",
                [
                    .matrix(term.x), .matrix(v), .int(shape.height), .int(shape.width), .int(channels),
                    .int(index * channels), .int(tiles),
                ])
        }
        MatrixProduct.enqueue(
            v.rows(0..<tiles).plain, u.rows(0..<depth).plain, into: products.rows(0..<tiles), accumulate: false,
            epilogue: .none, termsPerBlock: max(1, depth),
            batch: MatrixProduct.Batch(
                count: components, inner: components, a: .init(step: tiles * depth), b: .init(step: depth * outputs),
                result: .init(step: tiles * outputs)), on: queue)
        queue.forEachColumn(
            outputs, rows: tiles, "winograd_write",
            [
                .matrix(products), .matrix(result), .int(shape.height), .int(shape.width), .int(outputs), .int(tiles),
            ] + epilogue.arguments)
    }

    /// Writes each group of images' kernel gradient to `kernels`, one below the other.
    static func enqueueKernelGradient(
        _ x: Matrix, _ outputGradient: Matrix, shape: ImageShape, into kernels: Matrix, imagesPerGroup: Int, device: Device,
        on queue: CommandQueue
    ) {
        let inputs = x.columns, outputs = outputGradient.columns, images = shape.images(in: x)
        let perImage = Tiling(shape).count, tiles = images * perImage, groups = kernels.rows / (9 * inputs)
        let v = device.scratch(ScratchSlot.third, rows: components * tiles, columns: inputs)
        let above = device.scratch(ScratchSlot.fourth, rows: components * tiles, columns: outputs)
        let sums = device.scratch(ScratchSlot.fifth, rows: groups * components * inputs, columns: outputs)
        queue.forEachColumn(
            inputs, rows: tiles, "winograd_transform_inputs",
            [.matrix(x), .matrix(v), .int(shape.height), .int(shape.width), .int(inputs), .int(0), .int(tiles)])
        queue.forEachColumn(
            outputs, rows: tiles, "winograd_transform_gradients",
            [.matrix(outputGradient), .matrix(above), .int(shape.height), .int(shape.width), .int(outputs), .int(tiles)])
        // Of each group of images a product for each component, over its tiles; the last group may be a smaller one.
        let whole = images / imagesPerGroup
        for (first, count, groupImages) in [(0, whole, imagesPerGroup), (whole, groups - whole, images % imagesPerGroup)]
        where count > 0 {
            let terms = first * imagesPerGroup * perImage..<(first * imagesPerGroup + groupImages) * perImage
            let result = first * components * inputs..<(first * components + 1) * inputs
            MatrixProduct.enqueue(
                v.rows(terms).transposed, above.rows(terms).plain, into: sums.rows(result), accumulate: false, epilogue: .none,
                termsPerBlock: tilesPerBlock, pieces: Pieces(of: perImage),
                batch: MatrixProduct.Batch(
                    count: count * components, inner: components,
                    a: .init(outer: imagesPerGroup * perImage * inputs, step: tiles * inputs),
                    b: .init(outer: imagesPerGroup * perImage * outputs, step: tiles * outputs),
                    result: .init(outer: components * inputs * outputs, step: inputs * outputs)), on: queue)
        }
        queue.forEachColumn(
            outputs, rows: inputs, layers: groups, "winograd_finish_gradient",
            [.matrix(sums), .matrix(kernels), .int(inputs), .int(outputs)])
    }
}
