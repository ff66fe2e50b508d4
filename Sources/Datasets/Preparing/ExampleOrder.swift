import Formats

/// The order in which TensorFlow Datasets stores the examples of a split.
package enum ExampleOrder {
    /// The indices of all examples of a split, in its order: sorted by md5(split + decimal index), a big-endian number.
    ///
    /// Cost: an MD5 for each example and a sort. Source: the writer of `tensorflow_datasets`, whose key is the example's index
    /// salted with the split's name.
    package static func indices(split: String, count: Int) -> [Int] {
        let salt = Array(split.utf8)
        var keys: [(high: UInt64, low: UInt64, index: Int)] = []
        keys.reserveCapacity(count)
        for index in 0..<count {
            let digest = MD5.digest(of: salt + String(index).utf8)
            keys.append((word(digest[..<8]), word(digest[8...]), index))
        }
        keys.sort { ($0.high, $0.low, $0.index) < ($1.high, $1.low, $1.index) }
        return keys.map(\.index)
    }

    private static func word(_ bytes: ArraySlice<UInt8>) -> UInt64 { bytes.reduce(0) { $0 << 8 | UInt64($1) } }
}
