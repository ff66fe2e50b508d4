import Platform
import Synchronization

/// A wish to stop, which stages poll between steps.
package final class Cancellation: Sendable {
    private let flag = Atomic<Bool>(false)
    private let listeners = Mutex<[Wakeup]>([])

    /// Not cancelled.
    package init() {}

    /// Whether stopping has been asked for.
    package var isCancelled: Bool { flag.load(ordering: .relaxed) }

    /// Asks to stop; not for use in a signal's handler, which may only ring a bell.
    package func cancel() {
        flag.store(true, ordering: .relaxed)
        for listener in listeners.withLock({ $0 }) { listener.ring() }
    }

    func wakes(_ bell: Wakeup) { listeners.withLock { $0.append(bell) } }
}

/// Thrown by a stage that has stopped because it was asked to; its checkpoints stay.
package struct Cancelled: Error, Hashable, CustomStringConvertible {
    /// A stage that stopped because it was asked to.
    package init() {}
    /// What happened, and how the stage goes on.
    package var description: String { "stopped on request; it goes on from its last checkpoint at the next run" }
}
