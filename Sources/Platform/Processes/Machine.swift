#if canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#else
import Glibc
#endif

/// How many processors this process may use at once: of those the machine has, what its affinity and its control groups leave.
///
/// Cost: some small files are read, once.
package let processorCount: Int = {
    let online = max(1, Int(sysconf(Int32(_SC_NPROCESSORS_ONLN))))
    #if os(Linux)
    return processors(of: min(online, allowedProcessors() ?? online), limits: ControlGroups.current.processorLimits)
    #else
    return online
    #endif
}()

/// The bytes of memory that this process may use: the machine's, or what its control groups leave of it.
package let physicalMemory: Int = {
    let machine = Int(sysconf(Int32(_SC_PHYS_PAGES))) * Int(sysconf(Int32(_SC_PAGESIZE)))
    #if os(Linux)
    // What is no number, or one beyond all memories, limits nothing.
    return ControlGroups.current.memoryLimits.compactMap(Int.init).filter { $0 > 0 }.reduce(machine, min)
    #else
    return machine
    #endif
}()

/// The number of this process.
package var processID: Int { Int(getpid()) }
/// The number of the user whose process this is.
package var userID: Int { Int(getuid()) }

/// The number of processors that a process may keep busy: at least one.
///
/// - Parameter limits: as in `150000 100000`: microseconds of work in each so many of time. A part of a processor is worth a
///   thread; what is no two numbers above 0 limits nothing.
func processors(of allowed: Int, limits: [String]) -> Int {
    limits.reduce(allowed) { count, text in
        let words = text.split(whereSeparator: \.isWhitespace).compactMap { Double($0) }
        guard words.count == 2, words[0] > 0, words[1] > 0 else { return count }
        return min(count, Int(min(Double(count), words[0] / words[1]).rounded(.up)))
    }
}

#if os(Linux)
/// How many processors the scheduler may give to this process; `nil` where it does not say.
private func allowedProcessors() -> Int? {
    // Its declaration is for programs that ask for all that GNU has.
    typealias GetAffinity = @convention(c) (pid_t, Int, UnsafeMutableRawPointer?) -> Int32
    guard let symbol = dlsym(nil, "sched_getaffinity") else { return nil }
    let getAffinity = unsafeBitCast(symbol, to: GetAffinity.self)
    // Room for 65,536 processors: the system refuses a set that is too small.
    return withUnsafeTemporaryAllocation(byteCount: 8192, alignment: 8) { buffer in
        buffer.initializeMemory(as: UInt8.self, repeating: 0)
        guard getAffinity(0, buffer.count, buffer.baseAddress) == 0 else { return nil }
        let count = buffer.reduce(0) { $0 + $1.nonzeroBitCount }
        return count > 0 ? count : nil
    }
}
#endif
