import Kernels

/// A network: its layers, its loss, and how its examples lie in matrices.
package struct Network: Sendable {
    /// Where each tensor lies in the flat vector of parameters.
    package let layout: ParameterLayout
    let body: Sequential
    let loss: Loss
    /// The number of outputs of each row.
    let classes: Int
    /// How many rows of the input matrix, and of its labels, make one example.
    package let rowsPerExample: (input: Int, label: Int)
    /// How many examples pass through the layers at a time, small enough that what one layer leaves the next finds in a cache.
    ///
    /// It bounds the memory of a step, and with `lanes` decides the order in which the examples' contributions are added.
    let examplesPerChunk: Int
    /// In how many sums side by side the chunks' contributions are added: as many threads can work without waiting for one
    /// another.
    ///
    /// 1 where the threads share each layer's work instead: the better way where layers are large, as the sums are.
    let lanes: Int

    init(
        _ layers: [any Layer], loss: Loss, classes: Int, rowsPerExample: (input: Int, label: Int) = (1, 1),
        examplesPerChunk: Int, lanes: Int = 1
    ) {
        precondition(examplesPerChunk >= 1 && lanes >= 1, "chunks of \(examplesPerChunk) examples, \(lanes) lanes")
        body = Sequential(layers)
        precondition(!body.isRectified, "a loss on a rectified layer, whose gradient nothing would mask")
        layout = ParameterLayout(body.tensors)
        self.loss = loss
        self.classes = classes
        self.rowsPerExample = rowsPerExample
        self.examplesPerChunk = examplesPerChunk
        self.lanes = lanes
    }

    /// How many kernels an OpenCL device is handed for a gradient, roughly: what estimates of time go by.
    ///
    /// As counted: 2.5 to 3.7 times as many as there are tensors.
    package var launches: Double { Double(3 * layout.entries.count) }

    func check(_ batch: Batch) {
        precondition(batch.labels.allSatisfy { $0 >= 0 && Int($0) < classes }, "a label beyond the \(classes) classes")
        guard let targets = batch.targets else { return }
        precondition(
            loss != .crossEntropy && targets.columns == classes,
            "targets of \(targets.columns) numbers for \(classes) outputs and the loss \(loss)")
    }
}

extension Network {
    /// The paper's multilayer perceptron for images as flat vectors: `depth` linear layers of one width, ReLU between, mean squared
    /// error.
    package static func multilayerPerceptron(inputs: Int = 784, width: Int, depth: Int = 4, classes: Int = 10) -> Network {
        precondition(depth >= 1, "a perceptron of depth \(depth)")
        return multilayerPerceptron(inputs: inputs, widths: Array(repeating: width, count: depth - 1), classes: classes)
    }

    /// A multilayer perceptron: a linear layer more than there are `widths` of hidden layers, `activation` between.
    ///
    /// Kernels from Glorot's normal distribution, biases 0.
    package static func multilayerPerceptron(
        inputs: Int, widths: [Int], classes: Int, activation: Activation = .relu, loss: Loss = .meanSquaredError
    ) -> Network {
        precondition(widths.allSatisfy { $0 >= 1 }, "a perceptron of widths \(widths)")
        let sizes = [inputs] + widths + [classes]
        let layers: [any Layer] = (0...widths.count).flatMap { index in
            let dense = { isRectified in
                Dense(
                    "dense\(index)", inputs: sizes[index], outputs: sizes[index + 1], isRectified: isRectified,
                    initialKernel: .glorot(inputs: sizes[index], outputs: sizes[index + 1]))
            }
            return index < widths.count ? activation.layers(after: dense) : [dense(false)]
        }
        // Wide layers are work enough for several threads each, and their gradients are large.
        let isWide = widths.contains { $0 >= 512 }
        return Network(layers, loss: loss, classes: classes, examplesPerChunk: isWide ? 1024 : 256, lanes: isWide ? 1 : 8)
    }
}
