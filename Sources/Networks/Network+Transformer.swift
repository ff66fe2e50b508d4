import Kernels

extension Network {
    /// The paper's language model: a pre-LayerNorm decoder for sequences of tokens, trained on the cross-entropy, with GELU, unless asked
    /// otherwise.
    ///
    /// Token and position embeddings; `layers` times [x + attention(norm(x)), then x + mlp(norm(x))] with causal attention
    /// and an MLP of width `widening`·`modelSize` with `activation`; a last normalisation; a head of its own for the scores of the
    /// next token. Embeddings from the standard normal cut at ±2 times 0.02, attention and MLP kernels with deviation
    /// √(2/(layers·fan_in)), the head's from the cut normal times 1/√fan_in; biases 0.
    ///
    /// Its inputs are matrices [sequences·length, 1] of tokens as whole numbers, with a label a row: the next token.
    package static func transformer(
        vocabulary: Int = 128, length: Int = 64, modelSize: Int = 128, layers: Int = 6, heads: Int = 8, keySize: Int = 32,
        widening: Int = 4, activation: Activation = .gelu, loss: Loss = .crossEntropy
    ) -> Network {
        precondition(
            vocabulary >= 2 && modelSize >= 1 && layers >= 1 && widening >= 1,
            "a transformer of \(layers) layers, model size \(modelSize), widening \(widening), \(vocabulary) tokens")
        let shape = AttentionShape(length: length, heads: heads, keySize: keySize)
        let hidden = widening * modelSize
        func kernel(_ inputs: Int) -> InitialDistribution {
            .corrected(deviation: (2 / Double(layers * inputs)).squareRoot())
        }
        var parts: [any Layer] = [
            Embedding(
                "embedding", vocabulary: vocabulary, length: length, features: modelSize,
                initial: .truncatedNormal(scale: 0.02))
        ]
        for index in 0..<layers {
            let name = "block\(index)"
            parts.append(
                Residual([
                    LayerNorm("\(name).attention_norm", features: modelSize, epsilon: 1e-5),
                    CausalAttention(name, features: modelSize, shape: shape, initialKernel: kernel(modelSize)),
                    Dense("\(name).output", inputs: shape.width, outputs: modelSize, initialKernel: kernel(shape.width)),
                ]))
            parts.append(
                Residual(
                    [LayerNorm("\(name).mlp_norm", features: modelSize, epsilon: 1e-5)]
                        + activation.layers { isRectified in
                            Dense(
                                "\(name).mlp_up", inputs: modelSize, outputs: hidden, isRectified: isRectified,
                                initialKernel: kernel(modelSize))
                        } + [Dense("\(name).mlp_down", inputs: hidden, outputs: modelSize, initialKernel: kernel(hidden))]))
        }
        parts.append(LayerNorm("final_norm", features: modelSize, epsilon: 1e-5))
        parts.append(
            Dense(
                "head", inputs: modelSize, outputs: vocabulary,
                initialKernel: .truncatedNormal(scale: 1 / Double(modelSize).squareRoot())))
        return Network(
            parts, loss: loss, classes: vocabulary, rowsPerExample: (input: length, label: length),
            examplesPerChunk: examplesPerChunk(rowsPerExample: length, rows: 256), lanes: 8)
    }

    /// The least number of examples of at least `rows` rows that are whole blocks of terms.
    private static func examplesPerChunk(rowsPerExample: Int, rows: Int) -> Int {
        var examples = (rows + rowsPerExample - 1) / rowsPerExample
        while examples * rowsPerExample % MatrixProduct.termsPerBlock != 0 { examples += 1 }
        return examples
    }
}
