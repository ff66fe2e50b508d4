/// The largest of each 2 × 2 pixels, stride 2, an odd last row or column left out ("VALID").
///
/// Of equal numbers the first in row-major order is chosen, as XLA and PyTorch do, so that gradients are the same as
/// theirs; gradients and tangents follow the chosen one. Something that is not a number counts as larger than any number,
/// so that a divergence is not hidden.
package enum MaxPooling {
    private static let grain = 64

    /// Writes the maxima to `result` and which of its four pixels each one is, 0 … 3, to `choice`.
    ///
    /// - Parameters:
    ///   - x: [images·height·width, channels], without gaps.
    ///   - result, choice: [images·(height/2)·(width/2), channels], without gaps.
    package static func compute(_ x: Matrix, shape: ImageShape, into result: Matrix, choice: Matrix, device: Device) {
        if enqueue("pool", x, choice, result, [x, result, choice], shape: shape, device: device) { return }
        forEachWindow(x, choice, result, shape: shape, device: device) { offsets, source, target, count in
            var best = Lanes16.load(x.start + source, count: count)
            var index = SIMD16<Float>.zero
            for k in 1..<4 {
                let value = Lanes16.load(x.start + source + offsets[k], count: count)
                let isBetter = (value .> best) .| (value .!= value)
                best.replace(with: value, where: isBetter)
                index.replace(with: Float(k), where: isBetter)
            }
            Lanes16.store(best, to: result.start + target, count: count)
            Lanes16.store(index, to: choice.start + target, count: count)
        }
    }

    /// Writes to `result`, of the shape of the maxima, the elements of `x` that `choice` names.
    package static func gather(_ x: Matrix, choice: Matrix, shape: ImageShape, into result: Matrix, device: Device) {
        if enqueue("pool_gather", x, choice, result, [x, choice, result], shape: shape, device: device) { return }
        forEachWindow(x, choice, result, shape: shape, device: device) { offsets, source, target, count in
            let index = Lanes16.load(choice.start + target, count: count)
            var value = Lanes16.load(x.start + source, count: count)
            for k in 1..<4 {
                value.replace(with: Lanes16.load(x.start + source + offsets[k], count: count), where: index .== Float(k))
            }
            Lanes16.store(value, to: result.start + target, count: count)
        }
    }

    /// The transposed map of `gather`: `x` gets the elements of `result` at the places that `choice` names, 0 elsewhere.
    package static func scatter(_ result: Matrix, choice: Matrix, shape: ImageShape, into x: Matrix, device: Device) {
        if device.queue != nil {
            if shape.height % 2 == 1 || shape.width % 2 == 1 { Elementwise.clear(x, device: device) }
            _ = enqueue("pool_scatter", x, choice, result, [result, choice, x], shape: shape, device: device)
            return
        }
        if shape.height % 2 == 1 || shape.width % 2 == 1 {
            x.start.update(repeating: 0, count: x.rows * x.columns)
        }
        forEachWindow(x, choice, result, shape: shape, device: device) { offsets, source, target, count in
            let index = Lanes16.load(choice.start + target, count: count)
            let value = Lanes16.load(result.start + target, count: count)
            for k in 0..<4 {
                Lanes16.store(
                    value.replacing(with: 0, where: index .!= Float(k)), to: x.start + source + offsets[k], count: count)
            }
        }
    }

    private static func check(_ x: Matrix, _ choice: Matrix, _ result: Matrix, shape: ImageShape) {
        require(
            result.rows == shape.images(in: x) * shape.halved.pixels && result.columns == x.columns
                && choice.rows == result.rows && choice.columns == x.columns && x.isContiguous && result.isContiguous
                && choice.isContiguous,
            "pooling \(x.shape) into \(result.shape), choices \(choice.shape)")
    }

    /// Queues a kernel for each maximum where `device` is an OpenCL device; whether it is.
    private static func enqueue(
        _ kernel: String, _ x: Matrix, _ choice: Matrix, _ result: Matrix, _ arguments: [Matrix], shape: ImageShape,
        device: Device
    ) -> Bool {
        guard let queue = device.queue else { return false }
        check(x, choice, result, shape: shape)
        queue.forEach(
            result.rows * result.columns, kernel,
            arguments.map { .matrix($0) } + [.int(shape.height), .int(shape.width), .int(x.columns)])
        return true
    }

    /// Calls `body` for up to 16 channels of each 2 × 2 pixels: the distances of the four from the first, the first
    /// one's index in x, that in the maxima, and the number of channels.
    @inline(__always)
    private static func forEachWindow(
        _ x: Matrix, _ choice: Matrix, _ result: Matrix, shape: ImageShape, device: Device,
        _ body: @Sendable (_ offsets: SIMD4<Int>, _ source: Int, _ target: Int, _ count: Int) -> Void
    ) {
        let images = shape.images(in: x), half = shape.halved, channels = x.columns
        check(x, choice, result, shape: shape)
        let offsets = SIMD4(0, channels, shape.width * channels, (shape.width + 1) * channels)
        device.split(images * half.height, grain: grain) { _, range in
            for row in range {
                let (image, y) = row.quotientAndRemainder(dividingBy: half.height)
                for px in 0..<half.width {
                    let source = ((image * shape.height + 2 * y) * shape.width + 2 * px) * channels
                    let target = (row * half.width + px) * channels
                    var channel = 0
                    while channel < channels {
                        let count = min(16, channels - channel)
                        body(offsets, source + channel, target + channel, count)
                        channel += count
                    }
                }
            }
        }
    }
}
