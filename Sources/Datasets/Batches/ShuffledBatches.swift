import Kernels

/// Batches from a set of examples that is shuffled anew for each epoch, every one computable from its step alone.
///
/// An epoch is a permutation of all examples, cut into whole batches. What is left over at its end is dropped, so that every
/// batch has the same size: the loss and the Hessian at each step are means over equally many examples, and each epoch leaves
/// out others. Cost of a batch: a random number for each example of the set and a sort.
package struct ShuffledBatches: Hashable, Sendable {
    /// The number of examples in the set.
    package let count: Int
    /// The number of examples in a batch.
    package let size: Int
    /// What decides the order.
    package let seed: UInt64

    /// Batches of `size` from `count` examples.
    ///
    /// - Throws: `DatasetError` where a batch would be empty or larger than the set.
    package init(of size: Int, from count: Int, seed: UInt64) throws(DatasetError) {
        guard size >= 1, size <= count else { throw DatasetError(.batch(size: size, among: count), in: "the batches") }
        (self.count, self.size, self.seed) = (count, size, seed)
    }

    /// The number of whole batches in an epoch.
    package var batchesPerEpoch: Int { count / size }

    /// The examples of the batch that belongs to `step`, counted from 0.
    package func batch(at step: Int) -> ArraySlice<Int> {
        precondition(step >= 0, "step \(step)")
        let (epoch, place) = step.quotientAndRemainder(dividingBy: batchesPerEpoch)
        let stream = RandomStream(.batches, index: epoch, seed: seed)
        let order = RandomOrder.permutation(of: count) { stream.integer(below: .max, $0) }
        return order[place * size..<(place + 1) * size]
    }
}
