import Platform
import Synchronization

#if canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#else
import Glibc
#endif

/// Signals by which a user or the system ends a process, and what becomes of a run then.
package enum Interrupts {
    private static let count = Atomic<Int>(0)
    private static let bell = Atomic<Int32>(-1)
    /// The first signal that came.
    private static let first = Atomic<Int32>(0)

    /// Makes sure that no limit of this process ends it without a sentence; to be called first.
    ///
    /// A file that grows beyond `ulimit -f` is then an error of writing, as a full disk is. Of the processor time that `ulimit -t`
    /// allows, the end is kept for ending; a sentence is all that there is time for as long as no run listens.
    package static func begin() {
        signal(SIGXFSZ, SIG_IGN)
        var limit = rlimit()
        if getrlimit(cpuLimit, &limit) == 0, limit.rlim_max != rlim_t.max, limit.rlim_max > 1,
            limit.rlim_cur == limit.rlim_max
        {
            limit.rlim_cur -= max(1, min(60, limit.rlim_max / 4))
            setrlimit(cpuLimit, &limit)
        }
        handle(
            [SIGXCPU],
            by: { _ in
                let words: StaticString = "samedge: the processor time that `ulimit -t` allows is used up; raise it\n"
                _ = write(2, words.utf8Start, words.utf8CodeUnitCount)
                _exit(130)
            })
    }

    #if canImport(Glibc)
    private static let cpuLimit = __rlimit_resource_t(RLIMIT_CPU.rawValue)
    #else
    private static let cpuLimit = RLIMIT_CPU
    #endif

    /// Begins to listen on behalf of a run, until the process ends: to Ctrl-C and its like, of which the first asks to stop after
    /// the step under way and the second stops at once, with exit code 130; and to the terminal's end and that of the processor
    /// time allowed, which ask only.
    package static func cancel(_ cancellation: Cancellation) throws {
        let wakeup = try Wakeup()
        bell.store(wakeup.bell, ordering: .relaxed)
        // A process that was started to outlive its terminal does.
        handle([SIGINT, SIGTERM, SIGXCPU] + (isIgnored(SIGHUP) ? [] : [SIGHUP]), by: handler)
        signal(SIGPIPE, SIG_IGN)
        // A handler may do next to nothing; this thread turns its ring into a call.
        try startThread {
            while first.load(ordering: .relaxed) == 0 { wakeup.wait(seconds: nil) }
            if let reason = reason(first.load(ordering: .relaxed)) { Console.error.write("samedge: \(reason)\n") }
            cancellation.cancel()
        }
    }

    /// Why a run ends that its user has not asked to.
    private static func reason(_ signal: Int32) -> String? {
        switch signal {
        case SIGHUP: "the terminal is gone; the next run goes on from here (under `nohup` one outlives its terminal)"
        case SIGXCPU: "the processor time that `ulimit -t` allows is used up; raise it, and the next run goes on from here"
        default: nil
        }
    }

    private static let handler: @convention(c) (Int32) -> Void = { number in
        if number == SIGINT || number == SIGTERM, count.add(1, ordering: .relaxed).newValue > 1 { _exit(130) }
        _ = first.compareExchange(expected: 0, desired: number, ordering: .relaxed)
        var byte: UInt8 = 1
        let kept = errno
        _ = write(bell.load(ordering: .relaxed), &byte, 1)
        errno = kept
    }

    private static func handle(_ signals: [Int32], by handler: @escaping @convention(c) (Int32) -> Void) {
        var action = sigaction()
        #if canImport(Darwin)
        action.__sigaction_u.__sa_handler = handler
        #else
        action.__sigaction_handler.sa_handler = handler
        #endif
        // A parent's thread that blocks signals hands its mask down; whoever sends one of these means it.
        var wanted = sigset_t()
        sigemptyset(&wanted)
        for signal in signals {
            sigaction(signal, &action, nil)
            sigaddset(&wanted, signal)
        }
        pthread_sigmask(SIG_UNBLOCK, &wanted, nil)
    }

    private static func isIgnored(_ signal: Int32) -> Bool {
        var action = sigaction()
        sigaction(signal, nil, &action)
        #if canImport(Darwin)
        return unsafeBitCast(action.__sigaction_u.__sa_handler, to: Int.self) == unsafeBitCast(SIG_IGN, to: Int.self)
        #else
        return unsafeBitCast(action.__sigaction_handler.sa_handler, to: Int.self) == unsafeBitCast(SIG_IGN, to: Int.self)
        #endif
    }
}
