/// What a collection removed, or would remove.
package struct Collected: Hashable, Sendable {
    /// A result, or the checkpoints of an attempt that never ended.
    package struct Removal: Hashable, Sendable {
        /// The key of the result.
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
    /// How many files of results went.
    package var objects = 0
    /// How many records of finished stages went.
    package var records = 0
    /// Attempts, logs and temporary files that nothing needs.
    package var leftovers = 0
    /// How many bytes all of it had.
    package var bytes = 0
    /// How many files of results stay.
    package var kept = 0
    /// Bytes of the whole store that stay.
    package var keptBytes = 0

    /// A collection that removed nothing.
    package init() {}
}
