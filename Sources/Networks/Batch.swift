import Kernels

/// Examples and their labels, laid out as a network takes them.
package struct Batch: Sendable {
    /// [rows, features]; a network says how many rows make an example.
    package let inputs: Matrix
    /// One class a row of the outputs.
    package let labels: [Int32]

    package init(inputs: Matrix, labels: [Int32]) {
        self.inputs = inputs
        self.labels = labels
    }
}
