import TestSupport
import Testing

/// However many stages run at once, on however many threads.
@Suite struct ParallelTests {
    @Test(arguments: SmallRun.all.filter { $0.description.hasSuffix("SAM") })
    func anyNumberOfJobsAndThreadsGivesTheSameBytes(_ run: SmallRun) throws {
        let expected = try run.undisturbed()
        // Many threads on few processors are slow where layers are small; the bits of all networks on them are in Tests/Bits too.
        let rounds = Torture.count(1, full: run.description.hasPrefix("MLP") ? 20 : 4)
        for round in 0..<rounds {
            for threads in [1, 2, 4, 8] {
                // Every pair of the two in turn.
                let jobs = [1, 2, 4, 8][(round + threads) % 4]
                let program = try Program()
                #expect(try program.run(run.call + ["--jobs", "\(jobs)", "--threads", "\(threads)"]).code == 0)
                #expect(try program.files(below: "result") == expected, "\(jobs) jobs, \(threads) threads")
            }
        }
        try Torture.reached("1, 2, 4, 8 threads and jobs, \(run)", rounds * 4, "all \(expected.count) files bit-identical")
    }
}
