import Testing

import Kernels
@testable import Networks

/// The initial distributions of the three networks, tensor by tensor, as the paper's code has them.
@Suite struct InitialDistributionTests {
    /// The deviation of a standard normal cut at ±2.
    private static let cut = 0.87962566103423978

    /// The deviation of each kernel and embedding, and the bound beyond which none lies.
    private struct Expected {
        var deviation: Double
        var limit: Double

        /// A cut normal whose deviation is the stated one.
        static func corrected(_ deviation: Double) -> Expected { Expected(deviation: deviation, limit: 2 * deviation / cut) }
        /// A cut normal times `scale`.
        static func uncorrected(_ scale: Double) -> Expected { Expected(deviation: scale * cut, limit: 2 * scale) }
    }

    private func check(_ layout: ParameterLayout, seed: UInt64, _ expected: [String: Expected]) {
        let parameters = layout.initialParameters(seed: seed).elements
        var seen: Set<String> = []
        for entry in layout.entries {
            let name = entry.tensor.name, values = parameters[entry.range].map(Double.init)
            guard let expected = expected[name] else {
                let constant = name.hasSuffix(".scale") ? 1.0 : 0
                #expect(name.hasSuffix(".scale") || name.hasSuffix(".bias"), "\(name) is in no table")
                #expect(values.allSatisfy { $0 == constant }, "\(name)")
                continue
            }
            seen.insert(name)
            let n = Double(values.count)
            let mean = values.reduce(0, +) / n
            let variance = values.reduce(0) { $0 + $1 * $1 } / n - mean * mean
            // Four and a half standard errors, since some fifty tensors are looked at; the cut normal's kurtosis is 2.14.
            expectClose(mean, 0, within: 4.5 * expected.deviation / n.squareRoot(), "mean of \(name), seed \(seed)")
            expectClose(
                variance.squareRoot(), expected.deviation, within: 4.5 * expected.deviation * (1.14 / (4 * n)).squareRoot(),
                "deviation of \(name), seed \(seed)")
            #expect(values.allSatisfy { $0.magnitude <= expected.limit * (1 + 0x1p-23) }, "\(name)")
            #expect(values.contains { $0.magnitude > 0.9 * expected.limit }, "\(name)")
        }
        #expect(seen == Set(expected.keys))
    }

    private func glorot(_ inputs: Double, _ outputs: Double) -> Expected { .corrected((2 / (inputs + outputs)).squareRoot()) }

    @Test(arguments: [UInt64(0), 1, 2]) func thePerceptronFollowsGlorot(seed: UInt64) {
        check(
            Network.multilayerPerceptron(width: 120).layout, seed: seed,
            [
                "dense0.kernel": glorot(784, 120), "dense1.kernel": glorot(120, 120), "dense2.kernel": glorot(120, 120),
                "dense3.kernel": glorot(120, 10),
            ])
    }

    @Test(arguments: [UInt64(0), 1, 2]) func theConvolutionalNetworkFollowsGlorotWithNineTaps(seed: UInt64) {
        check(
            Network.convolutional().layout, seed: seed,
            [
                "conv0.kernel": glorot(9 * 3, 9 * 16), "conv1.kernel": glorot(9 * 16, 9 * 32),
                "head.kernel": glorot(8 * 8 * 32, 10),
            ])
    }

    /// Kernels are the narrower the more layers there are.
    @Test(arguments: [UInt64(0), 1, 2], [2, 3]) func theTransformerFollowsTheLanguageModelsCode(seed: UInt64, layers: Int) {
        func scaled(_ inputs: Double) -> Expected { .corrected((2 / (Double(layers) * inputs)).squareRoot()) }
        var expected: [String: Expected] = [
            "embedding.token": .uncorrected(0.02), "embedding.position": .uncorrected(0.02),
            "head.kernel": .uncorrected(1 / 64.0.squareRoot()),
        ]
        for block in 0..<layers {
            for part in ["query", "key", "value", "mlp_up"] { expected["block\(block).\(part).kernel"] = scaled(64) }
            expected["block\(block).output.kernel"] = scaled(3 * 16)
            expected["block\(block).mlp_down.kernel"] = scaled(4 * 64)
        }
        check(Network.transformer(modelSize: 64, layers: layers, heads: 3, keySize: 16).layout, seed: seed, expected)
    }
}
