import Testing

@testable import Kernels

@Suite struct ConvolutionKernelTests {
    private static let shapes = [
        ImageShape(height: 32, width: 32), ImageShape(height: 5, width: 7), ImageShape(height: 1, width: 3),
        ImageShape(height: 2, width: 1),
    ]

    /// Sums of at most 9·16 terms below 1 in magnitude, each rounded once.
    @Test(arguments: shapes, [(1, 1), (3, 16), (16, 32), (5, 33), (8, 8), (21, 16), (9, 65)])
    func isTheSumOverNeighbours(shape: ImageShape, channels: (inputs: Int, outputs: Int)) {
        let x = noiseMatrix(3 * shape.pixels, channels.inputs, stream: 1)
        let kernel = noiseMatrix(9 * channels.inputs, channels.outputs, stream: 2)
        let result = noiseMatrix(3 * shape.pixels, channels.outputs, stream: 3)
        Convolution.compute(x, kernel, shape: shape, into: result, device: Device())
        for (value, expected) in zip(result.elements, Convolution.reference(x, kernel, shape: shape)) {
            expectClose(Double(value), expected, within: 9 * Double(channels.inputs) * 0x1p-24 * 9)
        }
    }

    @Test(arguments: [(3, 5), (8, 19)]) func addsTermsAndFinishes(channels: (inputs: Int, outputs: Int)) {
        let shape = ImageShape(height: 4, width: 5), (inputs, outputs) = channels
        let x = (0..<2).map { noiseMatrix(40, inputs, stream: $0) }
        let kernels = (2..<4).map { noiseMatrix(9 * inputs, outputs, stream: $0) }
        let bias = noiseMatrix(1, outputs, stream: 4), result = noiseMatrix(40, outputs, stream: 5)
        Convolution.compute(
            [(x[0], kernels[0]), (x[1], kernels[1])], shape: shape, into: result, epilogue: .biasThenReLU(bias),
            device: Device())
        let first = Convolution.reference(x[0], kernels[0], shape: shape)
        let second = Convolution.reference(x[1], kernels[1], shape: shape)
        for (i, value) in result.elements.enumerated() {
            expectClose(Double(value), max(0, first[i] + second[i] + Double(bias[0, i % outputs])), within: 1e-5)
        }
        #expect(result.elements.contains(0) && result.elements.contains { $0 > 0 })
    }

    @Test(arguments: shapes, [(1, 3, 17), (8, 3, 17), (19, 3, 17), (3, 16, 32), (9, 8, 17), (2, 37, 9)])
    func theKernelGradientIsTheSumOverPixels(shape: ImageShape, size: (images: Int, inputs: Int, outputs: Int)) {
        let (images, inputs, outputs) = size
        let x = noiseMatrix(images * shape.pixels, inputs, stream: 1)
        let above = noiseMatrix(images * shape.pixels, outputs, stream: 2)
        let result = Matrix(rows: 9 * inputs, columns: outputs), bias = Matrix(rows: 1, columns: outputs)
        result.storage.fill(1)
        bias.storage.fill(2)
        Convolution.addKernelGradient(x, above, shape: shape, to: result, bias: bias, device: Device())
        let terms = Double(images * shape.pixels)
        for (value, expected) in zip(result.elements, Convolution.referenceKernelGradient(x, above, shape: shape)) {
            expectClose(Double(value), 1 + expected, within: 1e-6 * terms.squareRoot() + 1e-9 * terms)
        }
        for column in 0..<outputs {
            let expected = (0..<above.rows).reduce(2.0) { $0 + Double(above[$1, column]) }
            expectClose(Double(bias[0, column]), expected, within: 1e-6 * terms.squareRoot() + 1e-9 * terms)
        }
    }

    /// Whole images and sums of eight images are what threads and chunks are made of.
    @Test(arguments: [3, 11]) func hasTheSameBitsOnAnyThreadsAndInChunksOfEightImages(inputs: Int) {
        let shape = ImageShape(height: 8, width: 8), images = 40, rows = images * 64
        let x = noiseMatrix(rows, inputs, stream: 1), above = noiseMatrix(rows, 16, stream: 2)
        let kernel = noiseMatrix(9 * inputs, 16, stream: 3)
        func results(threads: Int, chunk: Int) -> [[Float]] {
            let device = Device(threads: threads)
            let y = Matrix(rows: rows, columns: 16), gradient = Matrix(rows: 9 * inputs, columns: 16),
                bias = Matrix(rows: 1, columns: 16)
            for start in stride(from: 0, to: images, by: chunk) {
                let range = start * 64..<min(start + chunk, images) * 64
                Convolution.compute(x.rows(range), kernel, shape: shape, into: y.rows(range), device: device)
                Convolution.addKernelGradient(
                    x.rows(range), above.rows(range), shape: shape, to: gradient, bias: bias, device: device)
            }
            return [y.elements, gradient.elements, bias.elements]
        }
        let expected = results(threads: 1, chunk: images)
        for (threads, chunk) in [(2, 40), (3, 40), (4, 16), (1, 8)] {
            for (values, other) in zip(results(threads: threads, chunk: chunk), expected) {
                expectSameBits(values, other, "\(threads) threads, chunks of \(chunk)")
            }
        }
    }

    /// ⟨ȳ, x ∗ K⟩ = ⟨ȳ ∗ Kᵀ, x⟩.
    @Test func theTransposedKernelIsThatOfTheTransposedMap() {
        let shape = ImageShape(height: 5, width: 4)
        let x = noiseMatrix(20, 3, stream: 1), above = noiseMatrix(20, 4, stream: 2), kernel = noiseMatrix(27, 4, stream: 3)
        let transposed = Matrix(rows: 36, columns: 3)
        Convolution.transpose(kernel, into: transposed, device: Device())
        func inner(_ a: [Double], _ b: Matrix) -> Double { zip(a, b.elements).reduce(0) { $0 + $1.0 * Double($1.1) } }
        let forward = inner(Convolution.reference(x, kernel, shape: shape), above)
        expectClose(inner(Convolution.reference(above, transposed, shape: shape), x), forward, within: 1e-13 * forward.magnitude)
    }

    @Test(arguments: shapes.dropLast(2), [1, 16, 21]) func poolingChoosesTheFirstOfTheLargest(shape: ImageShape, channels: Int) {
        let x = noiseMatrix(3 * shape.pixels, channels, stream: 1)
        // Few different values, so that most windows have ties.
        for row in 0..<x.rows { for column in 0..<channels { x[row, column] = (x[row, column] * 2).rounded() } }
        let half = shape.halved, result = Matrix(rows: 3 * half.pixels, columns: channels)
        let choice = Matrix(rows: 3 * half.pixels, columns: channels)
        MaxPooling.compute(x, shape: shape, into: result, choice: choice, device: Device(threads: 2))
        let expected = MaxPooling.reference(x, shape: shape)
        #expect(result.elements == expected.values)
        #expect(choice.elements.map { Int($0) } == expected.choices)
        let picked = Matrix(rows: 3 * half.pixels, columns: channels)
        MaxPooling.gather(x, choice: choice, shape: shape, into: picked, device: Device(threads: 2))
        #expect(picked.elements == expected.values)
    }
}
