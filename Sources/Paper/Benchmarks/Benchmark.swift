import Kernels
import Pipeline
import Platform

/// Something whose time is measured, again and again, with what it needs made ready before.
package struct Benchmark: Sendable {
    /// A path whose first part names the suite: `product/1000x1000x1000`, `mlp-200/sam-step`.
    package let name: String
    /// The floating-point operations of a call, as the mathematics needs them; 0 where the time alone says something.
    package let operations: Double
    /// Makes ready, on so many threads, and returns the call that is timed.
    let prepare: @Sendable (_ device: Device) throws -> () throws -> Void

    init(_ name: String, operations: Double = 0, prepare: @escaping @Sendable (_ device: Device) throws -> () throws -> Void) {
        (self.name, self.operations, self.prepare) = (name, operations, prepare)
    }

    /// Whether a call takes many seconds: such benchmarks run only when they are named.
    package var isLong: Bool { name.hasPrefix("mlp-1000-60000/") }

    /// Whether `word` names it or its suite.
    package func matches(_ word: String) -> Bool { name == word || name.hasPrefix(word + "/") }

    /// How long the calls took.
    package struct Timing: Sendable {
        /// Seconds of a call in each round, sorted.
        package let seconds: [Double]

        /// The median over the rounds, in seconds a call; of an even number of rounds the slower of the two in the middle.
        package var median: Double { seconds[seconds.count / 2] }
        /// The fastest round, in seconds a call.
        package var least: Double { seconds[0] }
        /// The distance between the quartiles, relative to the median.
        package var spread: Double { (seconds[seconds.count * 3 / 4] - seconds[seconds.count / 4]) / median }
    }

    /// A round lasts at least so long: short calls are repeated, and their mean counts.
    private static let secondsPerRound = 0.002
    /// Calls warm up for so long, at least one: the system takes a while to give each new thread a processor of its own.
    private static let secondsOfWarmingUp = 0.1

    /// Times `rounds` rounds after calls that warm up.
    ///
    /// - Parameter isCancelled: asked between calls.
    /// - Throws: what making ready or a call throws; `Cancelled`.
    package func measure(threads: Int, rounds: Int, isCancelled: () -> Bool = { false }) throws -> Timing {
        let call = try prepare(Device(threads: threads))
        let beginning = Clock.seconds
        var last = 0.0
        repeat {
            let start = Clock.seconds
            try call()
            last = Clock.seconds - start
        } while Clock.seconds - beginning < Self.secondsOfWarmingUp
        let calls = max(1, Int(Self.secondsPerRound / max(1e-7, last)))
        var seconds: [Double] = []
        for _ in 0..<rounds {
            if isCancelled() { throw Cancelled() }
            let start = Clock.seconds
            for _ in 0..<calls { try call() }
            seconds.append((Clock.seconds - start) / Double(calls))
        }
        return Timing(seconds: seconds.sorted())
    }

    /// All benchmarks, suite by suite.
    package static var all: [Benchmark] {
        products + convolutions + attention + layers + networks + growth + plans + figures
    }

    /// The most operations per second that `threads` threads can do now: the best of five.
    package static func peak(threads: Int) -> Double {
        let device = Device(threads: threads)
        var best = 0.0
        for _ in 0..<5 {
            let start = Clock.seconds
            _ = MachineLimits.multiplyAdd(device: device)
            best = max(best, MachineLimits.operations(threads: threads) / (Clock.seconds - start))
        }
        return best
    }

    /// The bytes per second that `threads` threads copy from memory to memory, reads and writes together: the best of five.
    package static func copyRate(threads: Int) -> Double {
        let device = Device(threads: threads)
        // 128 MiB each: beyond every cache.
        let source = Vector(count: 1 << 25), target = Vector(count: 1 << 25)
        var best = 0.0
        for _ in 0..<5 {
            let start = Clock.seconds
            MachineLimits.copy(source, to: target, device: device)
            best = max(best, Double(8 * source.count) / (Clock.seconds - start))
        }
        return best
    }

    /// A matrix of normally distributed numbers.
    static func random(rows: Int, columns: Int, stream: UInt64 = 0) -> Matrix {
        let vector = Vector(count: rows * columns)
        Normal.fill(vector, generator: Philox(seed: 1), stream: stream)
        return Matrix(vector, rows: rows, columns: columns)
    }
}
