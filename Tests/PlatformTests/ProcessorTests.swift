import Testing

@testable import Platform

@Suite struct ProcessorTests {
    @Test(arguments: [
        ("", 8), ("max 100000\n", 8), ("200000 100000\n", 2), ("150000 100000\n", 2), ("5000 100000\n", 1),
        ("9900000 100000\n", 8), ("-1 100000", 8),
        ("1 0", 8), ("1e300 1e-300", 8),
    ]) func aLimitOfTheControlGroupIsKept(limit: String, count: Int) {
        #expect(processors(of: 8, limits: [limit]) == count)
    }

    @Test func theNarrowestLimitCounts() {
        #expect(processors(of: 8, limits: ["max 100000", "300000 100000", "400000 100000"]) == 3)
    }

    @Test func thisProcessorMissesNothingThatTheSystemNamesOfIt() throws {
        let flags = try FileSystem().readUnsized("/proc/cpuinfo").map { String(decoding: $0, as: UTF8.self) } ?? ""
        let named = ["avx", "avx2", "fma", "bmi2", "movbe", "avx512f", "avx512vl"].filter { flags.contains(" \($0) ") }
        #expect(Instructions.missing(named) == [])
        #expect(Instructions.missing(["no such set"]) == [])
    }

    @Test func thereIsAProcessorAndSomeMemory() { #expect(processorCount >= 1 && physicalMemory > 1 << 20) }

    private static let newMounts = "29 23 0:26 / /sys/fs/cgroup rw,nosuid shared:4 - cgroup2 cgroup2 rw,nsdelegate\n"
    private static let oldMounts = """
        25 23 0:22 / /proc rw - proc proc rw
        30 25 0:27 / /sys/fs/cgroup/cpu,cpuacct rw,nosuid shared:9 - cgroup cgroup rw,cpu,cpuacct
        31 25 0:28 / /sys/fs/cgroup/memory rw,nosuid shared:10 - cgroup cgroup rw,memory
        """

    @Test func limitsOfTheSecondVersionAreReadFromTheGroupAndThoseAboveIt() {
        let files = [
            "/sys/fs/cgroup/a/cpu.max": "100000 100000\n", "/sys/fs/cgroup/a/b/cpu.max": "max 100000\n",
            "/sys/fs/cgroup/a/b/memory.max": "268435456\n", "/sys/fs/cgroup/a/memory.max": "max\n",
        ]
        let groups = ControlGroups(groups: "0::/a/b\n", mounts: Self.newMounts) { files[$0] }
        #expect(processors(of: 4, limits: groups.processorLimits) == 1)
        #expect(Set(groups.memoryLimits) == ["max", "268435456"])
    }

    @Test func limitsOfTheFirstVersionAreReadFromTheirOwnHierarchies() {
        let files = [
            "/sys/fs/cgroup/cpu,cpuacct/job/cpu.cfs_quota_us": "150000\n",
            "/sys/fs/cgroup/cpu,cpuacct/job/cpu.cfs_period_us": "100000\n",
            "/sys/fs/cgroup/cpu,cpuacct/cpu.cfs_quota_us": "-1\n", "/sys/fs/cgroup/cpu,cpuacct/cpu.cfs_period_us": "100000\n",
            "/sys/fs/cgroup/memory/memory.limit_in_bytes": "9223372036854771712\n",
            "/sys/fs/cgroup/memory/job/memory.limit_in_bytes": "1000000000\n",
        ]
        let groups = ControlGroups(groups: "4:memory:/job\n3:cpu,cpuacct:/job\n1:name=systemd:/x\n", mounts: Self.oldMounts) {
            files[$0]
        }
        #expect(processors(of: 4, limits: groups.processorLimits) == 2)
        #expect(groups.memoryLimits == ["9223372036854771712", "1000000000"])
    }

    @Test func aContainersMountShowsItsOwnGroup() {
        let mounts = "30 25 0:27 /docker/12ab /sys/fs/cgroup/cpu ro - cgroup cgroup rw,cpu,cpuacct\n"
        let files = ["/sys/fs/cgroup/cpu/cpu.cfs_quota_us": "100000", "/sys/fs/cgroup/cpu/cpu.cfs_period_us": "100000"]
        let groups = ControlGroups(groups: "3:cpu,cpuacct:/docker/12ab\n", mounts: mounts) { files[$0] }
        #expect(processors(of: 4, limits: groups.processorLimits) == 1)
    }

    @Test func whereNothingIsSaidNothingIsLimited() {
        let groups = ControlGroups(groups: "", mounts: "garbage\n- - -\n") { _ in nil }
        #expect(groups.processorLimits.isEmpty && groups.memoryLimits.isEmpty)
    }
}
