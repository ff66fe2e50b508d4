import Kernels

/// The loss of a network on a batch as a function of the parameters: its value, gradient and Hessian–vector products.
///
/// Large batches pass through the layers in chunks, whose contributions are added in a fixed order (`ChunkSum`). What the layers
/// keep is kept from the gradient to the Hessian–vector products as long as it fits into `memory`; beyond that each product
/// computes it anew, at the cost of one more gradient. On an OpenCL device a batch passes at once, the sums side by side, and where the
/// device has no memory for that in smaller parts, whose sums are the same. Once its device is cancelled it computes nothing, and what
/// it gives is worth nothing. Not for use by several callers at once.
package final class Objective {
    /// The network; all vectors handed over have its `layout.count` elements.
    package let network: Network
    /// The examples; a new batch of the same size reuses all buffers.
    package var batch: Batch {
        willSet {
            precondition(
                newValue.inputs.rows == batch.inputs.rows && newValue.labels.count == batch.labels.count,
                "a batch of \(newValue.inputs.rows) rows after one of \(batch.inputs.rows)")
            network.check(newValue)
            point = nil
            if !newValue.inputs.isSameView(as: batch.inputs) { inputs = device.reachable(newValue.inputs) }
            if let new = newValue.targets, batch.targets.map({ !new.isSameView(as: $0) }) ?? true {
                targets = device.reachable(new)
            }
        }
    }
    /// The batch's inputs and targets where the device's kernels reach them.
    private var inputs: Matrix, targets: Matrix?
    private let device: Device
    private let memory: Int
    private let normaliser: Double
    private var parts: Parts
    /// What the layers keep of each chunk, where all is kept.
    private var tapes: [Tape] = []
    /// Whether every chunk's is kept; not known before the first gradient.
    private var keepsAll: Bool?
    /// The parameters of Hessian–vector products: those of the last gradient.
    private var point: Vector?

    /// How a batch is cut into what passes through the layers at a time, here called its chunks.
    private struct Parts {
        enum Size {
            /// So many examples as the network says; the processor's way.
            case chunk
            /// All chunks of a lane.
            case lane
            /// All lanes, with their sums side by side.
            case batch

            var smaller: Size? {
                switch self {
                case .chunk: nil
                case .lane: .chunk
                case .batch: .lane
                }
            }
        }

        let size: Size
        /// The examples of each.
        let chunks: [Range<Int>]
        /// How many sums side by side a chunk has.
        let lanesPerChunk: Int
        let sum: ChunkSum
        /// What each thread needs for itself.
        let desks: [Desk]

        init(_ size: Size, of examples: Int, _ network: Network, on device: Device) {
            let count = (examples + network.examplesPerChunk - 1) / network.examplesPerChunk
            let lanes = Pieces.deal(count, to: min(network.lanes, count))
            func examplesOf(_ chunks: Range<Int>) -> Range<Int> {
                chunks.lowerBound * network.examplesPerChunk..<min(chunks.upperBound * network.examplesPerChunk, examples)
            }
            self.size = size
            switch size {
            case .chunk: chunks = (0..<count).map { examplesOf($0..<$0 + 1) }
            case .lane: chunks = lanes.map(examplesOf)
            case .batch: chunks = [0..<examples]
            }
            let lanesPerChunk = size == .batch ? lanes.count : 1
            let chunksOfLanes = size == .chunk ? lanes : chunks.indices.map { $0..<$0 + 1 }
            self.lanesPerChunk = lanesPerChunk
            sum = ChunkSum(chunksOfLanes, sideBySide: lanesPerChunk, size: network.layout.count, device: device)
            desks = (0..<sum.threads).map { _ in Desk(count: lanesPerChunk * network.layout.count, on: device) }
        }
    }

    /// What the layers and the loss keep of one chunk.
    private final class Tape {
        let body: Record, loss: Record
        var outputs: Matrix?
        var gradient: Matrix?
        var bytes: Int { body.bytes + loss.bytes }

        init(on device: Device) { (body, loss) = (Record(on: device), Record(on: device)) }
    }

    /// A thread's own buffers.
    private final class Desk {
        /// For a chunk of which nothing is kept.
        let tape: Tape
        /// Whose records lend their tangent buffers to all chunks that the thread works on.
        let tangents: Tape
        /// How many rows the thread found to be wrong.
        var wrong = 0
        /// Where gradients go that are computed once more for their intermediate results alone; never read.
        lazy var discarded = device.vector(count: count)
        private let count: Int
        private let device: Device

        init(count: Int, on device: Device) {
            (self.count, self.device, tape, tangents) = (count, device, Tape(on: device), Tape(on: device))
        }
    }

    /// A chunk in the hands of a thread.
    private struct Chunk {
        /// The examples.
        let examples: Range<Int>
        let tape: Tape
        let desk: Desk
        /// What the chunk's part of a gradient or product is added to.
        var sum: Vector?
        let device: Device
    }

    /// - Parameter memory: the bytes that activations and their gradients may take, beyond those of one chunk a thread; `nil` for
    ///   what the device can spare. Tangents are kept for one chunk a thread only.
    package init(_ network: Network, on batch: Batch, device: Device, memory: Int? = nil) {
        let examples = batch.inputs.rows / network.rowsPerExample.input
        precondition(
            examples * network.rowsPerExample.input == batch.inputs.rows && examples > 0
                && examples * network.rowsPerExample.label == batch.labels.count,
            "\(batch.inputs.rows) rows and \(batch.labels.count) labels are not a whole number of examples")
        network.check(batch)
        (self.network, self.batch, self.device, self.memory) = (network, batch, device, memory ?? device.spareMemory)
        (inputs, targets) = (device.reachable(batch.inputs), batch.targets.map { device.reachable($0) })
        normaliser = network.loss.normaliser(rows: batch.labels.count, classes: network.classes)
        parts = Parts(device.isOpenCL ? .batch : .chunk, of: examples, network, on: device)
    }

    /// What `compute` gives; where an OpenCL device has no memory for it, once more in smaller parts, whose sums are the same.
    private func withinMemory<Result>(_ compute: () -> Result) -> Result {
        let wasSound = device.failure == nil, result = compute()
        guard wasSound, device.failure != nil, let smaller = parts.size.smaller else { return result }
        // Before memory is asked for again, what the large parts have taken goes.
        tapes = []
        parts = Parts(smaller, of: parts.chunks.last?.upperBound ?? 0, network, on: device)
        // Of the smallest nothing is kept; of others, what the next gradient finds.
        keepsAll = smaller == .chunk ? false : nil
        return device.forgetWantOfMemory() ? withinMemory(compute) : result
    }

    // MARK: - What it computes

    /// The loss at `parameters`. Costs a third of a gradient.
    package func loss(at parameters: Vector) -> Double { evaluation(at: parameters).loss }

    /// The loss at `parameters`, and the share of rows whose largest output is not that of their label.
    ///
    /// Of equal outputs the first counts; where examples have targets in place of labels, the share means nothing. Costs a third of a gradient.
    package func evaluation(at parameters: Vector) -> (loss: Double, error: Double) {
        point = nil
        let sum = withinMemory {
            for desk in parts.desks { desk.wrong = 0 }
            return forEachChunk(keeping: keepsAll ?? (parts.chunks.count == 1)) { chunk in
                let loss = forward(chunk, parameters)
                guard let outputs = chunk.tape.outputs else { preconditionFailure("no outputs after forward") }
                chunk.desk.wrong += zip(outputs.largestColumns, labels(chunk)).count { Int32($0) != $1 }
                return loss
            }
        }
        return (sum / normaliser, Double(parts.desks.reduce(0) { $0 + $1.wrong }) / Double(batch.labels.count))
    }

    /// Writes the gradient at `parameters` to `gradient` and returns the loss.
    ///
    /// - Parameter aside: leaves the point of Hessian–vector products where it is.
    package func gradient(at parameters: Vector, into gradient: Vector, aside: Bool = false) -> Double {
        let sum = withinMemory {
            let keepsAll = keepsAll ?? canKeepAll(at: parameters)
            self.keepsAll = keepsAll
            return forEachChunk(keeping: keepsAll && !aside, addingTo: gradient) { chunk in
                let loss = forward(chunk, parameters)
                backward(chunk, parameters)
                return loss
            }
        }
        if !aside { point = parameters }
        return sum / normaliser
    }

    /// Writes the Hessian at the parameters of the last gradient, times `direction`, to `product`.
    ///
    /// Exact up to rounding (the R-operator), and about twice a gradient in cost.
    /// - Precondition: `gradient(at:into:)` was the last call but for other products and what was done aside, and its
    ///   parameters are unchanged.
    package func hessianProduct(along direction: Vector, into product: Vector) {
        guard let point else { preconditionFailure("a Hessian–vector product before a gradient") }
        _ = withinMemory {
            let keepsAll = keepsAll == true
            return forEachChunk(keeping: keepsAll, addingTo: product) { chunk in
                if !keepsAll {
                    var again = chunk
                    again.sum = chunk.desk.discarded
                    _ = forward(again, point)
                    backward(again, point)
                }
                tangents(chunk, point, along: direction)
                return 0
            }
        }
    }

    // MARK: - One chunk

    /// The sum of the chunk's losses; leaves the outputs and the derivative by them on its tape.
    private func forward(_ chunk: Chunk, _ parameters: Vector) -> Double {
        let (inputs, tape) = (inputs.rows(rows(of: chunk, network.rowsPerExample.input)), chunk.tape)
        let pass = Pass(parameters, layout: network.layout, record: tape.body, device: chunk.device)
        let outputs = network.body.forward(inputs, pass)
        let (sum, gradient) = network.loss.evaluate(
            outputs: outputs, labels: labels(chunk), targets: targets(chunk), normaliser: normaliser,
            pieces: Pieces(of: network.examplesPerChunk * network.rowsPerExample.label, lanes: parts.lanesPerChunk),
            record: tape.loss, device: chunk.device)
        (tape.outputs, tape.gradient) = (outputs, gradient)
        return sum
    }

    /// Adds the chunk's part of the gradient.
    private func backward(_ chunk: Chunk, _ parameters: Vector) {
        guard let outputGradient = chunk.tape.gradient else { preconditionFailure("backward before forward") }
        let pass = Pass(
            parameters, addingTo: chunk.sum, layout: network.layout, record: chunk.tape.body, device: chunk.device,
            examples: chunk.examples.count, examplesPerChunk: network.examplesPerChunk, lanes: parts.lanesPerChunk)
        _ = network.body.backward(outputGradient, pass)
    }

    /// Adds the chunk's part of the Hessian times `direction`.
    private func tangents(_ chunk: Chunk, _ parameters: Vector, along direction: Vector) {
        let tape = chunk.tape
        tape.body.tangents = chunk.desk.tangents.body
        tape.loss.tangents = chunk.desk.tangents.loss
        let pass = Pass(
            parameters, along: direction, addingTo: chunk.sum, layout: network.layout, record: tape.body,
            device: chunk.device, examples: chunk.examples.count, examplesPerChunk: network.examplesPerChunk,
            lanes: parts.lanesPerChunk)
        let outputTangent = network.body.tangent(nil, pass)
        let gradientTangent = network.loss.gradientTangent(
            outputTangent: outputTangent, normaliser: normaliser, record: tape.loss, device: chunk.device)
        _ = network.body.backwardTangent(gradientTangent, pass)
    }

    private func rows(of chunk: Chunk, _ perExample: Int) -> Range<Int> {
        chunk.examples.lowerBound * perExample..<chunk.examples.upperBound * perExample
    }

    private func labels(_ chunk: Chunk) -> ArraySlice<Int32> { batch.labels[rows(of: chunk, network.rowsPerExample.label)] }

    private func targets(_ chunk: Chunk) -> Matrix? {
        batch.targets == nil ? nil : targets?.rows(rows(of: chunk, network.rowsPerExample.label))
    }

    // MARK: - All chunks

    /// The sum of what `body` gives for each chunk; and in `sum`, where there is one, that of what it adds to the chunk's.
    ///
    /// - Parameter keeping: whether each chunk has a tape of its own, or shares its thread's.
    private func forEachChunk(keeping: Bool, addingTo sum: Vector? = nil, _ body: (Chunk) -> Double) -> Double {
        while keeping, tapes.count < parts.chunks.count { tapes.append(Tape(on: device)) }
        return parts.sum.add(to: sum) { index, thread, sum, device in
            // What comes of it is not wanted any more, and whoever called asks for that.
            if self.device.isCancelled { return 0 }
            let desk = parts.desks[thread]
            return body(
                Chunk(
                    examples: parts.chunks[index], tape: keeping ? tapes[index] : desk.tape, desk: desk, sum: sum, device: device)
            )
        }
    }

    /// Whether all chunks' activations fit into the memory, found out with the first one.
    private func canKeepAll(at parameters: Vector) -> Bool {
        if parts.chunks.count == 1 { return true }
        if memory == 0 { return false }
        let desk = parts.desks[0]
        let chunk = Chunk(examples: parts.chunks[0], tape: Tape(on: device), desk: desk, sum: desk.discarded, device: device)
        _ = forward(chunk, parameters)
        backward(chunk, parameters)
        return chunk.tape.bytes * (parts.chunks.count - 1) <= memory
    }
}

/// Adds what the chunks of a batch contribute, in the same order whoever computes it.
///
/// Chunks are added one after the other within each of a fixed number of lanes, and then the lanes' sums in order: threads may
/// take a lane each and leave no trace in the result. With one lane they share the work within each chunk instead.
private final class ChunkSum {
    /// How many threads call `add`'s body.
    let threads: Int
    private let lanes: [Lane]
    /// The lanes' sums one after the other, where a chunk adds to all of them.
    private lazy var sideBySide = device.matrix(rows: lanesPerChunk, columns: size)
    private let lanesPerChunk: Int
    private let size: Int
    private let device: Device

    private final class Lane {
        let chunks: Range<Int>
        var number = 0.0
        /// The lane's part of a vector; the first lane has the caller's.
        lazy var vector = device.vector(count: size)
        private let size: Int
        private let device: Device

        init(_ chunks: Range<Int>, size: Int, on device: Device) {
            (self.chunks, self.size, self.device) = (chunks, size, device)
        }
    }

    /// - Parameters:
    ///   - lanes: the chunks of each.
    ///   - sideBySide: how many lanes each chunk adds to; where more than one, that chunk is all there is.
    ///   - size: that of the vectors that are added up.
    init(_ lanes: [Range<Int>], sideBySide: Int, size: Int, device: Device) {
        precondition(sideBySide == 1 || lanes == [0..<1], "\(lanes) of \(sideBySide) sums side by side")
        self.lanes = lanes.map { Lane($0, size: size, on: device) }
        (lanesPerChunk, self.size, self.device) = (sideBySide, size, device)
        threads = lanes.count > 1 ? device.threads : 1
    }

    /// The sum of the numbers that `body` gives for each chunk, and in `sum` that of what it adds to the vector it is handed.
    ///
    /// - Parameter body: gets the chunk's index, the number of the thread that has it, below `threads`, the vector to add to, or
    ///   several one after the other, which is `nil` where `sum` is, and the threads for its kernels.
    func add(
        to sum: Vector?, _ body: (_ chunk: Int, _ thread: Int, _ sum: Vector?, _ device: Device) -> Double
    ) -> Double {
        if lanesPerChunk > 1, let sum {
            sideBySide.storage.fill(0)
            let number = body(0, 0, sideBySide.storage, device)
            sum.fill(0)
            // No lane holds −0, which adding to 0 would lose: each began at 0.
            ColumnSums.add(sideBySide, to: Matrix(sum, rows: 1, columns: size), device: device)
            return number
        }
        func run(_ index: Int, _ thread: Int, _ device: Device) {
            let lane = lanes[index], target = index == 0 ? sum : sum.map { _ in lane.vector }
            target?.fill(0)
            lane.number = lane.chunks.reduce(0) { $0 + body($1, thread, target, device) }
        }
        if lanes.count == 1 {
            run(0, 0, device)
        } else {
            device.forEach(lanes.count) { run($0, $1, $2) }
        }
        if let sum { Sums.add(lanes.dropFirst().map(\.vector), to: sum, device: device) }
        return lanes.reduce(0) { $0 + $1.number }
    }
}
