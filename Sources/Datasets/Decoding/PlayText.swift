/// A text of ASCII characters, one token each, whose last lines are kept for testing.
package struct PlayText: Hashable, Sendable {
    /// The lines of the test set. Source: TensorFlow Datasets' and the paper's division of tiny_shakespeare.
    package static let testLines = 10_000
    /// The number of different tokens: all of ASCII.
    package static let vocabulary = 128

    /// All lines but the last ones, with their line feeds.
    package let train: ArraySlice<UInt8>
    /// The last lines.
    package let test: ArraySlice<UInt8>

    /// The two parts of a file; they share its bytes.
    ///
    /// - Throws: `DatasetError` for a character that is not ASCII, or where there are no lines but the test set's.
    package init(_ file: DataFile) throws(DatasetError) {
        let bytes = file.bytes
        if let offset = bytes.firstIndex(where: { $0 >= Self.vocabulary }) {
            let line = 1 + bytes[..<offset].count { $0 == Self.lineFeed }
            throw DatasetError(.character(bytes[offset], line: line), in: file.path)
        }
        // A line ends with its line feed; the last one may lack it.
        var lines = 0
        var boundary: Int?
        for offset in bytes.indices.reversed() where bytes[offset] == Self.lineFeed || offset == bytes.count - 1 {
            if lines == Self.testLines {
                boundary = offset + 1
                break
            }
            lines += 1
        }
        guard let boundary else { throw DatasetError(.lines(lines, needed: Self.testLines + 1), in: file.path) }
        (train, test) = (bytes[..<boundary], bytes[boundary...])
    }

    private static let lineFeed = UInt8(ascii: "\n")
}
