/// What a collection removed, or would remove.
package struct Collected: Hashable, Sendable {
    /// A result, or the checkpoints of an attempt that never ended.
    package struct Removal: Hashable, Sendable {
        package var key: Digest
        /// The stages, each after its scope and `/`, whose last result it is; else its kind; else `checkpoints`.
        package var title: String
        /// What goes with it alone.
        package var bytes: Int
        /// For how many whole days it was not used.
        package var days: Int
    }

    /// In the order in which they go: the least recently used first.
    package var removed: [Removal] = []
    package var objects = 0
    package var records = 0
    /// Attempts, logs and temporary files that nothing needs.
    package var leftovers = 0
    package var bytes = 0
    /// What stays: files of results, and the bytes of the whole store.
    package var kept = 0
    package var keptBytes = 0

    package init() {}
}
