/// A file of a data set in memory.
package struct DataFile: Hashable, Sendable {
    /// Its path in the list of sources, under which errors speak of it.
    package var path: String
    /// Its whole content: decompressed where a decoder reads it, as it would be published where it is written.
    package var bytes: [UInt8]

    /// A file with this content; neither reads nor checks anything.
    package init(path: String, bytes: [UInt8]) { (self.path, self.bytes) = (path, bytes) }
}
