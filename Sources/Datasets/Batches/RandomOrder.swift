import Kernels

/// Orders that a random generator decides.
enum RandomOrder {
    /// A permutation of `0..<count`: the indices sorted by the random words that belong to them.
    ///
    /// Cost: a block of the generator for each index and a sort.
    static func permutation(of count: Int, by word: (_ index: UInt64) -> Int) -> [Int] {
        var keys = (0..<count).map { index in
            (key: word(UInt64(index)), index: index)
        }
        keys.sort { ($0.key, $0.index) < ($1.key, $1.index) }
        return keys.map(\.index)
    }
}
