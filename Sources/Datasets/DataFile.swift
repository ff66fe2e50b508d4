/// A file of a data set in memory.
package struct DataFile: Hashable, Sendable {
    /// Its path in the list of sources, under which errors speak of it.
    package var path: String
    package var bytes: [UInt8]

    package init(path: String, bytes: [UInt8]) { (self.path, self.bytes) = (path, bytes) }
}
