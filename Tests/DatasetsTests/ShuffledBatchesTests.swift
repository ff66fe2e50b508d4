import Testing

@testable import Datasets

@Suite("Shuffled batches")
struct ShuffledBatchesTests {
    @Test(
        "Each epoch takes every example at most once and leaves out fewer than a batch",
        arguments: [(12, 4), (13, 4), (5, 5), (7, 1)])
    func epochs(count: Int, size: Int) throws {
        let batches = try ShuffledBatches(of: size, from: count, seed: 1)
        #expect(batches.batchesPerEpoch == count / size)
        for epoch in 0..<20 {
            let taken = (0..<batches.batchesPerEpoch).flatMap { step -> ArraySlice<Int> in
                let batch = batches.batch(at: epoch * batches.batchesPerEpoch + step)
                #expect(batch.count == size)
                return batch
            }
            #expect(Set(taken).count == taken.count && Set(taken).isSubset(of: Set(0..<count)))
        }
    }

    @Test("Epochs and seeds differ; the same seed and step give the same batch")
    func seeds() throws {
        let batches = try ShuffledBatches(of: 100, from: 100, seed: 1), others = try ShuffledBatches(of: 100, from: 100, seed: 2)
        #expect(batches.batch(at: 0) == (try ShuffledBatches(of: 100, from: 100, seed: 1).batch(at: 0)))
        #expect(batches.batch(at: 0) != batches.batch(at: 1))
        #expect(batches.batch(at: 0) != others.batch(at: 0))
    }

    @Test("The batches are what they always were")
    func pinned() throws {
        let batches = try ShuffledBatches(of: 5, from: 13, seed: 7)
        #expect(
            (0..<4).map { Array(batches.batch(at: $0)) } == [
                [2, 6, 7, 9, 3], [5, 11, 8, 4, 10], [7, 10, 0, 3, 1], [9, 11, 4, 6, 5],
            ])
    }

    @Test("Every example comes first about equally often")
    func uniformity() throws {
        let batches = try ShuffledBatches(of: 8, from: 8, seed: 3)
        var counts = [Int](repeating: 0, count: 8)
        for step in 0..<8000 { counts[batches.batch(at: step).first!] += 1 }
        // χ² with 7 degrees of freedom exceeds 24.3 once in a thousand seeds; this seed is fixed.
        let statistic = counts.reduce(0.0) { $0 + (Double($1) - 1000) * (Double($1) - 1000) / 1000 }
        #expect(statistic < 24.3, "\(counts)")
    }

    @Test("Empty batches, and batches larger than the set, are refused", arguments: [0, -1, 11])
    func sizes(size: Int) {
        #expect(throws: DatasetError(.batch(size: size, among: 10), in: "the batches")) {
            try ShuffledBatches(of: size, from: 10, seed: 0)
        }
    }
}
