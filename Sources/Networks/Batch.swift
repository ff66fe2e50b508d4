import Kernels

/// Examples and their labels, laid out as a network takes them.
package struct Batch: Sendable {
    /// [rows, features]; a network says how many rows make an example.
    ///
    /// Images are pixels by channels for a convolutional network, and one flat row each for a perceptron. Tokens are [rows,
    /// 1], as whole numbers, which single precision holds exactly up to 2²⁴.
    package let inputs: Matrix
    /// One class a row of the outputs.
    package let labels: [Int32]

    /// A batch that refers to `inputs` without copying them; rows and labels are checked by the `Objective` that it is handed to.
    package init(inputs: Matrix, labels: [Int32]) {
        self.inputs = inputs
        self.labels = labels
    }
}
