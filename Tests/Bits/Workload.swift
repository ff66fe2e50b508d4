import Curvature
import Formats
import Kernels
import Networks
import Plotting
import Training

/// A small piece of everything whose bits are promised, and the digest of what it computes.
struct Workload: Sendable {
    let name: String
    let digest: @Sendable (Device) throws -> String

    /// All pieces; small, because a build without optimisation or without fused multiply-add takes them too.
    static let all = [
        Workload(name: "product", digest: product),
        Workload(name: "reductions", digest: reductions),
        Workload(name: "random", digest: random),
        network(
            "perceptron", .multilayerPerceptron(inputs: 20, width: 33, depth: 3, classes: 10),
            inputs: { matrix(600, 20, stream: 6) },
            labels: 600, classes: 10),
        network(
            "perceptron-tanh",
            .multilayerPerceptron(inputs: 20, widths: [33, 18], classes: 10, activation: .tanh, loss: .halfMeanSquaredError),
            inputs: { matrix(600, 20, stream: 6) }, labels: 600, classes: 10),
        network(
            "convolutional", .convolutional(height: 8, width: 8, channels: 3, featureMultiplier: 5),
            inputs: { matrix(19 * 64, 3, stream: 6) }, labels: 19, classes: 10),
        // Channels enough for tiles, which stand out over 5 × 6 pixels.
        network(
            "convolutional-tiled", .convolutional(height: 10, width: 12, channels: 9, featureMultiplier: 11),
            inputs: { matrix(19 * 120, 9, stream: 6) }, labels: 19, classes: 10),
        network(
            "transformer", .transformer(vocabulary: 19, length: 16, modelSize: 12, layers: 2, heads: 2, keySize: 5),
            inputs: { tokens(37 * 16, below: 19) }, labels: 37 * 16, classes: 19),
        Workload(name: "figures", digest: figures),
    ]

    /// Every mark, scale and label, and the tables of their numbers.
    @Sendable private static func figures(_ device: Device) throws -> String {
        var digest = Digest()
        digest.add(Array(try Gallery.html().utf8))
        for figure in Gallery.figures { digest.add(Array(figure.table().utf8)) }
        return digest.hex()
    }

    /// Products in all transposed forms across the edges of tiles and blocks, and large enough for several threads.
    @Sendable private static func product(_ device: Device) -> String {
        var digest = Digest()
        for (m, n, k) in [(13, 33, 257), (61, 70, 257), (97, 10, 40)] {
            for form in 0..<4 {
                let a = form & 1 == 0 ? matrix(m, k, stream: 1).plain : matrix(k, m, stream: 1).transposed
                let b = form & 2 == 0 ? matrix(k, n, stream: 2).plain : matrix(n, k, stream: 2).transposed
                let result = Matrix(rows: m, columns: n)
                MatrixProduct.compute(
                    a, b, into: result, epilogue: .biasThenReLU(matrix(1, n, stream: 3)), device: device)
                digest.add(result.storage)
            }
        }
        return digest.hex()
    }

    @Sendable private static func reductions(_ device: Device) -> String {
        var digest = Digest()
        let x = matrix(4300, 31, stream: 4), y = matrix(4300, 31, stream: 5)
        let sums = Matrix(rows: 1, columns: 31)
        ColumnSums.add(x, to: sums, device: device)
        digest.add(sums.storage)
        digest.add(Sums.dot(x.storage, y.storage, device: device))
        digest.add(Sums.squaredDistance(x, y, device: device))
        Elementwise.add(0.3, x.storage, to: y.storage, device: device)
        digest.add(y.storage)
        return digest.hex()
    }

    @Sendable private static func random(_ device: Device) -> String {
        var digest = Digest()
        let normal = Vector(count: 500), cut = Matrix(rows: 20, columns: 25)
        Normal.fill(normal, generator: Philox(seed: 1), stream: 2)
        digest.add(normal)
        Normal.fillTruncated(cut, scale: 0.3, generator: Philox(seed: 3), stream: 4)
        digest.add(cut.storage)
        for i in 0..<100 {
            let x = Double(i) * 0.37
            let (sine, cosine) = Functions.sineAndCosine(turns: Double(i) / 100)
            for value in [Functions.exp(x), Functions.exp(-x), Functions.log(x + 0.1), sine, cosine] { digest.add(value) }
        }
        return digest.hex()
    }

    /// A few steps of SAM from random parameters, then a measurement of the Hessian where they end.
    static func network(
        _ name: String, _ network: Network, inputs: @escaping @Sendable () -> Matrix, labels: Int, classes: Int
    ) -> Workload {
        Workload(name: name) { device in
            var digest = Digest()
            let batch = Batch(inputs: inputs(), labels: (0..<labels).map { Int32($0 * 7 % classes) })
            let sam = SAM(radius: 0.05), settings = TrainingSettings(sam, learningRate: 0.1, steps: 3, interval: 3)
            let trainer = Trainer(network, settings: settings, device: device) { _ in batch }
            let store = MemoryStore()
            _ = try trainer.train(from: network.layout.initialParameters(seed: 1), checkpoints: store)
            for name in store.files.keys.sorted() { digest.add(store.files[name] ?? []) }
            let file = try Safetensors(reading: store.files[Snapshot.path(step: 3)] ?? [])
            let measured = Measurement.measure(
                Objective(network, on: batch, device: device),
                at: try Snapshot.parameters(in: file, layout: network.layout), ascent: sam.ascent,
                estimator: .exact(Lanczos(maximumProducts: 4)), step: 2, device: device)
            guard let measured else { throw BitsError.nothingMeasured(name) }
            for value in [
                measured.loss, measured.gradientNorm, measured.samGradientNorm,
                sam.edge(learningRate: 0.1, gradientNorm: measured.gradientNorm), measured.samAlignment,
                measured.samSpanAlignment, measured.gradientAlong, measured.spectrum.next,
            ] {
                digest.add(value)
            }
            for eigenvalue in [measured.spectrum.largest, measured.spectrum.smallest] {
                digest.add(eigenvalue.value)
                digest.add(eigenvalue.residual)
            }
            digest.add(measured.spectrum.principalVector)
            return digest.hex()
        }
    }

    /// Tokens as a network for text takes them.
    private static func tokens(_ count: Int, below vocabulary: Int) -> Matrix {
        let vector = Vector(count: count)
        for i in 0..<count { vector[i] = Float(i * 11 % vocabulary) }
        return Matrix(vector, rows: count, columns: 1)
    }

    private static func matrix(_ rows: Int, _ columns: Int, stream: UInt64) -> Matrix {
        let vector = Vector(count: rows * columns)
        Normal.fill(vector, generator: Philox(seed: 7), stream: stream)
        return Matrix(vector, rows: rows, columns: columns)
    }
}

enum BitsError: Error, CustomStringConvertible {
    case nothingMeasured(String)
    case threads(String, Int, String, expected: String)

    var description: String {
        switch self {
        case .nothingMeasured(let name): "\(name): the loss is not finite, so nothing was measured"
        case .threads(let name, let threads, let digest, let expected):
            "\(name): \(digest) on \(threads) threads, \(expected) on one"
        }
    }
}

/// Checkpoints in memory.
private final class MemoryStore: CheckpointStore {
    var files: [String: [UInt8]] = [:]

    func read(_ name: String) -> [UInt8]? { files[name] }
    func write(_ bytes: [UInt8], to name: String) { files[name] = bytes }
}
