import Kernels

/// Orders that a random generator decides.
enum RandomOrder {
    /// A permutation of `0..<count`: the indices sorted by the random words that belong to them in `stream`.
    ///
    /// Cost: a block of the generator for each index and a sort.
    static func permutation(of count: Int, generator: Philox, stream: UInt64) -> [Int] {
        var keys = (0..<count).map { index in
            (key: generator.integer(below: .max, UInt64(index), stream: stream), index: index)
        }
        keys.sort { ($0.key, $0.index) < ($1.key, $1.index) }
        return keys.map(\.index)
    }
}
