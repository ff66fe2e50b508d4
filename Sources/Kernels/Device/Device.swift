import Platform

/// Where arrays live and kernels run: the processor with so many threads, or an OpenCL device; and the scratch memory that calls share.
///
/// Every kernel takes one, and everything above Kernels gets its arrays from one; a kernel reaches only arrays of the device that it
/// is handed. Neither the number of threads nor the device changes a bit of a result: work is split by output elements, and the
/// order in which each one's terms are added depends on its shape alone. One serves one caller at a time.
package final class Device: @unchecked Sendable {
    /// The largest number of threads, at least 1; 1 on an OpenCL device.
    package let threads: Int
    /// The threads of the processor: its own, or those that may check what an OpenCL device computes.
    package let processorThreads: ThreadShare

    /// Where kernels are queued, or `nil` on the processor.
    let queue: CommandQueue?

    private var scratch: [Vector?] = []
    /// The threads beside the caller's, started by the first job that is worth them.
    private var pool: WorkerPool?

    private let cancelled: @Sendable () -> Bool

    /// Work on as many threads as the share has at the moment, the caller's among them; the others start with the first job that is
    /// worth them.
    ///
    /// - Parameter isCancelled: whether the results are not wanted any more; once true, it stays so.
    package init(threads: ThreadShare, isCancelled: @escaping @Sendable () -> Bool = { false }) {
        (self.threads, processorThreads, cancelled, queue) = (threads.most, threads, isCancelled, nil)
    }

    /// Work on so many threads.
    ///
    /// Ends the process where `threads` is below 1.
    package convenience init(threads: Int = 1, isCancelled: @escaping @Sendable () -> Bool = { false }) {
        require(threads >= 1, "\(threads) threads")
        self.init(threads: ThreadShare(threads), isCancelled: isCancelled)
    }

    /// Work on an OpenCL device, in order.
    ///
    /// - Parameters:
    ///   - beside: the threads of the processor that may compute some of its results again, to compare them.
    ///   - isCancelled: whether the results are not wanted any more; once true, it stays so.
    /// - Throws: where the device lacks what the same bits need, or cannot be opened.
    package convenience init(
        on device: OpenCLDevice, beside: ThreadShare = ThreadShare(1), isCancelled: @escaping @Sendable () -> Bool = { false }
    ) throws(OpenCLError) {
        self.init(queue: try CommandQueue(on: device), beside: beside, isCancelled: isCancelled)
    }

    /// Work on a queue that is open.
    init(queue: CommandQueue, beside: ThreadShare = ThreadShare(1), isCancelled: @escaping @Sendable () -> Bool = { false }) {
        (self.queue, threads, processorThreads, cancelled) = (queue, 1, beside, isCancelled)
    }

    /// Whether the results are not wanted any more, or no device is left to give them: long work may be left out then, and whoever
    /// gets results asks before use.
    package var isCancelled: Bool { failure != nil || cancelled() }

    /// What went wrong on the device first, if anything did: what it gave since then is worth nothing.
    package var failure: OpenCLError? { queue?.failure }

    /// Forgets a failure where only memory was wanting, for something new, and lets go of the scratch memory, so that the same may be
    /// tried again with less.
    ///
    /// What was made since the failure holds nothing and has to be made anew.
    /// - Returns: whether it is forgotten; where anything else went wrong, the failure stays.
    package func forgetWantOfMemory() -> Bool {
        scratch = []
        return queue?.forgetWantOfMemory() ?? false
    }

    /// Waits until all that was called is done; on the processor it always is.
    package func finish() { queue?.finish() }

    /// Whether it is an OpenCL device: work is better handed over whole then than in chunks that fit into caches.
    package var isOpenCL: Bool { queue != nil }

    /// The bytes that what is kept from one call to another may take: 2 GB, or a quarter of a GPU's memory where that is more.
    package var spareMemory: Int { max(1 << 31, queue.map { $0.device.isGPU ? $0.device.memory / 4 : 0 } ?? 0) }

    /// What it calls itself.
    package var name: String { queue?.device.name ?? "the processor" }

    deinit { pool?.finish() }

    /// A vector of zeros that this device's kernels reach.
    package func vector(count: Int) -> Vector {
        guard let queue else { return Vector(count: count) }
        let vector = Vector(count: count, on: queue)
        vector.fill(0)
        return vector
    }

    /// A matrix of zeros that this device's kernels reach.
    package func matrix(rows: Int, columns: Int) -> Matrix { Matrix(vector(count: rows * columns), rows: rows, columns: columns) }

    /// A copy that this device's kernels reach.
    package func copy(of source: Vector) -> Vector {
        let vector = queue.map { Vector(count: source.count, on: $0) } ?? Vector(count: source.count)
        vector.assign(source)
        return vector
    }

    /// A matrix with the same elements that this device's kernels reach, to be read only: the view itself where they reach that.
    package func reachable(_ source: Matrix) -> Matrix {
        guard let queue else { return source.onProcessor }
        if (source.storage.memory as? DeviceMemory)?.queue === queue { return source }
        // Without gaps, so that what is copied is all that is kept.
        let view = source.onProcessor, original = Vector(count: view.rows * view.columns)
        for row in 0..<view.rows {
            let first = view.offset + row * view.stride
            original.replace(from: row * view.columns, with: view.storage, range: first..<first + view.columns)
        }
        let copy = Vector(count: original.count, on: queue, original: original)
        copy.assign(original)
        return Matrix(copy, rows: view.rows, columns: view.columns)
    }

    /// Calls `body` with ranges that together cover `0..<count`, at once on several threads, and with the number of
    /// the part, from 0 and below `threads`. A part may be called several times, one after the other.
    ///
    /// - Parameter grain: the least number of items that is worth a call.
    func split(_ count: Int, grain: Int = 1, _ body: @Sendable (_ part: Int, _ range: Range<Int>) -> Void) {
        require(queue == nil, "the processor's part of a kernel on an OpenCL device")
        let threads = processorThreads.count
        if threads == 1 || count < 2 * grain {
            if count > 0 { body(0, 0..<count) }
        } else {
            let pool = pool ?? WorkerPool(helpers: self.threads - 1)
            self.pool = pool
            pool.run(count, grain: max(1, grain), helpers: threads - 1, body)
        }
    }

    private var singles: [Device] = []

    /// One `Device` of a single thread for each part of a `split`, for the kernels that its body calls.
    func singleThreads() -> [Device] {
        while singles.count < threads { singles.append(Device()) }
        return singles
    }

    /// Calls `body` for each item below `count`, several at once: with the item, the number of the part that has it, below
    /// `threads`, and a `Device` of that part for the kernels it calls. On an OpenCL device one after the other, with itself.
    ///
    /// - Precondition: what `body` writes belongs to the item or to the part.
    package func forEach(_ count: Int, _ body: (_ item: Int, _ part: Int, _ device: Device) -> Void) {
        if queue != nil {
            for item in 0..<count { body(item, 0, self) }
            return
        }
        let singles = singleThreads()
        withoutActuallyEscaping(body) { body in
            let shared = SharedBody(body: body)
            split(count) { part, range in
                for item in range { shared.body(item, part, singles[part]) }
            }
        }
    }

    private struct SharedBody: @unchecked Sendable {
        let body: (_ item: Int, _ part: Int, _ device: Device) -> Void
    }

    /// Scratch memory number `slot` with at least `count` elements; its contents are whatever was left there.
    func scratch(_ slot: Int, count: Int) -> UnsafeMutablePointer<Float> { scratchVector(slot, count: count).start }

    /// Scratch memory number `slot` as a matrix; its contents are whatever was left there.
    func scratch(_ slot: Int, rows: Int, columns: Int) -> Matrix {
        Matrix(scratchVector(slot, count: rows * columns), rows: rows, columns: columns)
    }

    /// Scratch memory number `slot` as a vector of at least `count` elements.
    func scratchVector(_ slot: Int, count: Int) -> Vector {
        while scratch.count <= slot { scratch.append(nil) }
        if let vector = scratch[slot], vector.count >= count { return vector }
        let vector = vector(count: count)
        scratch[slot] = vector
        return vector
    }
}

/// A pointer that may cross to another thread; each thread then writes its own part of the output.
struct Shared<Pointee>: @unchecked Sendable {
    let pointer: UnsafeMutablePointer<Pointee>
    init(_ pointer: UnsafeMutablePointer<Pointee>) { self.pointer = pointer }
}
