import Kernels

extension Network {
    /// The paper's convolutional network for small images, trained on the mean squared error, with ReLU, unless asked otherwise.
    ///
    /// `blocks` times: `layersPerBlock` of [3 × 3 convolution → `activation` → LayerNorm over channels], then 2 × 2 max-pooling;
    /// block number b has `featureMultiplier`·2ᵇ channels. Then a linear layer on all features. Kernels from Glorot's
    /// normal distribution, whose fans count the nine taps; biases 0. Its inputs are matrices [images·height·width,
    /// channels].
    package static func convolutional(
        height: Int = 32, width: Int = 32, channels: Int = 3, blocks: Int = 2, layersPerBlock: Int = 1,
        featureMultiplier: Int = 16, classes: Int = 10, activation: Activation = .relu, loss: Loss = .meanSquaredError
    ) -> Network {
        precondition(
            blocks >= 1 && layersPerBlock >= 1 && featureMultiplier >= 1 && height >> blocks >= 1 && width >> blocks >= 1,
            "\(blocks) blocks of \(layersPerBlock) layers, \(featureMultiplier) features, for \(height) × \(width) pixels")
        var layers: [any Layer] = []
        var shape = ImageShape(height: height, width: width)
        var inputs = channels
        for block in 0..<blocks {
            let outputs = featureMultiplier << block
            for layer in 0..<layersPerBlock {
                let index = block * layersPerBlock + layer
                layers += activation.layers { isRectified in
                    Conv("conv\(index)", shape: shape, inputs: inputs, outputs: outputs, isRectified: isRectified)
                }
                layers.append(LayerNorm("norm\(index)", features: outputs, epsilon: 1e-6))
                inputs = outputs
            }
            layers.append(MaxPool(shape: shape))
            shape = shape.halved
        }
        let features = shape.pixels * inputs
        layers.append(Flatten(rows: shape.pixels))
        layers.append(
            Dense("head", inputs: features, outputs: classes, initialKernel: .glorot(inputs: features, outputs: classes)))
        return Network(
            layers, loss: loss, classes: classes, rowsPerExample: (input: height * width, label: 1),
            examplesPerChunk: 8, lanes: 8)
    }
}
