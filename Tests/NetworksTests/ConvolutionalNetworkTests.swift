import Kernels
import Testing

@testable import Networks

@Suite struct ConvolutionalNetworkTests {
    /// A small network, its plain version and random images.
    private func check(
        side: Int, channels: Int, blocks: Int, layersPerBlock: Int = 1, features: Int, classes: Int, examples: Int
    ) -> NetworkCheck {
        let network = Network.convolutional(
            height: side, width: side, channels: channels, blocks: blocks, layersPerBlock: layersPerBlock,
            featureMultiplier: features, classes: classes)
        var parts: [(function: any PlainFunction, tensors: Int)] = []
        var shape = ImageShape(height: side, width: side), inputs = channels
        for block in 0..<blocks {
            let outputs = features << block
            for _ in 0..<layersPerBlock {
                parts.append((PlainConv(shape: shape, inputs: inputs, outputs: outputs, isRectified: true), 2))
                parts.append((PlainLayerNorm(features: outputs, epsilon: 1e-6), 2))
                inputs = outputs
            }
            parts.append((PlainMaxPool(shape: shape, channels: outputs), 0))
            shape = shape.halved
        }
        parts.append((PlainDense(inputs: shape.pixels * inputs, outputs: classes), 2))
        let images = randomVector(examples * side * side * channels, seed: 3, scale: 0.3)
        return NetworkCheck(
            network, plain: PlainSequence(parts: parts),
            batch: Batch(
                inputs: Matrix(images, rows: examples * side * side, columns: channels),
                labels: (0..<examples).map { Int32($0 * 7 % classes) }))
    }

    @Test func hasThePapersParameters() {
        let layout = Network.convolutional().layout
        #expect(layout.count == 25_674)
        #expect(
            layout.entries.map(\.tensor.name) == [
                "conv0.kernel", "conv0.bias", "norm0.scale", "norm0.bias", "conv1.kernel", "conv1.bias", "norm1.scale",
                "norm1.bias", "head.kernel", "head.bias",
            ])
        #expect(
            layout.entries.map(\.tensor.shape) == [
                [3, 3, 3, 16], [16], [16], [16], [3, 3, 16, 32], [32], [32], [32], [2048, 10], [10],
            ])
    }

    @Test func kernelsBeginAsGlorotSays() {
        let layout = Network.convolutional(featureMultiplier: 32).layout
        let w = layout.initialParameters(seed: 0).elements
        for (index, fans) in [(0, 9 * (3 + 32)), (4, 9 * (32 + 64)), (8, 4096 + 10)] {
            let values = Array(w[layout.entries[index].range]), name = layout.entries[index].tensor.name
            let deviation = (2 / Double(fans)).squareRoot()
            let found = (inner(values, values) / Double(values.count)).squareRoot()
            // The spread of a deviation estimated from n numbers is about 0.6·σ/√n here.
            #expect(abs(found / deviation - 1) < 3 / Double(values.count).squareRoot(), "\(name): \(found), not \(deviation)")
            #expect(values.allSatisfy { abs(Double($0)) <= 2 * deviation / Normal.truncatedDeviation }, "\(name)")
        }
        #expect(w[layout.entries[2].range].allSatisfy { $0 == 1 } && w[layout.entries[1].range].allSatisfy { $0 == 0 })
    }

    @Test func isItsDefinition() {
        check(side: 6, channels: 3, blocks: 2, features: 4, classes: 3, examples: 4).run()
    }

    @Test func isItsDefinitionWithTwoLayersABlock() {
        check(side: 4, channels: 2, blocks: 1, layersPerBlock: 2, features: 4, classes: 3, examples: 4).run()
    }

    @Test func isItsDefinitionInMoreThanOneChunk() {
        check(side: 2, channels: 1, blocks: 1, features: 3, classes: 2, examples: 300).run()
    }

    @Test func hasItsFullHessian() {
        check(side: 4, channels: 1, blocks: 1, features: 3, classes: 2, examples: 3).runFullHessian()
    }

    @Test func hasTheSameBitsWithAnyThreads() {
        check(side: 16, channels: 3, blocks: 2, features: 8, classes: 10, examples: 270).runBits()
    }
}
