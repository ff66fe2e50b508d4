import Kernels
import Plotting

extension Benchmark {
    /// Matrix products of the shapes that occur, rows × terms × columns: a large one; then the perceptron's and the
    /// transformer's forward products and, with `T`, their products of transposed factors.
    static let products: [Benchmark] =
        [
            (1000, 1000, 1000), (1000, 784, 200), (1000, 200, 200), (1000, 200, 10), (1000, 784, 1000), (1024, 128, 256),
            (1024, 128, 512), (1024, 512, 128), (1024, 64, 64), (1024, 64, 256), (1024, 256, 64),
        ].map { product($0, $1, $2, "") { a, b in (a.plain, b.plain) } }
        + [(784, 1000, 200), (200, 1000, 200), (128, 1024, 512), (64, 1024, 256)].map {
            product($0, $1, $2, "-TN", turnsFirst: true) { a, b in (a.transposed, b.plain) }
        }
        + [(1000, 200, 200), (1000, 1000, 1000), (1024, 512, 128), (1024, 256, 64)].map {
            product($0, $1, $2, "-NT", turnsSecond: true) { a, b in (a.plain, b.transposed) }
        }

    private static func product(
        _ m: Int, _ k: Int, _ n: Int, _ suffix: String, turnsFirst: Bool = false, turnsSecond: Bool = false,
        _ factors: @escaping @Sendable (Matrix, Matrix) -> (Factor, Factor)
    ) -> Benchmark {
        Benchmark("product/\(m)x\(k)x\(n)\(suffix)", operations: 2 * Double(m * k * n)) { device in
            let a = turnsFirst ? random(rows: k, columns: m) : random(rows: m, columns: k)
            let b = turnsSecond ? random(rows: n, columns: k, stream: 1) : random(rows: k, columns: n, stream: 1)
            let (first, second) = factors(a, b)
            let result = Matrix(rows: m, columns: n)
            return { MatrixProduct.compute(first, second, into: result, device: device) }
        }
    }

    /// The two convolutions of the paper's network on 256 images, and the gradients of their kernels.
    static let convolutions: [Benchmark] = [(32, 3, 16), (16, 16, 32)].flatMap { size, inputs, outputs in
        let images = 256, shape = ImageShape(height: size, width: size)
        let operations = Double(18 * images * shape.pixels * inputs * outputs)
        let name = "convolution/\(size)x\(size)x\(inputs)to\(outputs)"
        return [
            Benchmark(name, operations: operations) { device in
                let x = random(rows: images * shape.pixels, columns: inputs)
                let kernel = random(rows: 9 * inputs, columns: outputs)
                let result = Matrix(rows: x.rows, columns: outputs)
                return { Convolution.compute(x, kernel, shape: shape, into: result, device: device) }
            },
            Benchmark("\(name)/kernel-gradient", operations: operations) { device in
                let x = random(rows: images * shape.pixels, columns: inputs)
                let above = random(rows: x.rows, columns: outputs)
                let kernel = Matrix(rows: 9 * inputs, columns: outputs), bias = Matrix(rows: 1, columns: outputs)
                return { Convolution.addKernelGradient(x, above, shape: shape, to: kernel, bias: bias, device: device) }
            },
        ]
    }

    /// Attention of the two transformers on 16 sequences. Of each product only the half up to the diagonal is counted.
    static let attention: [Benchmark] = [(8, 32), (4, 16)].flatMap { heads, keySize in
        let shape = AttentionShape(length: 64, heads: heads, keySize: keySize)
        let rows = 16 * shape.length
        let halfProduct = Double(16 * heads * shape.length * (shape.length + 1) * keySize)
        @Sendable func inputs(_ stream: UInt64) -> AttentionInputs {
            AttentionInputs(
                queries: random(rows: rows, columns: shape.width, stream: stream),
                keys: random(rows: rows, columns: shape.width, stream: stream + 1),
                values: random(rows: rows, columns: shape.width, stream: stream + 2))
        }
        let name = "attention/\(heads)x\(keySize)"
        return [
            Benchmark(name, operations: 2 * halfProduct) { device in
                let x = inputs(0), result = random(rows: rows, columns: shape.width)
                let weights = Matrix(rows: rows * heads, columns: shape.length)
                return { Attention.compute(x, shape: shape, weights: weights, into: result, device: device) }
            },
            Benchmark("\(name)/backward", operations: 4 * halfProduct) { device in
                let x = inputs(0), result = inputs(3), above = random(rows: rows, columns: shape.width)
                let weights = Matrix(rows: rows * heads, columns: shape.length)
                Attention.compute(x, shape: shape, weights: weights, into: above, device: device)
                return {
                    Attention.backward(
                        x, shape: shape, weights: weights, outputGradient: above, into: result, device: device)
                }
            },
        ]
    }

    /// The layers that are bound by memory more than by arithmetic, at the transformer's sizes.
    static let layers: [Benchmark] = [
        Benchmark("layer/norm-128") { device in
            let x = random(rows: 1024, columns: 128), result = Matrix(rows: 1024, columns: 128)
            let vector = random(rows: 1, columns: 128), statistics = Matrix(rows: 4, columns: 1024)
            return {
                Normalisation.compute(
                    x, scale: vector, bias: vector, epsilon: 1e-5, into: result, statistics: statistics, device: device)
            }
        },
        Benchmark("layer/gelu-512") { device in
            let x = random(rows: 1024, columns: 512), result = Matrix(rows: 1024, columns: 512)
            let derivative = Matrix(rows: 1024, columns: 512)
            return { SmoothActivation.gelu.compute(x, into: result, derivative: derivative, device: device) }
        },
        Benchmark("layer/cross-entropy-128") { device in
            let scores = random(rows: 1024, columns: 128), probabilities = Matrix(rows: 1024, columns: 128)
            let gradient = Matrix(rows: 1024, columns: 128), labels = [Int32](repeating: 7, count: 1024)
            return {
                _ = CrossEntropy.compute(
                    scores, labels: labels[...], scale: 1, probabilities: probabilities, gradient: gradient, device: device)
            }
        },
        Benchmark("layer/max-pool-16") { device in
            let shape = ImageShape(height: 32, width: 32), x = random(rows: 64 * shape.pixels, columns: 16)
            let result = Matrix(rows: x.rows / 4, columns: 16), choice = Matrix(rows: x.rows / 4, columns: 16)
            return { MaxPooling.compute(x, shape: shape, into: result, choice: choice, device: device) }
        },
    ]

    /// All figures of the gallery, from their values to SVG.
    static let figures = [
        Benchmark("figures/gallery") { _ in
            let figures = Gallery.figures
            return { for figure in figures { _ = figure.svg() } }
        }
    ]
}
