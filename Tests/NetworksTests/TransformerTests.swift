import Kernels
import Testing

@testable import Networks

@Suite struct TransformerTests {
    /// A small network, its plain version and random tokens.
    private func check(
        vocabulary: Int, length: Int, modelSize: Int, layers: Int, heads: Int, keySize: Int, examples: Int
    ) -> NetworkCheck {
        let network = Network.transformer(
            vocabulary: vocabulary, length: length, modelSize: modelSize, layers: layers, heads: heads, keySize: keySize,
            widening: 2)
        let norm = PlainLayerNorm(features: modelSize, epsilon: 1e-5)
        let shape = AttentionShape(length: length, heads: heads, keySize: keySize)
        var parts: [(function: any PlainFunction, tensors: Int)] = [(PlainEmbedding(length: length, features: modelSize), 2)]
        for _ in 0..<layers {
            let attention = PlainSequence(parts: [
                (norm, 2), (PlainAttention(features: modelSize, shape: shape), 6),
                (PlainDense(inputs: shape.width, outputs: modelSize), 2),
            ])
            let mlp = PlainSequence(parts: [
                (norm, 2), (PlainDense(inputs: modelSize, outputs: 2 * modelSize), 2), (PlainGELU(), 0),
                (PlainDense(inputs: 2 * modelSize, outputs: modelSize), 2),
            ])
            parts += [(PlainResidual(body: attention), 10), (PlainResidual(body: mlp), 6)]
        }
        parts += [(norm, 2), (PlainDense(inputs: modelSize, outputs: vocabulary), 2)]
        let rows = examples * length, generator = Philox(seed: 5)
        let tokens = (0..<UInt64(2 * rows)).map { generator.integer(below: vocabulary, $0, stream: 0) }
        return NetworkCheck(
            network, plain: PlainSequence(parts: parts),
            batch: Batch(
                inputs: Matrix(Vector(tokens[..<rows].map(Float.init)), rows: rows, columns: 1),
                labels: tokens[rows...].map(Int32.init)))
    }

    @Test func hasThePapersParameters() {
        let layout = Network.transformer().layout
        #expect(layout.count == 1_626_496)
        let names = layout.entries.map(\.tensor.name)
        #expect(
            names[..<18] == [
                "embedding.token", "embedding.position", "block0.attention_norm.scale", "block0.attention_norm.bias",
                "block0.query.kernel", "block0.query.bias", "block0.key.kernel", "block0.key.bias", "block0.value.kernel",
                "block0.value.bias", "block0.output.kernel", "block0.output.bias", "block0.mlp_norm.scale",
                "block0.mlp_norm.bias", "block0.mlp_up.kernel", "block0.mlp_up.bias", "block0.mlp_down.kernel",
                "block0.mlp_down.bias",
            ])
        #expect(names[(2 + 6 * 16)...] == ["final_norm.scale", "final_norm.bias", "head.kernel", "head.bias"])
        #expect(
            layout.entries[..<18].map(\.tensor.shape) == [
                [128, 128], [64, 128], [128], [128], [128, 256], [256], [128, 256], [256], [128, 256], [256], [256, 128],
                [128], [128], [128], [128, 512], [512], [512, 128], [128],
            ])
    }

    @Test(arguments: [
        // √(2/(6·fan_in)) for attention and MLP; the uncorrected ones are narrower than what they are named for.
        ("embedding.token", 0.02 * Normal.truncatedDeviation), ("embedding.position", 0.02 * Normal.truncatedDeviation),
        ("block3.query.kernel", 0.05103103630798287), ("block0.output.kernel", 0.03608439182435161),
        ("block5.mlp_up.kernel", 0.05103103630798287), ("block1.mlp_down.kernel", 0.025515518153991442),
        ("head.kernel", Normal.truncatedDeviation * 0.08838834764831845),
    ])
    func kernelsBeginWithTheirDeviations(name: String, deviation: Double) throws {
        let layout = Network.transformer().layout
        let entry = try #require(layout.entries.first { $0.tensor.name == name })
        let values = Array(layout.initialParameters(seed: 0).elements[entry.range])
        let found = (inner(values, values) / Double(values.count)).squareRoot()
        // The spread of a deviation estimated from n numbers is about 0.6·σ/√n here.
        #expect(abs(found / deviation - 1) < 3 / Double(values.count).squareRoot(), "\(found), not \(deviation)")
    }

    @Test func isItsDefinition() {
        check(vocabulary: 5, length: 4, modelSize: 6, layers: 2, heads: 2, keySize: 3, examples: 2).run()
    }

    @Test func hasItsFullHessian() {
        check(vocabulary: 3, length: 3, modelSize: 3, layers: 1, heads: 1, keySize: 2, examples: 2).runFullHessian()
    }

    @Test func hasTheSameBitsWithAnyThreads() {
        check(vocabulary: 64, length: 64, modelSize: 32, layers: 2, heads: 4, keySize: 16, examples: 37).runBits()
    }
}
