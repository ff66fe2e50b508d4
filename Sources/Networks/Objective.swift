import Kernels

/// The loss of a network on a batch as a function of the parameters: its value, gradient and Hessian–vector products.
///
/// Large batches pass in chunks whose contributions are added in order. Intermediate results are kept from the gradient
/// to the Hessian–vector products as long as they fit into `memory`; beyond that each product computes them anew, at the
/// cost of one more gradient. Not for use by several threads at once.
package final class Objective {
    package let network: Network
    /// The examples; a new batch of the same size reuses all buffers.
    package var batch: Batch {
        willSet {
            precondition(
                newValue.inputs.rows == batch.inputs.rows && newValue.labels.count == batch.labels.count,
                "a batch of \(newValue.inputs.rows) rows after one of \(batch.inputs.rows)")
            network.check(newValue.labels)
            point = nil
        }
    }
    private let workers: Workers
    private let memory: Int
    private let normaliser: Double
    private let chunks: [Range<Int>]
    private var tapes: [Tape] = []
    /// Whether every chunk's intermediate results are kept; known once the first chunk has been backward.
    private var keepsAll = true
    private var point: Vector?
    /// Where gradients go that are computed once more for their intermediate results alone; never read.
    private lazy var discarded = Vector(count: network.layout.count)

    /// The records of one chunk.
    private final class Tape {
        let body: Record, loss: Record
        var outputs: Matrix?
        var gradient: Matrix?
        var bytes: Int { body.bytes + loss.bytes }

        init(sharingTangentsWith other: Tape?) {
            body = Record(sharingTangentsWith: other?.body)
            loss = Record(sharingTangentsWith: other?.loss)
        }
    }

    /// - Parameter memory: the bytes that activations and their gradients may take, beyond those of one chunk. Tangents
    ///   are kept for one chunk only.
    package init(_ network: Network, on batch: Batch, workers: Workers, memory: Int = 1 << 31) {
        let examples = batch.inputs.rows / network.rowsPerExample.input
        precondition(
            examples * network.rowsPerExample.input == batch.inputs.rows && examples > 0
                && examples * network.rowsPerExample.label == batch.labels.count,
            "\(batch.inputs.rows) rows and \(batch.labels.count) labels are not a whole number of examples")
        network.check(batch.labels)
        self.network = network
        self.batch = batch
        self.workers = workers
        self.memory = memory
        normaliser = network.loss.normaliser(rows: batch.labels.count, classes: network.classes)
        chunks = stride(from: 0, to: examples, by: network.examplesPerChunk).map {
            $0..<min($0 + network.examplesPerChunk, examples)
        }
    }

    /// The loss at `parameters`. Costs a third of a gradient.
    package func loss(at parameters: Vector) -> Double {
        point = nil
        var sum = 0.0
        for index in chunks.indices { sum += forward(index, parameters, tape(0)) }
        return sum / normaliser
    }

    /// The loss at `parameters`, and the share of rows whose largest output is not that of their label.
    ///
    /// Of equal outputs the first counts. Costs a third of a gradient.
    package func evaluation(at parameters: Vector) -> (loss: Double, error: Double) {
        point = nil
        var sum = 0.0, wrong = 0
        for index in chunks.indices {
            let tape = tape(0)
            sum += forward(index, parameters, tape)
            guard let outputs = tape.outputs else { preconditionFailure("no outputs after forward") }
            let first = chunks[index].lowerBound * network.rowsPerExample.label
            for (row, choice) in outputs.largestColumns.enumerated() where Int32(choice) != batch.labels[first + row] { wrong += 1 }
        }
        return (sum / normaliser, Double(wrong) / Double(batch.labels.count))
    }

    /// Writes the gradient at `parameters` to `gradient` and returns the loss.
    package func gradient(at parameters: Vector, into gradient: Vector) -> Double {
        gradient.fill(0)
        var sum = 0.0
        for index in chunks.indices {
            let tape = tape(index)
            sum += forward(index, parameters, tape)
            backward(parameters, into: gradient, tape)
            if index == 0, tapes.count == 1 { keepsAll = tape.bytes * (chunks.count - 1) <= memory }
        }
        point = parameters
        return sum / normaliser
    }

    /// Writes the Hessian at the parameters of the last gradient, times `direction`, to `product`.
    ///
    /// Exact up to rounding (the R-operator), and about twice a gradient in cost.
    /// - Precondition: `gradient(at:into:)` was the last call but for other products, and its parameters are unchanged.
    package func hessianProduct(along direction: Vector, into product: Vector) {
        guard let point else { preconditionFailure("a Hessian–vector product before a gradient") }
        product.fill(0)
        let w = network.weights(point), v = network.weights(direction), target = network.weights(product)
        for index in chunks.indices {
            let tape = tape(index)
            if !keepsAll {
                _ = forward(index, point, tape)
                backward(point, into: discarded, tape)
            }
            let outputTangent = network.body.tangent(nil, w, v, tape.body, workers)
            let gradientTangent = network.loss.gradientTangent(
                outputTangent: outputTangent, normaliser: normaliser, record: tape.loss, workers: workers)
            _ = network.body.backwardTangent(
                gradientTangent, w, v, product: target, mask: nil, needsInput: false, tape.body, workers)
        }
    }

    private func tape(_ index: Int) -> Tape {
        let index = keepsAll ? index : 0
        while tapes.count <= index { tapes.append(Tape(sharingTangentsWith: tapes.first)) }
        return tapes[index]
    }

    private func forward(_ index: Int, _ parameters: Vector, _ tape: Tape) -> Double {
        let chunk = chunks[index]
        let (inputRows, labelRows) = network.rowsPerExample
        let inputs = batch.inputs.rows(chunk.lowerBound * inputRows..<chunk.upperBound * inputRows)
        let outputs = network.body.forward(inputs, network.weights(parameters), tape.body, workers)
        let (sum, gradient) = network.loss.evaluate(
            outputs: outputs, labels: batch.labels[chunk.lowerBound * labelRows..<chunk.upperBound * labelRows],
            normaliser: normaliser, record: tape.loss, workers: workers)
        tape.outputs = outputs
        tape.gradient = gradient
        return sum
    }

    private func backward(_ parameters: Vector, into gradient: Vector, _ tape: Tape) {
        guard let outputGradient = tape.gradient else { preconditionFailure("backward before forward") }
        _ = network.body.backward(
            outputGradient, network.weights(parameters), gradient: network.weights(gradient), mask: nil, needsInput: false,
            tape.body, workers)
    }
}
