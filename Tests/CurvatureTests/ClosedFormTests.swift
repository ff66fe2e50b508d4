import Curvature
import Formats
import Foundation
import Kernels
import Testing
import Training

@testable import Networks

/// Hessians known in closed form, against those of our networks and losses.
@Suite struct ClosedFormTests {
    /// Columns of signs, orthogonal to one another: the characters of eight examples, the first all ones.
    private static func sign(_ example: Int, _ column: Int) -> Float { (example & column).nonzeroBitCount % 2 == 0 ? 1 : -1 }

    /// Eight examples whose features are orthogonal, to one another and to the constant of the biases: XᵀX/8 = diag(a²), 1 for
    /// the constant.
    private func orthogonalBatch(_ lengths: [Float], labels: [Int32] = Array(repeating: 0, count: 8)) -> Batch {
        let inputs = Matrix(rows: 8, columns: lengths.count)
        for row in 0..<8 { for (i, a) in lengths.enumerated() { inputs[row, i] = a * Self.sign(row, i + 1) } }
        return Batch(inputs: inputs, labels: labels)
    }

    private func classifier(inputs: Int, classes: Int) -> Network {
        Network(
            [Dense("head", inputs: inputs, outputs: classes, initialKernel: .zeros)], loss: .crossEntropy, classes: classes,
            examplesPerChunk: 256)
    }

    /// The Hessian at `parameters`, a column at a time.
    private func columns(_ objective: Objective, at parameters: Vector) -> [[Float]] {
        let n = parameters.count
        _ = objective.gradient(at: parameters, into: Vector(count: n))
        let hessian = HessianOperator(of: objective)
        return (0..<n).map { i in
            let axis = Vector(count: n), column = Vector(count: n)
            axis[i] = 1
            hessian.apply(to: axis, into: column)
            return column.elements
        }
    }

    private func hessian(of network: Network, on batch: Batch, at parameters: Vector) -> HessianOperator {
        let objective = Objective(network, on: batch, device: Device())
        _ = objective.gradient(at: parameters, into: Vector(count: parameters.count))
        return HessianOperator(of: objective)
    }

    private func expectClose(
        _ values: [Double], _ expected: [Double], within tolerance: Double = 1e-6, at location: SourceLocation = #_sourceLocation
    ) {
        #expect(values.count == expected.count, sourceLocation: location)
        for (value, expected) in zip(values, expected) {
            #expect(
                (value - expected).magnitude <= tolerance * (expected.magnitude + 1), "\(value), expected \(expected)",
                sourceLocation: location)
        }
    }

    /// Mean over examples and outputs, no ½: H = (2/(nc))·XᵀX for each of the c outputs, wherever one stands.
    @Test func linearRegressionIsTwiceTheMeanOfTheSquares() {
        let lengths: [Float] = [3, 0.5, 2, 1.5]
        for classes in [1, 4] {
            let network = Network.multilayerPerceptron(inputs: 4, width: 1, depth: 1, classes: classes)
            let w = randomVector(network.layout.count, seed: 3), squares: [Double] = [9, 0.25, 4, 2.25, 1]
            let batch = orthogonalBatch(lengths)
            let found = columns(Objective(network, on: batch, device: Device()), at: w)
            for i in found.indices {
                // Kernels are [in, out], and the biases a last row.
                expectClose(
                    found[i].map(Double.init), found.indices.map { $0 == i ? 2 * squares[i / classes] / Double(classes) : 0 })
            }
            let matrix = hessian(of: network, on: batch, at: w)
            if classes == 1 {
                expectClose(leadingEigenvalues(of: matrix, count: 5), [18, 8, 4.5, 2, 0.5])
            } else {
                expectClose(leadingEigenvalues(of: matrix), [4.5])
            }
        }
    }

    /// f = w_L(… w₁x + b₁ …) + b_L with all weights 1 and biases 0 passes every ReLU: f = x, and H = 2(JJᵀ + (x − 1)·∇²f) for the
    /// target 1, in whole numbers.
    @Test(arguments: [1, 2, 5, 9], [1, 3] as [Float]) func aDeepScalarChainIsExact(depth: Int, x: Float) {
        let network = Network.multilayerPerceptron(inputs: 1, width: 1, depth: depth, classes: 1)
        let batch = Batch(inputs: Matrix(Vector([x]), rows: 1, columns: 1), labels: [0])
        // Weight and bias take turns.
        let w = Vector((0..<2 * depth).map { $0 % 2 == 0 ? 1 : 0 })
        let found = columns(Objective(network, on: batch, device: Device()), at: w)
        for i in found.indices {
            for j in found.indices {
                let isWeight = (i % 2 == 0, j % 2 == 0)
                // ∂f/∂w = x, ∂f/∂b = 1; ∂²f = x for two weights, 1 for a bias and the weight of a later layer.
                let slopes = (isWeight.0 ? x : 1) * (isWeight.1 ? x : 1)
                let second: Float =
                    switch isWeight {
                    case (true, true): i == j ? 0 : x
                    case (false, true): j > i ? 1 : 0
                    case (true, false): i > j ? 1 : 0
                    case (false, false): 0
                    }
                #expect(found[i][j] == 2 * (slopes + (x - 1) * second), "element (\(i), \(j))")
            }
        }
    }

    /// At a minimum of the chain H = 2JJᵀ, and its one eigenvalue 2‖J‖²: with wᵢ = 2^±1 in turn and x·Πw = 1, ∂f/∂wᵢ = 1/wᵢ.
    @Test func theSharpnessOfAChainsMinimumIsTwiceTheSquaredSlope() {
        let weights: [Float] = [2, 0.5, 2, 0.5, 2], x: Float = 0.5
        let network = Network.multilayerPerceptron(inputs: 1, width: 1, depth: 5, classes: 1)
        let batch = Batch(inputs: Matrix(Vector([x]), rows: 1, columns: 1), labels: [0])
        let matrix = hessian(of: network, on: batch, at: Vector(weights.flatMap { [$0, 0] }))
        let weightSlopes = weights.map { 1 / Double($0) }
        let biasSlopes = weights.indices.map { weights[($0 + 1)...].reduce(1) { $0 * Double($1) } }
        expectClose(leadingEigenvalues(of: matrix), [2 * (weightSlopes + biasSlopes).reduce(0) { $0 + $1 * $1 }])
    }

    /// Two classes are the logistic loss: H = mean of p(1 − p)·xxᵀ ⊗ [[1, −1], [−1, 1]].
    @Test func logisticLossIsItsVariance() {
        let network = classifier(inputs: 4, classes: 2)
        // Undecided: p = ½, so the eigenvalues are 2·¼·a², one for each direction of the inputs.
        let undecided = hessian(
            of: network, on: orthogonalBatch([3, 0.5, 2, 1.5], labels: [0, 1, 1, 0, 0, 1, 0, 1]), at: Vector(count: 10))
        expectClose(leadingEigenvalues(of: undecided, count: 5), [4.5, 2, 1.125, 0.5, 0.125])
        // One example, decided to any degree: 2p(1 − p)·(‖x‖² + 1).
        for score in [-6, -1, 0.25, 3] {
            let w = randomVector(10, seed: 4)
            let x: [Float] = [1, -2, 0.5, 1]
            let sums = (0..<2).map { c in (0..<4).reduce(Double(w[8 + c])) { $0 + Double(x[$1]) * Double(w[2 * $1 + c]) } }
            w[8] += Float(score - (sums[0] - sums[1]))
            let p = 1 / (1 + exp(-score))
            let matrix = hessian(
                of: network, on: Batch(inputs: Matrix(Vector(x), rows: 1, columns: 4), labels: [1]), at: w)
            expectClose(leadingEigenvalues(of: matrix), [2 * p * (1 - p) * 7.25])
        }
    }

    /// H = (diag(p) − ppᵀ) ⊗ xxᵀ for one example, whatever its label.
    @Test func crossEntropyIsDiagonalMinusOuterProduct() {
        let p = [0.5, 0.25, 0.125, 0.125], x = [2.0, -1]
        let network = classifier(inputs: 2, classes: 4)
        let w = Vector([Float](repeating: 0, count: 8) + p.map { Float(log($0)) })
        let batch = Batch(inputs: Matrix(Vector(x.map { Float($0) }), rows: 1, columns: 2), labels: [2])
        let found = columns(Objective(network, on: batch, device: Device()), at: w)
        for i in found.indices {
            let expected = found.indices.map { j in
                let (a, b) = (i % 4, j % 4)
                return (x + [1])[i / 4] * (x + [1])[j / 4] * ((a == b ? p[a] : 0) - p[a] * p[b])
            }
            expectClose(found[i].map(Double.init), expected)
        }
        // ‖x‖² + 1 = 6 times the values of diag(p) − ppᵀ: the roots of Σ p²/(p − λ) = 1, and ⅛ for the two equal classes.
        let leading = leadingEigenvalues(of: hessian(of: network, on: batch, at: w), count: 3)
        for value in leading.map({ $0 / 6 }) where (value - 0.125).magnitude > 1e-6 {
            #expect((p.reduce(0) { $0 + $1 * $1 / ($1 - value) } - 1).magnitude < 1e-4, "\(value) is no root")
        }
        #expect(leading.contains { ($0 / 6 - 0.125).magnitude < 1e-6 })
        #expect(leading[0] / 6 > 0.25 && leading[0] / 6 < 0.5)
    }

    /// On a quadratic SAM ends in a two-cycle along the principal direction, where the edge of its gradient is λ: from training
    /// steps to the edge, through all that stands between.
    ///
    /// The step's radius is ρ‖g‖/(‖g‖ + 1e-5), and so ‖g‖ + 1e-5 = ηρλ²/(2 − ηλ).
    @Test(arguments: [(0.1, 0.05, 2.0), (0.3, 0.2, 1.5), (0.05, 0.01, 3)])
    func trainingOnAQuadraticEndsAtTheEdge(eta: Double, rho: Double, length: Double) throws {
        let network = Network.multilayerPerceptron(inputs: 3, width: 1, depth: 1, classes: 1)
        let batch = orthogonalBatch([0.5, Float(length), 1.25]), store = MemoryStore()
        let settings = TrainingSettings(SAM(radius: rho), learningRate: eta, steps: 1000, interval: 999)
        _ = try Trainer(network, settings: settings, device: Device()) { _ in batch }
            .train(from: randomVector(4, seed: 5), checkpoints: store)
        let ends = try [999, 1000].map { step in
            let file = try Safetensors(reading: try #require(store.files[Snapshot.path(step: step)]))
            return try Snapshot.parameters(in: file, layout: network.layout)
        }
        let objective = Objective(network, on: batch, device: Device()), gradient = Vector(count: 4)
        _ = objective.gradient(at: ends[1], into: gradient)
        let g = Sums.norm(gradient, device: Device()), lambda = leadingEigenvalues(of: HessianOperator(of: objective))[0]
        expectClose([lambda, g + 1e-5], [2 * length * length, eta * rho * lambda * lambda / (2 - eta * lambda)])
        expectClose([SAM(radius: rho).edge(learningRate: eta, gradientNorm: g)], [lambda], within: 1e-5)
        // The minimum has a bias of 1 alone; the principal direction is the second weight's.
        expectClose(ends[1].elements.map(Double.init), [0, -Double(ends[0][1]), 0, 1])
    }
}

/// Checkpoints in memory.
private final class MemoryStore: CheckpointStore {
    var files: [String: [UInt8]] = [:]
    func read(_ name: String) -> [UInt8]? { files[name] }
    func write(_ bytes: [UInt8], to name: String) { files[name] = bytes }
}
