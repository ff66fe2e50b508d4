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
    /// What the outputs should be, [rows, outputs], where examples have no classes but numbers; labels are 0 then.
    package let targets: Matrix?

    /// A batch that refers to `inputs` without copying them; rows and labels are checked by the `Objective` that it is handed to.
    package init(inputs: Matrix, labels: [Int32]) {
        (self.inputs, self.labels, targets) = (inputs, labels, nil)
    }

    /// A batch of examples with a row of numbers each, for a network on a squared error.
    package init(inputs: Matrix, targets: Matrix) {
        (self.inputs, labels, self.targets) = (inputs, [Int32](repeating: 0, count: targets.rows), targets)
    }

    /// The examples of the first `rows` rows of the inputs, to which the first `count` labels belong.
    func first(_ rows: Int, labels count: Int) -> Batch {
        let inputs = inputs.rows(0..<rows)
        return targets.map { Batch(inputs: inputs, targets: $0.rows(0..<count)) }
            ?? Batch(inputs: inputs, labels: Array(labels[..<count]))
    }
}
