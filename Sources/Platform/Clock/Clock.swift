#if canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#else
import Glibc
#endif

/// The clocks; none of them reaches an output.
package enum Clock {
    /// Seconds of a clock that never goes back; for durations.
    package static var seconds: Double { Double(read(CLOCK_MONOTONIC)) * 1e-9 }

    /// The time of day in nanoseconds since 1970; for comparing with files' times of change.
    package static var timeOfDay: Int64 { read(CLOCK_REALTIME) }

    /// Lets the calling thread rest.
    package static func pause(seconds: Double) { usleep(UInt32(max(0, min(1, seconds)) * 1e6)) }

    private static func read(_ clock: clockid_t) -> Int64 {
        var time = timespec()
        clock_gettime(clock, &time)
        return nanoseconds(time)
    }
}

/// A time in nanoseconds; times beyond the range of 64 bits (the year 2262) stay there.
func nanoseconds(_ time: timespec) -> Int64 {
    let (product, overflow) = Int64(time.tv_sec).multipliedReportingOverflow(by: 1_000_000_000)
    if overflow { return time.tv_sec < 0 ? .min : .max }
    let (sum, carry) = product.addingReportingOverflow(Int64(time.tv_nsec))
    return carry ? .max : sum
}
