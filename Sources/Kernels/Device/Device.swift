/// Where arrays live and kernels run: here the processor, with so many threads and the scratch memory that calls share.
///
/// Every kernel takes one, and everything above Kernels gets its arrays from one. The number of threads never changes a result: work is split by output elements, and the order in which each one's
/// terms are added depends on its shape alone. One serves one caller at a time.
package final class Device: @unchecked Sendable {
    /// The number of threads, at least 1.
    package let threads: Int

    private var scratch: [Vector?] = []
    /// The threads beside the caller's, started by the first job that is worth them.
    private var pool: WorkerPool?

    private let cancelled: @Sendable () -> Bool

    /// Work on so many threads, the caller's among them; the others start with the first job that is worth them.
    ///
    /// Ends the process where `threads` is below 1.
    /// - Parameter isCancelled: whether the results are not wanted any more; once true, it stays so.
    package init(threads: Int = 1, isCancelled: @escaping @Sendable () -> Bool = { false }) {
        require(threads >= 1, "\(threads) threads")
        (self.threads, cancelled) = (threads, isCancelled)
    }

    /// Whether the results are not wanted any more: long work may be left out then, and whoever gets results asks before use.
    package var isCancelled: Bool { cancelled() }

    deinit { pool?.finish() }

    /// A vector of zeros that this device's kernels reach.
    package func vector(count: Int) -> Vector { Vector(count: count) }

    /// A matrix of zeros that this device's kernels reach.
    package func matrix(rows: Int, columns: Int) -> Matrix { Matrix(rows: rows, columns: columns) }

    /// Calls `body` with ranges that together cover `0..<count`, at once on several threads, and with the number of
    /// the part, from 0 and below `threads`. A part may be called several times, one after the other.
    ///
    /// - Parameter grain: the least number of items that is worth a call.
    func split(_ count: Int, grain: Int = 1, _ body: @Sendable (_ part: Int, _ range: Range<Int>) -> Void) {
        if threads == 1 || count < 2 * grain {
            if count > 0 { body(0, 0..<count) }
        } else {
            let pool = pool ?? WorkerPool(helpers: threads - 1)
            self.pool = pool
            pool.run(count, grain: max(1, grain), body)
        }
    }

    private var singles: [Device] = []

    /// One `Device` of a single thread for each part of a `split`, for the kernels that its body calls.
    func singleThreads() -> [Device] {
        while singles.count < threads { singles.append(Device()) }
        return singles
    }

    /// Calls `body` for each item below `count`, several at once: with the item, the number of the part that has it, below
    /// `threads`, and a `Device` of that part for the kernels it calls.
    ///
    /// - Precondition: what `body` writes belongs to the item or to the part.
    package func forEach(_ count: Int, _ body: (_ item: Int, _ part: Int, _ device: Device) -> Void) {
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

    private func scratchVector(_ slot: Int, count: Int) -> Vector {
        while scratch.count <= slot { scratch.append(nil) }
        if let vector = scratch[slot], vector.count >= count { return vector }
        let vector = Vector(count: count)
        scratch[slot] = vector
        return vector
    }
}

/// A pointer that may cross to another thread; each thread then writes its own part of the output.
struct Shared<Pointee>: @unchecked Sendable {
    let pointer: UnsafeMutablePointer<Pointee>
    init(_ pointer: UnsafeMutablePointer<Pointee>) { self.pointer = pointer }
}
