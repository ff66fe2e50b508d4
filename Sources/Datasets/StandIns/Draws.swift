import Kernels

/// Random numbers taken one after the other from a stream of their own.
///
/// Each generated example has its stream, so that it does not depend on how many there are.
struct Draws {
    private let generator: Philox
    private let stream: UInt64
    private var index: UInt64 = 0

    /// The numbers of `stream`.
    init(_ generator: Philox, stream: UInt64) { (self.generator, self.stream) = (generator, stream) }

    /// A number uniform in `range`.
    mutating func uniform(_ range: ClosedRange<Double>) -> Double {
        defer { index += 1 }
        return range.lowerBound + (range.upperBound - range.lowerBound) * generator.uniform(index, stream: stream)
    }

    /// A whole number uniform in `0..<bound`.
    mutating func integer(below bound: Int) -> Int {
        defer { index += 1 }
        return generator.integer(below: bound, index, stream: stream)
    }

    /// One of the items, each as likely as the others.
    mutating func choice<Item>(_ items: [Item]) -> Item { items[integer(below: items.count)] }
}
