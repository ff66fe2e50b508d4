import Kernels

/// Examples generated in the place of data that cannot be had: the same files, names and formats, other contents.
///
/// A file has the path of the one that it stands in for. Deterministic to the last byte; classes are balanced and in random
/// order. Their generators' keys lie above 2⁵³, where no user's seed is.
package enum StandIns {
    /// The two parts of a data set; their random streams differ.
    enum Part: UInt64 {
        case train, test

        /// A stream for example `index`, and one beyond all of them.
        func stream(_ index: Int) -> UInt64 { rawValue << 40 | UInt64(index) }
        var orderStream: UInt64 { rawValue << 40 | 1 << 39 }
    }

    /// A class in 0...9 for each of `count` examples, each class as often as the others up to one.
    static func labels(_ count: Int, part: Part, generator: Philox) -> [UInt8] {
        RandomOrder.permutation(of: count) { generator.integer(below: .max, $0, stream: part.orderStream) }.map { UInt8($0 % 10) }
    }
}
