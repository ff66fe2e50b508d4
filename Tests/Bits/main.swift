// Prints the digest of each workload, after comparing it on 1, 2 and 4 threads.
import Kernels

for workload in Workload.all {
    let digest = try workload.digest(Workers())
    for threads in [2, 4] {
        let other = try workload.digest(Workers(threads: threads))
        if other != digest { throw BitsError.threads(workload.name, threads, other, expected: digest) }
    }
    print("\(workload.name)\t\(digest)")
}
