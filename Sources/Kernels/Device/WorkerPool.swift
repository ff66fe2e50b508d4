import Dispatch
import Platform
import Synchronization

/// Threads that stay between a caller's jobs and help with each of them.
///
/// A step of training is hundreds of jobs of some ten to thousand microseconds; waking a thread for each takes a good part
/// of that, so the helpers look out for the next job for a moment before they sleep. They take shares of a job as long as
/// some are left, and the caller takes shares as well: it waits for the helpers that came, never for one that did not,
/// so a processor that is busy with something else delays nothing but its own last share.
final class WorkerPool: @unchecked Sendable {
    private struct Job {
        let count: Int
        let grain: Int
        let helpers: Int
        let body: @Sendable (_ part: Int, _ range: Range<Int>) -> Void
    }

    private final class Helper: Sendable {
        let isAsleep = Atomic(false)
        let alarm = DispatchSemaphore(value: 0)
    }

    /// How often a waiting thread looks before it sleeps: about 20 µs, which is longer than what a step does between its
    /// jobs, and short beside the milliseconds for which the system lends a processor.
    private static let looks = 20_000
    private static let none = 0, end = -1

    private let helpers: [Helper]
    /// Written by the caller while no job is open and no helper active.
    private var job: Job?
    private var lastNumber = 0
    /// The number of the job that may be entered.
    private let open = Atomic(WorkerPool.none)
    /// The first item of the job that nobody has taken.
    private let next = Atomic(0)
    /// How many helpers are in a job, or are looking whether it is still open.
    private let active = Atomic(0)
    private let callerIsAsleep = Atomic(false)
    private let callerAlarm = DispatchSemaphore(value: 0)

    /// - Parameter helpers: the number of threads beside the caller. Where the system refuses some, there are fewer.
    init(helpers count: Int) {
        helpers = (0..<count).map { _ in Helper() }
        // A job waits for the helpers that came, never for one that did not.
        do { for part in 1...max(1, count) where part <= count { try startThread { self.help(part) } } } catch {}
    }

    /// Ends the threads; the pool must not be used any more.
    func finish() {
        open.store(Self.end, ordering: .sequentiallyConsistent)
        wakeHelpers(helpers.count)
    }

    /// Calls `body` with ranges that together cover `0..<count`; returns when all calls have.
    ///
    /// The part is 0 in the caller and the helper's number elsewhere.
    /// - Parameter helpers: how many of the helpers may come.
    func run(_ count: Int, grain: Int, helpers: Int, _ body: @Sendable (_ part: Int, _ range: Range<Int>) -> Void) {
        withoutActuallyEscaping(body) { body in
            job = Job(count: count, grain: grain, helpers: helpers, body: body)
            next.store(0, ordering: .relaxed)
            lastNumber += 1
            open.store(lastNumber, ordering: .sequentiallyConsistent)
            wakeHelpers(helpers)
            takeShares(0)
            open.store(Self.none, ordering: .sequentiallyConsistent)
            waitForHelpers()
            job = nil
        }
    }

    private func wakeHelpers(_ count: Int) {
        for helper in helpers.prefix(count) where helper.isAsleep.exchange(false, ordering: .sequentiallyConsistent) {
            helper.alarm.signal()
        }
    }

    /// Shares shrink as the rest does, so that all threads end at about the same time.
    @inline(never)
    private func takeShares(_ part: Int) {
        // One that is awake from an earlier job may not be wanted in this one.
        guard let job, part <= job.helpers else { return }
        var start = next.load(ordering: .relaxed)
        while start < job.count {
            let share = max(job.grain, (job.count - start) / (2 * (job.helpers + 1)))
            let end = min(start + share, job.count)
            let (taken, now) = next.compareExchange(expected: start, desired: end, ordering: .relaxed)
            if taken { job.body(part, start..<end) }
            start = taken ? next.load(ordering: .relaxed) : now
        }
    }

    private func waitForHelpers() {
        for _ in 0..<Self.looks where active.load(ordering: .sequentiallyConsistent) == 0 { return }
        while true {
            callerIsAsleep.store(true, ordering: .sequentiallyConsistent)
            // Whoever turns the flag off owes, or spares, one signal.
            if active.load(ordering: .sequentiallyConsistent) == 0,
                callerIsAsleep.exchange(false, ordering: .sequentiallyConsistent)
            {
                return
            }
            callerAlarm.wait()
            if active.load(ordering: .sequentiallyConsistent) == 0 { return }
        }
    }

    /// A helper's life.
    private func help(_ part: Int) {
        let helper = helpers[part - 1]
        var seen = Self.none
        while true {
            let number = nextJob(after: seen, helper)
            if number == Self.end { return }
            seen = number
            active.add(1, ordering: .sequentiallyConsistent)
            if open.load(ordering: .sequentiallyConsistent) == number { takeShares(part) }
            if active.subtract(1, ordering: .sequentiallyConsistent).newValue == 0,
                callerIsAsleep.exchange(false, ordering: .sequentiallyConsistent)
            {
                callerAlarm.signal()
            }
        }
    }

    private func nextJob(after seen: Int, _ helper: Helper) -> Int {
        while true {
            for _ in 0..<Self.looks {
                let number = open.load(ordering: .sequentiallyConsistent)
                if number != Self.none && number != seen { return number }
            }
            helper.isAsleep.store(true, ordering: .sequentiallyConsistent)
            let number = open.load(ordering: .sequentiallyConsistent)
            if number != Self.none, number != seen,
                helper.isAsleep.exchange(false, ordering: .sequentiallyConsistent)
            {
                return number
            }
            helper.alarm.wait()
        }
    }
}
