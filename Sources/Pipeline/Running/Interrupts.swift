import Platform
import Synchronization

#if canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#else
import Glibc
#endif

/// Ctrl-C and its like: the first asks to stop after the step under way, the second stops at once with exit code 130.
package enum Interrupts {
    private static let count = Atomic<Int>(0)
    private static let bell = Atomic<Int32>(-1)

    /// Begins to listen for `SIGINT` and `SIGTERM` on behalf of a run, until the process ends.
    package static func cancel(_ cancellation: Cancellation) throws {
        let wakeup = try Wakeup()
        bell.store(wakeup.bell, ordering: .relaxed)
        var action = sigaction()
        #if canImport(Darwin)
        action.__sigaction_u.__sa_handler = handler
        #else
        action.__sigaction_handler.sa_handler = handler
        #endif
        sigaction(SIGINT, &action, nil)
        sigaction(SIGTERM, &action, nil)
        signal(SIGPIPE, SIG_IGN)
        // A parent's thread that blocks signals hands its mask down; whoever sends one of these means it.
        var wanted = sigset_t()
        sigemptyset(&wanted)
        sigaddset(&wanted, SIGINT)
        sigaddset(&wanted, SIGTERM)
        pthread_sigmask(SIG_UNBLOCK, &wanted, nil)
        // A handler may do next to nothing; this thread turns its ring into a call.
        try startThread {
            while count.load(ordering: .relaxed) == 0 { wakeup.wait(seconds: nil) }
            cancellation.cancel()
        }
    }

    private static let handler: @convention(c) (Int32) -> Void = { _ in
        if count.add(1, ordering: .relaxed).newValue > 1 { _exit(130) }
        var byte: UInt8 = 1
        let kept = errno
        _ = write(bell.load(ordering: .relaxed), &byte, 1)
        errno = kept
    }
}
