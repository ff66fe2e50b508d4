import Kernels
import Testing

@testable import Networks

/// Networks with other activations, losses and widths than the paper's.
@Suite struct OwnSettingsTests {
    /// An activation by its definition, after a linear layer.
    private struct Plain: PlainFunction {
        let activation: Activation

        func callAsFunction(_ x: [HyperDual], _ w: [[HyperDual]]) -> [HyperDual] {
            switch activation {
            case .relu: x.map { $0.value <= 0 ? HyperDual(0) : $0 }
            case .tanh: PlainTanh()(x, w)
            case .gelu: PlainGELU()(x, w)
            }
        }
    }

    @Test(arguments: Activation.allCases, Loss.allCases)
    func aPerceptronIsItsDefinition(activation: Activation, loss: Loss) {
        let plain = PlainSequence(parts: [
            (PlainDense(inputs: 5, outputs: 7), 2), (Plain(activation: activation), 0), (PlainDense(inputs: 7, outputs: 4), 2),
            (Plain(activation: activation), 0), (PlainDense(inputs: 4, outputs: 3), 2),
        ])
        let check = NetworkCheck(
            .multilayerPerceptron(inputs: 5, widths: [7, 4], classes: 3, activation: activation, loss: loss), plain: plain,
            batch: randomBatch(9, features: 5, classes: 3))
        check.run()
        check.runBits()
    }

    @Test func targetsAreWhatTheOutputsAreComparedWith() {
        let plain = PlainSequence(parts: [
            (PlainDense(inputs: 2, outputs: 5), 2), (PlainTanh(), 0), (PlainDense(inputs: 5, outputs: 2), 2),
        ])
        let inputs = Matrix(randomVector(600, seed: 4), rows: 300, columns: 2)
        let targets = Matrix(randomVector(600, seed: 5), rows: 300, columns: 2)
        for loss in [Loss.meanSquaredError, .halfMeanSquaredError] {
            NetworkCheck(
                .multilayerPerceptron(inputs: 2, widths: [5], classes: 2, activation: .tanh, loss: loss), plain: plain,
                batch: Batch(inputs: inputs, targets: targets)
            ).run()
        }
    }

    @Test func aConvolutionalNetworkWithTanhIsItsDefinition() {
        let shape = ImageShape(height: 4, width: 4)
        let plain = PlainSequence(parts: [
            (PlainConv(shape: shape, inputs: 2, outputs: 3), 2), (PlainTanh(), 0),
            (PlainLayerNorm(features: 3, epsilon: 1e-6), 2),
            (PlainMaxPool(shape: shape, channels: 3), 0), (PlainDense(inputs: 12, outputs: 3), 2),
        ])
        let check = NetworkCheck(
            .convolutional(
                height: 4, width: 4, channels: 2, blocks: 1, featureMultiplier: 3, classes: 3, activation: .tanh,
                loss: .crossEntropy),
            plain: plain, batch: Batch(inputs: randomMatrix(5 * 16, 2, seed: 3), labels: [0, 2, 1, 1, 2]))
        check.run()
        check.runBits()
    }

    @Test(arguments: Activation.allCases) func aTransformerTakesEveryActivation(_ activation: Activation) {
        let network = Network.transformer(
            vocabulary: 5, length: 4, modelSize: 6, layers: 1, heads: 2, keySize: 3, widening: 2, activation: activation)
        let dense = { PlainDense(inputs: $0, outputs: $1) }, norm = PlainLayerNorm(features: 6, epsilon: 1e-5)
        let plain = PlainSequence(parts: [
            (PlainEmbedding(length: 4, features: 6), 2),
            (
                PlainResidual(
                    body: PlainSequence(parts: [
                        (norm, 2),
                        (PlainAttention(features: 6, shape: AttentionShape(length: 4, heads: 2, keySize: 3)), 6),
                        (dense(6, 6), 2),
                    ])), 10
            ),
            (
                PlainResidual(
                    body: PlainSequence(parts: [
                        (norm, 2), (dense(6, 12), 2), (Plain(activation: activation), 0), (dense(12, 6), 2),
                    ])), 6
            ), (norm, 2), (dense(6, 5), 2),
        ])
        let tokens = Matrix(Vector([3, 0, 3, 1, 1, 1, 4, 3]), rows: 8, columns: 1)
        NetworkCheck(network, plain: plain, batch: Batch(inputs: tokens, labels: [0, 3, 1, 1, 1, 4, 3, 2])).run()
    }
}
