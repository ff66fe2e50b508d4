/// Convolutions of images with 3 × 3 kernels, stride 1, zeros beyond the border ("SAME").
///
/// Images are matrices [images·pixels, channels]; kernels [9·inputs, outputs] with rows ordered as (dy, dx, input). As
/// in the networks' literature nothing is reflected: y[p] = Σ_d x[p + d]·K[d]. Where there are channels enough, tiles of 2 × 2
/// results take fewer products (`Winograd`). Otherwise an image is copied into a thread's own cache with zeros around it,
/// where a pixel's neighbourhood is three runs of numbers: the factor of a matrix product over (dy, dx, input), in whose
/// order the sums run, that nobody needs to spread out.
package enum Convolution {
    /// Images whose kernel gradients are summed up before they are added to the others'.
    private static let imagesPerPartial = 8

    /// Whether tiles are worth their additions: the same answer for a kernel, its transpose and its gradient.
    private static func isTiled(inputs: Int, outputs: Int) -> Bool { min(inputs, outputs) >= 8 }

    /// `result = epilogue(x ∗ kernel)`.
    ///
    /// Costs 18·pixels·inputs·outputs operations an image, or 4/9 of it by tiles.
    package static func compute(
        _ x: Matrix, _ kernel: Matrix, shape: ImageShape, into result: Matrix, epilogue: Epilogue = .none, device: Device
    ) {
        compute([(x, kernel)], shape: shape, into: result, epilogue: epilogue, device: device)
    }

    /// `result = epilogue(Σ x ∗ kernel)` over the pairs in `terms`, which have the same shapes.
    package static func compute(
        _ terms: [(x: Matrix, kernel: Matrix)], shape: ImageShape, into result: Matrix, epilogue: Epilogue = .none,
        device: Device
    ) {
        let inputs = terms[0].x.columns
        for (x, kernel) in terms {
            require(
                x.columns == inputs && kernel.rows == 9 * inputs && x.isContiguous && result.rows == x.rows
                    && result.columns == kernel.columns,
                "a convolution of \(x.shape) with \(kernel.shape) into \(result.shape)")
        }
        epilogue.check(rows: result.rows, columns: result.columns)
        if isTiled(inputs: inputs, outputs: result.columns) {
            if let queue = device.queue {
                Winograd.enqueue(terms, shape: shape, into: result, epilogue: epilogue, device: device, on: queue)
                return
            }
            Winograd.compute(terms, shape: shape, into: result, epilogue: epilogue, device: device)
        } else {
            for (index, term) in terms.enumerated() {
                compute(
                    term.x, term.kernel, shape: shape, into: result, accumulate: index > 0,
                    epilogue: index == terms.count - 1 ? epilogue : .none, device: device)
            }
        }
    }

    /// `result = epilogue(x ∗ kernel)`, or `epilogue(result + x ∗ kernel)` where `accumulate` is true.
    private static func compute(
        _ x: Matrix, _ kernel: Matrix, shape: ImageShape, into result: Matrix, accumulate: Bool, epilogue: Epilogue,
        device: Device
    ) {
        if let queue = device.queue {
            enqueue(x, kernel, shape: shape, into: result, accumulate: accumulate, epilogue: epilogue, on: queue)
            return
        }
        let images = shape.images(in: x), width = MicroKernel.columns
        let panels = (kernel.columns + width - 1) / width
        let packed = Shared(device.scratch(ScratchSlot.first, count: panels * kernel.rows * width))
        for panel in 0..<panels {
            Packing.columns(
                of: kernel.plain, from: panel * width, count: min(width, kernel.columns - panel * width),
                into: packed.pointer + panel * kernel.rows * width)
        }
        let target = TileTarget(result: result, epilogue: epilogue)
        let singles = device.singleThreads()
        device.split(images) { part, range in
            let image = paddedImage(shape, channels: x.columns, singles[part])
            let blocks = image.neighbourhood(bStride: width)
            MicroKernel.withTile { tile in
                for index in range {
                    image.fill(x.rows(index * shape.pixels..<(index + 1) * shape.pixels))
                    for panel in 0..<panels {
                        let columns = panel * width..<min((panel + 1) * width, kernel.columns)
                        forEachTile(of: image) { start, pixels in
                            if accumulate {
                                pixels.forEachRun { row, first, count in
                                    let rows = index * shape.pixels + first..<index * shape.pixels + first + count
                                    target.load(rows: rows, columns: columns, into: tile + 2 * row)
                                }
                            }
                            add(
                                blocks, a: start, rowStride: x.columns, termStride: 1,
                                b: packed.pointer + panel * kernel.rows * width, bStride: width, columns: columns.count,
                                addedTo: accumulate, tile: tile)
                            pixels.forEachRun { row, first, count in
                                let rows = index * shape.pixels + first..<index * shape.pixels + first + count
                                target.write(tile + 2 * row, rows: rows, columns: columns, isComplete: true)
                            }
                        }
                    }
                }
            }
        }
    }

    /// Adds Σ_p x[p + d]ᵀ·ȳ[p] to `kernelGradient`, and Σ_p ȳ[p] to `biasGradient`.
    ///
    /// Sums run over an image's pixels in blocks of 256 (or its tiles in blocks of 64), over eight images in order, then over
    /// these groups of eight; so chunks of a multiple of eight images change nothing. Costs as much as `compute`.
    ///
    /// - Parameter pieces: of images, a multiple of eight each.
    package static func addKernelGradient(
        _ x: Matrix, _ outputGradient: Matrix, shape: ImageShape, to kernelGradient: Matrix, bias biasGradient: Matrix,
        pieces: Pieces = .whole, device: Device
    ) {
        add(
            [(x, outputGradient)], shape: shape, pieces: pieces, to: kernelGradient, bias: biasGradient, ignored: biasGradient,
            device: device)
    }

    /// Adds the pairs' kernel gradients in turn, and the last pair's of the bias; the others' go to `ignored`.
    private static func add(
        _ pairs: [(x: Matrix, outputGradient: Matrix)], shape: ImageShape, pieces: Pieces, to kernelGradient: Matrix,
        bias biasGradient: Matrix, ignored: Matrix, device: Device
    ) {
        let images = shape.images(in: pairs[0].x), columns = kernelGradient.columns
        for (x, outputGradient) in pairs {
            require(
                kernelGradient.rows == 9 * x.columns && outputGradient.columns == columns && outputGradient.rows == x.rows
                    && x.rows == pairs[0].x.rows && x.isContiguous && biasGradient.rows == 1 && biasGradient.columns == columns
                    && isGrouped(pieces, images),
                "the kernel gradient \(kernelGradient.shape) of \(x.shape) and \(outputGradient.shape), pieces of \(pieces.rows)")
        }
        if let queue = device.queue {
            enqueueKernelGradient(
                pairs, shape: shape, to: kernelGradient, bias: biasGradient,
                isTiled: isTiled(inputs: pairs[0].x.columns, outputs: columns), imagesPerGroup: imagesPerPartial,
                pieces: pieces, device: device, on: queue)
            return
        }
        pieces.forEach(of: images) { part, offset in
            let rows = part.lowerBound * shape.pixels..<part.upperBound * shape.pixels
            for (index, pair) in pairs.enumerated() {
                addWhole(
                    pair.x.rows(rows), pair.outputGradient.rows(rows), shape: shape, to: kernelGradient.moved(by: offset),
                    bias: index < pairs.count - 1 ? ignored : biasGradient.moved(by: offset), device: device)
            }
        }
    }

    /// Whether each piece but the last one is a whole number of the groups of images that are summed up for themselves.
    private static func isGrouped(_ pieces: Pieces, _ images: Int) -> Bool {
        let piece = pieces.rows(of: images)
        return piece >= images || piece % imagesPerPartial == 0
    }

    private static func addWhole(
        _ x: Matrix, _ outputGradient: Matrix, shape: ImageShape, to kernelGradient: Matrix, bias biasGradient: Matrix,
        device: Device
    ) {
        let images = shape.images(in: x), columns = outputGradient.columns
        let groups = (images + imagesPerPartial - 1) / imagesPerPartial
        let kernels = device.scratch(ScratchSlot.first, rows: groups * kernelGradient.rows, columns: columns)
        let biases = device.scratch(ScratchSlot.second, rows: groups, columns: columns)
        let singles = device.singleThreads()
        device.split(groups) { part, range in
            for group in range {
                let kernel = kernels.rows(group * kernelGradient.rows..<(group + 1) * kernelGradient.rows)
                let bias = biases.rows(group..<group + 1)
                bias.start.update(repeating: 0, count: columns)
                let first = group * imagesPerPartial
                let pixels = first * shape.pixels..<min(first + imagesPerPartial, images) * shape.pixels
                let x = x.rows(pixels), outputGradient = outputGradient.rows(pixels)
                if isTiled(inputs: x.columns, outputs: columns) {
                    Winograd.kernelGradient(x, outputGradient, shape: shape, into: kernel, worker: singles[part])
                } else {
                    Self.kernelGradient(x, outputGradient, shape: shape, into: kernel, worker: singles[part])
                }
                for first in stride(from: 0, to: x.rows, by: shape.pixels) {
                    ColumnSums.add(outputGradient.rows(first..<first + shape.pixels), to: bias, device: singles[part])
                }
            }
        }
        Partials.add(kernels, to: kernelGradient)
        Partials.add(biases, to: biasGradient)
    }

    /// Adds the kernel gradients of two pairs of x and ȳ, one after the other for each piece before the next one; and to
    /// `biasGradient` that of the second pair alone.
    ///
    /// - Parameters:
    ///   - pieces: of images, a multiple of eight each.
    ///   - ignored: of the bias's shape; what it holds afterwards is not said.
    package static func addKernelGradients(
        _ pairs: ((x: Matrix, outputGradient: Matrix), (x: Matrix, outputGradient: Matrix)), shape: ImageShape, pieces: Pieces,
        to kernelGradient: Matrix, bias biasGradient: Matrix, ignored: Matrix, device: Device
    ) {
        add(
            [pairs.0, pairs.1], shape: shape, pieces: pieces, to: kernelGradient, bias: biasGradient, ignored: ignored,
            device: device)
    }

    /// Writes Σ_p x[p + d]ᵀ·ȳ[p] over images to `kernel`.
    private static func kernelGradient(
        _ x: Matrix, _ outputGradient: Matrix, shape: ImageShape, into kernel: Matrix, worker: Device
    ) {
        let image = paddedImage(shape, channels: x.columns, worker)
        for first in stride(from: 0, to: x.rows, by: shape.pixels) {
            let pixels = first..<first + shape.pixels
            image.fill(x.rows(pixels))
            addKernelGradient(image, outputGradient.rows(pixels), to: kernel, isFirst: first == 0, worker)
        }
    }

    /// One image's part: the rows of each dy by tiles, which may read beyond the last of them but write none there.
    private static func addKernelGradient(
        _ image: PaddedImage, _ outputGradient: Matrix, to kernel: Matrix, isFirst: Bool, _ worker: Device
    ) {
        let width = MicroKernel.columns, height = MicroKernel.rows, taps = 3 * image.channels
        let target = TileTarget(result: kernel, epilogue: .none)
        // Whole vectors are read where they stand.
        let isPacked = kernel.columns % 16 != 0
        let blocks = image.pixels(bStride: isPacked ? width : outputGradient.stride)
        MicroKernel.withTile { tile in
            for column in stride(from: 0, to: kernel.columns, by: width) {
                let columns = column..<min(column + width, kernel.columns)
                var b = outputGradient.start + column
                if isPacked {
                    b = worker.scratch(ScratchSlot.second, count: image.shape.pixels * width)
                    Packing.columns(of: outputGradient.plain, from: column, count: columns.count, into: b)
                }
                for dy in 0..<3 {
                    for tap in stride(from: 0, to: taps, by: height) {
                        let first = dy * taps + tap
                        let rows = first..<first + min(height, taps - tap)
                        if !isFirst { target.load(rows: rows, columns: columns, into: tile) }
                        add(
                            blocks, a: image.start + dy * image.rowStride + tap, rowStride: 1, termStride: image.channels,
                            b: b, bStride: isPacked ? width : outputGradient.stride, columns: columns.count,
                            addedTo: !isFirst, tile: tile)
                        target.write(tile, rows: rows, columns: columns, isComplete: false)
                    }
                }
            }
        }
    }

    private static func paddedImage(_ shape: ImageShape, channels: Int, _ worker: Device) -> PaddedImage {
        PaddedImage(
            shape: shape, channels: channels,
            memory: worker.scratch(ScratchSlot.first, count: PaddedImage.count(shape: shape, channels: channels)))
    }

    /// Writes to `tile` the sums over blocks of terms, or adds them, one by one, to what it holds.
    @inline(__always)
    private static func add(
        _ blocks: [[MicroKernel.Run]], a: UnsafePointer<Float>, rowStride: Int, termStride: Int, b: UnsafePointer<Float>,
        bStride: Int, columns: Int, addedTo isAdded: Bool, tile: UnsafeMutablePointer<MicroKernel.Lanes>
    ) {
        for index in blocks.indices {
            blocks[index].withUnsafeBufferPointer { runs in
                MicroKernel.block(
                    runs, a: a, rowStride: rowStride, termStride: termStride, b: b, bStride: bStride, isWide: columns > 16,
                    addedTo: isAdded || index > 0, tile: tile)
            }
        }
    }

    /// The pixels of a tile: twelve of a padded image, some of which are the zeros after a row.
    private struct TilePixels {
        let shape: ImageShape
        /// The place of the first one.
        var y = 0, x = 0

        /// Calls `body` for each run of pixels of the image with its first row of the tile, its first pixel, and its length.
        @inline(__always)
        func forEachRun(_ body: (_ row: Int, _ pixel: Int, _ count: Int) -> Void) {
            var row = 0, y = y, x = x
            while row < MicroKernel.rows, y < shape.height {
                let count = min(MicroKernel.rows - row, shape.width - x)
                if count > 0 { body(row, y * shape.width + x, count) }
                // Past the zeros after the row.
                row += count + 1
                (y, x) = (y + 1, 0)
            }
        }
    }

    /// Calls `body` for each tile with where its first neighbourhood starts.
    @inline(__always)
    private static func forEachTile(of image: PaddedImage, _ body: (UnsafePointer<Float>, TilePixels) -> Void) {
        var pixels = TilePixels(shape: image.shape), start = image.start
        while pixels.y < image.shape.height {
            body(start, pixels)
            start += MicroKernel.rows * image.channels
            pixels.x += MicroKernel.rows
            while pixels.x >= image.rowPixels {
                pixels.x -= image.rowPixels
                pixels.y += 1
            }
        }
    }

    /// Writes to `result` [9·outputs, inputs] the kernel whose convolution is the transposed map of that with `kernel`.
    ///
    /// x̄[q] = Σ_d ȳ[q − d]·K[d]ᵀ = Σ_d ȳ[q + d]·K[−d]ᵀ: taps in reverse, inputs and outputs exchanged.
    package static func transpose(_ kernel: Matrix, into result: Matrix, device: Device) {
        let inputs = kernel.rows / 9, outputs = kernel.columns
        require(
            kernel.rows == 9 * inputs && result.rows == 9 * outputs && result.columns == inputs,
            "the transposed kernel \(result.shape) of \(kernel.shape)")
        if let queue = device.queue {
            queue.forEach(
                kernel.rows * outputs, "transpose_kernel", [.matrix(kernel), .matrix(result), .int(inputs), .int(outputs)])
            return
        }
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
