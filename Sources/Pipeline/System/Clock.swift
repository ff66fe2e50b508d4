#if canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#else
import Glibc
#endif

/// The clocks that the pipeline reads; none of them reaches an output.
package enum Clock {
    /// Seconds of a clock that never goes back; for durations.
    package static var seconds: Double { Double(read(CLOCK_MONOTONIC)) * 1e-9 }

    /// The time of day in nanoseconds since 1970; for comparing with files' times of change.
    static var timeOfDay: Int64 { read(CLOCK_REALTIME) }

    /// Lets the calling thread rest.
    static func pause(seconds: Double) { usleep(UInt32(max(0, min(1, seconds)) * 1e6)) }

    private static func read(_ clock: clockid_t) -> Int64 {
        var time = timespec()
        clock_gettime(clock, &time)
        return nanoseconds(time)
    }
}
