// Prints the digest of each workload, after comparing it on 1, 2, 4 and 8 threads, as often as the first argument says.
import Kernels

let rounds = CommandLine.arguments.dropFirst().first.flatMap { Int($0) } ?? 1
for workload in Workload.all {
    let digest = try workload.digest(Device())
    for _ in 0..<rounds {
        for threads in [1, 2, 4, 8] {
            let other = try workload.digest(Device(threads: threads))
            if other != digest { throw BitsError.threads(workload.name, threads, other, expected: digest) }
        }
    }
    print("\(workload.name)\t\(digest)")
}
