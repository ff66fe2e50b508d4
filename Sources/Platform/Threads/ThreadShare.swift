import Synchronization

/// How many threads some work may keep busy: a number that may change while the work goes on.
package final class ThreadShare: Sendable {
    /// The number never goes beyond this; at least 1.
    package let most: Int
    private let current: Atomic<Int>

    /// A share of so many threads at first, from 1 to `most`, which is `count` where it is `nil`.
    package init(_ count: Int, most: Int? = nil) {
        self.most = max(1, most ?? count)
        current = Atomic(min(max(1, count), self.most))
    }

    /// How many threads it is now, from 1 to `most`; what lies outside becomes the nearer end.
    package var count: Int {
        get { current.load(ordering: .relaxed) }
        set { current.store(min(max(1, newValue), most), ordering: .relaxed) }
    }
}
