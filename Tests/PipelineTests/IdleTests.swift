import Foundation
import Platform
import Synchronization
import TestSupport
import Testing
import torture

@testable import Pipeline

@Suite("Nothing to do")
struct IdleTests {
    @Test("a plan with nothing to do opens one file, the index, and takes milliseconds", arguments: [(100, 20.0), (1000, 50.0)])
    func plan(_ count: Int, _ limit: Double) throws {
        let folder = try TemporaryFolder.inMemory()
        let graph = ToyGraph(folder.path, count: count)
        #expect(try graph.pipeline().run(options: RunOptions(jobs: 2)).isComplete)
        #expect(try graph.pipeline().plan().reused.count == count)
        // A little later, what is read again for the clock's tick is known for good.
        var later = FileSystem()
        later.clockShift = 1_000_000_000
        #expect(try graph.pipeline(files: later).plan().reused.count == count)
        let opened = Mutex<[String]>([])
        let files = FileSystem { operation, path in
            if operation == .open || operation == .create { opened.withLock { $0.append(path) } }
            return nil
        }
        #expect(try graph.pipeline(files: files).plan().reused.count == count)
        let paths = opened.withLock { $0 }
        #expect(paths == [folder.path + "/store/index"])
        guard Torture.isFull else { return }
        for verb in ["plan", "run"] {
            var times: [Double] = []
            for _ in 0..<21 {
                let start = Clock.seconds
                #expect(try Helper(verb, folder, count: count).wait() == 0)
                times.append(Clock.seconds - start)
            }
            times.sort()
            try Torture.reached(
                "nothing to \(verb), \(count) stages, limit \(Int(limit)) ms", times.count,
                "\(shortest(times[10])) ms in the middle, \(shortest(times[0])) ms at best")
            // The fastest: what other work on the machine does to the rest is not this program's.
            #expect(times[0] * 1000 <= limit, "\(verb) of \(count) stages")
        }
    }

    private func shortest(_ seconds: Double) -> String { "\((seconds * 10_000).rounded() / 10)" }
}
