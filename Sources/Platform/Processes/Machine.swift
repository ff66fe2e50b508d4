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
    return processors(of: online, status: systemText("/proc/self/status"), limits: processorLimits())
    #else
    return online
    #endif
}()

/// The machine's memory in bytes.
package var physicalMemory: Int {
    Int(sysconf(Int32(_SC_PHYS_PAGES))) * Int(sysconf(Int32(_SC_PAGESIZE)))
}

/// The number of this process.
package var processID: Int { Int(getpid()) }
/// The number of the user whose process this is.
package var userID: Int { Int(getuid()) }

/// The number of processors that a process may keep busy: at least one.
///
/// - Parameter status: the text of `/proc/self/status`, whose `Cpus_allowed_list` is as in `0-3,8`.
/// - Parameter limits: texts of `cpu.max`, as in `150000 100000`: microseconds of work in each so many of time. A part of a
///   processor is worth a thread.
func processors(of online: Int, status: String, limits: [String]) -> Int {
    let list = status.split(separator: "\n").first { $0.hasPrefix("Cpus_allowed_list:") }?.split(whereSeparator: \.isWhitespace)
        .last
    let allowed = (list ?? "").split(separator: ",").reduce(0) { count, range in
        let ends = range.split(separator: "-").compactMap { Int($0) }
        return count + (ends.isEmpty ? 0 : max(0, ends[ends.count - 1] - ends[0]) + 1)
    }
    return limits.reduce(allowed == 0 ? online : min(online, allowed)) { count, text in
        let words = text.split(whereSeparator: \.isWhitespace).compactMap { Double($0) }
        guard words.count == 2, words[0] > 0, words[1] > 0 else { return count }
        return min(count, Int(min(Double(count), words[0] / words[1]).rounded(.up)))
    }
}

#if os(Linux)
/// The texts of `cpu.max` of this process's control group (version 2) and of those above it, as far as they show.
private func processorLimits() -> [String] {
    let group = systemText("/proc/self/cgroup").split(separator: "\n").first { $0.hasPrefix("0::/") }?.dropFirst(4) ?? ""
    var limits = [systemText("/sys/fs/cgroup/cpu.max")], folder = "/sys/fs/cgroup"
    for name in group.split(separator: "/") {
        folder += "/" + name
        limits.append(systemText(folder + "/cpu.max"))
    }
    return limits
}

/// What the system says in one of its own files; nothing where it says nothing, which limits nothing.
private func systemText(_ path: String) -> String {
    do { return String(decoding: try FileSystem().readUnsized(path) ?? [], as: UTF8.self) } catch { return "" }
}
#endif
