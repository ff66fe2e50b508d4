import Kernels

/// What a network is trained to make small, as a mean over a whole batch.
package enum Loss: String, Sendable, Hashable, Codable, CaseIterable {
    /// The mean over examples and outputs of (output − target)², without a factor ½; the targets are one-hot labels, or a batch's own.
    case meanSquaredError = "squared"
    /// Half of that.
    case halfMeanSquaredError = "squared-half"
    /// The mean over rows of −log p[label], in nats, with p the softmax of the outputs.
    case crossEntropy = "cross-entropy"

    /// The sum of the rows' losses, which over all chunks of a batch divided by `normaliser` is the loss, and the derivative
    /// of the batch's loss by the outputs.
    ///
    /// - Parameters:
    ///   - outputs: [rows, classes].
    ///   - labels: the class of each row.
    ///   - targets: what the outputs should be, [rows, classes], in place of the labels; for squared errors alone.
    ///   - normaliser: what the whole batch's sum is divided by.
    ///   - pieces: the rows of each chunk, whose losses are summed up before the next one's.
    func evaluate(
        outputs: Matrix, labels: ArraySlice<Int32>, targets: Matrix? = nil, normaliser: Double, pieces: Pieces,
        record: Record, device: Device
    ) -> (sum: Double, gradient: Matrix) {
        let gradient = record.buffer(.output, rows: outputs.rows, columns: outputs.columns)
        switch self {
        case .meanSquaredError, .halfMeanSquaredError:
            let target = targets ?? oneHot(labels, like: outputs, record, device)
            let sum = Sums.squaredDistance(outputs, target, pieces: pieces, device: device)
            Elementwise.scaledDifference(outputs, target, by: Float(2 / normaliser), into: gradient, device: device)
            return (sum, gradient)
        case .crossEntropy:
            let probabilities = record.buffer(.first, rows: outputs.rows, columns: outputs.columns)
            let sum = CrossEntropy.compute(
                outputs, labels: labels, scale: Float(1 / normaliser), probabilities: probabilities, gradient: gradient,
                pieces: pieces, device: device)
            return (sum, gradient)
        }
    }

    private func oneHot(_ labels: ArraySlice<Int32>, like outputs: Matrix, _ record: Record, _ device: Device) -> Matrix {
        let target = record.buffer(.first, rows: outputs.rows, columns: outputs.columns)
        OneHot.compute(labels, into: target, device: device)
        return target
    }

    /// The derivative of `evaluate`'s gradient along a tangent of the outputs, after `evaluate` with the same record.
    func gradientTangent(
        outputTangent: Matrix, normaliser: Double, record: Record, device: Device
    ) -> Matrix {
        let result = record.tangentBuffer(.output, rows: outputTangent.rows, columns: outputTangent.columns)
        switch self {
        case .meanSquaredError, .halfMeanSquaredError:
            Elementwise.scale(outputTangent, by: Float(2 / normaliser), into: result, device: device)
        case .crossEntropy:
            CrossEntropy.gradientTangent(
                record.buffer(.first, rows: outputTangent.rows, columns: outputTangent.columns), tangent: outputTangent,
                scale: Float(1 / normaliser), into: result, device: device)
        }
        return result
    }

    /// What the sum over `rows` rows of `classes` outputs is divided by.
    func normaliser(rows: Int, classes: Int) -> Double {
        switch self {
        case .meanSquaredError: Double(rows) * Double(classes)
        case .halfMeanSquaredError: 2 * Double(rows) * Double(classes)
        case .crossEntropy: Double(rows)
        }
    }
}
