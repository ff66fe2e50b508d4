import Kernels

/// The loss of a network on a batch as a function of the parameters: its value, gradient and Hessian–vector products.
///
/// Large batches pass in chunks. Their contributions are added in order, in as many sums side by side as the network says
/// (`Network.lanes`); the sums are then added in order, so that threads may take one each and leave no trace in the result.
/// Intermediate results are kept from the gradient to the Hessian–vector products as long as they fit into `memory`; beyond
/// that each product computes them anew, at the cost of one more gradient. Not for use by several callers at once.
package final class Objective {
    /// The network; all vectors handed over have its `layout.count` elements.
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
    private let lanes: [Lane]
    private let parts: [Part]
    /// One for each chunk where all are kept.
    private var tapes: [Tape] = []
    /// Whether every chunk's intermediate results are kept; not known before the first gradient.
    private var keepsAll: Bool?
    private var point: Vector?

    /// Chunks whose contributions are added in order: at any time one thread's.
    private final class Lane {
        let chunks: Range<Int>
        var sum = 0.0
        var wrong = 0
        /// The lane's part of a gradient or product; the first lane has the caller's vector.
        lazy var vector = Vector(count: count)
        private let count: Int

        init(_ chunks: Range<Int>, count: Int) { (self.chunks, self.count) = (chunks, count) }
    }

    /// What one thread needs for itself.
    private final class Part {
        /// For a chunk of which nothing is kept.
        let tape = Tape()
        let tangents = Tape()
        /// Where gradients go that are computed once more for their intermediate results alone; never read.
        lazy var discarded = Vector(count: count)
        private let count: Int

        init(count: Int) { self.count = count }
    }

    /// The records of one chunk.
    private final class Tape {
        let body = Record(), loss = Record()
        var outputs: Matrix?
        var gradient: Matrix?
        var bytes: Int { body.bytes + loss.bytes }
    }

    /// A chunk in the hands of a thread.
    private struct Work {
        let chunk: Int
        let lane: Lane
        let part: Part
        /// The chunk's tape where all are kept, otherwise the part's.
        let tape: Tape
        /// Where the lane's contributions are added.
        let sum: Vector
        let workers: Workers
    }

    /// - Parameter memory: the bytes that activations and their gradients may take, beyond those of one chunk a thread.
    ///   Tangents are kept for one chunk a thread only.
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
        let chunks = stride(from: 0, to: examples, by: network.examplesPerChunk).map {
            $0..<min($0 + network.examplesPerChunk, examples)
        }
        let count = min(network.lanes, chunks.count)
        lanes = (0..<count).map {
            Lane($0 * chunks.count / count..<($0 + 1) * chunks.count / count, count: network.layout.count)
        }
        parts = (0..<(count > 1 ? workers.threads : 1)).map { _ in Part(count: network.layout.count) }
        self.chunks = chunks
    }

    /// The loss at `parameters`. Costs a third of a gradient.
    package func loss(at parameters: Vector) -> Double { evaluation(at: parameters).loss }

    /// The loss at `parameters`, and the share of rows whose largest output is not that of their label.
    ///
    /// Of equal outputs the first counts. Costs a third of a gradient.
    package func evaluation(at parameters: Vector) -> (loss: Double, error: Double) {
        point = nil
        forEachChunk(addingTo: nil) { work in
            work.lane.sum += forward(work, parameters)
            guard let outputs = work.tape.outputs else { preconditionFailure("no outputs after forward") }
            let first = chunks[work.chunk].lowerBound * network.rowsPerExample.label
            for (row, choice) in outputs.largestColumns.enumerated() where Int32(choice) != batch.labels[first + row] {
                work.lane.wrong += 1
            }
        }
        let wrong = lanes.reduce(0) { $0 + $1.wrong }
        return (lanes.reduce(0) { $0 + $1.sum } / normaliser, Double(wrong) / Double(batch.labels.count))
    }

    /// Writes the gradient at `parameters` to `gradient` and returns the loss.
    ///
    /// - Parameter aside: leaves the point of Hessian–vector products where it is.
    package func gradient(at parameters: Vector, into gradient: Vector, aside: Bool = false) -> Double {
        if keepsAll == nil { decideWhatToKeep(at: parameters) }
        forEachChunk(addingTo: gradient, aside: aside) { work in
            work.lane.sum += forward(work, parameters)
            backward(work, parameters, into: work.sum)
        }
        if !aside { point = parameters }
        return lanes.reduce(0) { $0 + $1.sum } / normaliser
    }

    /// Writes the Hessian at the parameters of the last gradient, times `direction`, to `product`.
    ///
    /// Exact up to rounding (the R-operator), and about twice a gradient in cost.
    /// - Precondition: `gradient(at:into:)` was the last call but for other products and what was done aside, and its
    ///   parameters are unchanged.
    package func hessianProduct(along direction: Vector, into product: Vector) {
        guard let point, let keepsAll else { preconditionFailure("a Hessian–vector product before a gradient") }
        let w = network.weights(point), v = network.weights(direction)
        forEachChunk(addingTo: product) { work in
            let tape = work.tape
            if !keepsAll {
                _ = forward(work, point)
                backward(work, point, into: work.part.discarded)
            }
            tape.body.tangents = work.part.tangents.body
            tape.loss.tangents = work.part.tangents.loss
            let outputTangent = network.body.tangent(nil, w, v, tape.body, work.workers)
            let gradientTangent = network.loss.gradientTangent(
                outputTangent: outputTangent, normaliser: normaliser, record: tape.loss, workers: work.workers)
            _ = network.body.backwardTangent(
                gradientTangent, w, v, product: network.weights(work.sum), mask: nil, needsInput: false, tape.body,
                work.workers)
        }
    }

    /// Calls `body` for each chunk, in order within a lane; then adds the lanes' sums to the first one's, which is `sum`.
    ///
    /// Nothing of it is kept where it happens `aside`.
    private func forEachChunk(addingTo sum: Vector?, aside: Bool = false, _ body: (Work) -> Void) {
        let keepsAll = (keepsAll ?? (chunks.count == 1)) && !aside
        while keepsAll, tapes.count < chunks.count { tapes.append(Tape()) }
        func run(_ index: Int, _ part: Int, _ workers: Workers) {
            let lane = lanes[index]
            (lane.sum, lane.wrong) = (0, 0)
            let target = sum.map { index == 0 ? $0 : lane.vector } ?? parts[part].discarded
            if sum != nil { target.fill(0) }
            for chunk in lane.chunks {
                body(
                    Work(
                        chunk: chunk, lane: lane, part: parts[part], tape: keepsAll ? tapes[chunk] : parts[part].tape,
                        sum: target, workers: workers))
            }
        }
        if lanes.count == 1 {
            run(0, 0, workers)
        } else {
            workers.forEach(lanes.count) { run($0, $1, $2) }
        }
        if let sum { Sums.add(lanes.dropFirst().map(\.vector), to: sum, workers: workers) }
    }

    /// Finds out from the first chunk what all would take.
    private func decideWhatToKeep(at parameters: Vector) {
        let tape = Tape(), part = parts[0]
        let work = Work(chunk: 0, lane: lanes[0], part: part, tape: tape, sum: part.discarded, workers: workers)
        if chunks.count > 1, memory > 0 {
            _ = forward(work, parameters)
            backward(work, parameters, into: part.discarded)
        }
        keepsAll = chunks.count == 1 || memory > 0 && tape.bytes * (chunks.count - 1) <= memory
    }

    private func forward(_ work: Work, _ parameters: Vector) -> Double {
        let chunk = chunks[work.chunk], tape = work.tape
        let (inputRows, labelRows) = network.rowsPerExample
        let inputs = batch.inputs.rows(chunk.lowerBound * inputRows..<chunk.upperBound * inputRows)
        let outputs = network.body.forward(inputs, network.weights(parameters), tape.body, work.workers)
        let (sum, gradient) = network.loss.evaluate(
            outputs: outputs, labels: batch.labels[chunk.lowerBound * labelRows..<chunk.upperBound * labelRows],
            normaliser: normaliser, record: tape.loss, workers: work.workers)
        tape.outputs = outputs
        tape.gradient = gradient
        return sum
    }

    private func backward(_ work: Work, _ parameters: Vector, into gradient: Vector) {
        guard let outputGradient = work.tape.gradient else { preconditionFailure("backward before forward") }
        _ = network.body.backward(
            outputGradient, network.weights(parameters), gradient: network.weights(gradient), mask: nil, needsInput: false,
            work.tape.body, work.workers)
    }
}
