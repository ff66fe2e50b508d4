import Kernels
import Testing

@testable import Networks

@Suite struct TransformerLayerTests {
    /// Lengths and key sizes within, at and beyond 16 lanes.
    @Test(arguments: [AttentionShape(length: 5, heads: 2, keySize: 3), AttentionShape(length: 18, heads: 1, keySize: 16)])
    func attentionIsItsDefinition(shape: AttentionShape) {
        LayerCheck(
            layer: CausalAttention("block", features: 4, shape: shape, initialKernel: .zeros),
            plain: PlainAttention(features: 4, shape: shape), x: randomMatrix(2 * shape.length, 4, seed: 3)
        ).run()
    }

    @Test func attentionSeesNothingThatIsToCome() {
        let shape = AttentionShape(length: 6, heads: 2, keySize: 4)
        let layer = CausalAttention("block", features: 3, shape: shape, initialKernel: .zeros)
        let layout = ParameterLayout(layer.tensors)
        let pass = Pass(
            randomVector(layout.count, seed: 1), layout: layout, record: Record(on: Device()), device: Device())
        let x = randomMatrix(6, 3, seed: 2)
        let before = layer.forward(x, pass).elements
        x[4, 1] = 9
        let after = layer.forward(x, pass).elements
        #expect(before[..<(4 * 8)] == after[..<(4 * 8)])
        #expect(before[(4 * 8)...] != after[(4 * 8)...])
    }

    @Test func geluIsItsDefinition() {
        LayerCheck(layer: Smooth(.gelu), plain: PlainGELU(), x: randomMatrix(7, 9, seed: 3)).run()
    }

    @Test func tanhIsItsDefinition() {
        LayerCheck(layer: Smooth(.tanh), plain: PlainTanh(), x: randomMatrix(7, 9, seed: 3)).run()
    }

    @Test func embeddingIsItsDefinition() {
        let tokens = Matrix(Vector([3, 0, 3, 1, 1, 1, 4, 3]), rows: 8, columns: 1)
        LayerCheck(
            layer: Embedding("embedding", vocabulary: 5, length: 4, features: 19, initial: .zeros),
            plain: PlainEmbedding(length: 4, features: 19), x: tokens, hasInputGradient: false
        ).run()
    }

    @Test func residualIsItsDefinition() {
        let body: [any Layer] = [
            LayerNorm("norm", features: 6, epsilon: 1e-5), Dense("dense", inputs: 6, outputs: 6, initialKernel: .zeros),
        ]
        let plain = PlainSequence(parts: [
            (PlainLayerNorm(features: 6, epsilon: 1e-5), 2), (PlainDense(inputs: 6, outputs: 6), 2),
        ])
        LayerCheck(layer: Residual(body), plain: PlainResidual(body: plain), x: randomMatrix(5, 6, seed: 3)).run()
    }
}
