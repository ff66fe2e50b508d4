/// The format of MNIST's files: a magic number, the extents as big-endian 32-bit numbers, then a byte for each element.
///
/// Source: LeCun, Cortes, Burges, *The MNIST database of handwritten digits*.
package enum IDX {
    /// The magic number of three dimensions of bytes.
    static let imagesMagic: UInt32 = 0x0000_0803
    /// The magic number of one dimension of bytes.
    static let labelsMagic: UInt32 = 0x0000_0801

    /// Images of `height` × `width` with their labels, from decompressed files whose bytes they share.
    ///
    /// Nothing is allocated by what a header declares: it is compared with the length of the file.
    /// - Throws: `DatasetError` for the wrong format or size, bytes missing or left over, labels beyond 9 or of another number.
    package static func decode(
        images: DataFile, labels: DataFile, height: Int, width: Int
    ) throws(DatasetError) -> LabelledImages {
        let pixels = try elements(of: images, magic: imagesMagic, shape: [height, width])
        let classes = try elements(of: labels, magic: labelsMagic, shape: [])
        return try LabelledImages(shape: [height, width, 1], pixels: pixels, labels: classes, place: labels.path)
    }

    /// The elements after the header of a file whose first extent is free and whose others are `shape`.
    private static func elements(of file: DataFile, magic: UInt32, shape: [Int]) throws(DatasetError) -> ArraySlice<UInt8> {
        let bytes = file.bytes
        func word(_ index: Int) -> UInt32 { bytes[4 * index..<4 * index + 4].reduce(0) { $0 << 8 | UInt32($1) } }
        let header = 4 * (2 + shape.count)
        guard bytes.count >= header else { throw DatasetError(.tooShort(bytes: bytes.count, header: header), in: file.path) }
        guard word(0) == magic else { throw DatasetError(.magic(word(0), expected: magic), in: file.path) }
        let extents = shape.indices.map { word(2 + $0) }
        guard extents.elementsEqual(shape, by: { $0 == $1 }) else {
            throw DatasetError(.shape(extents, expected: shape), in: file.path)
        }
        // A 32-bit count times the size of an image stays far below 2⁶³.
        let declared = header + Int(word(1)) * shape.reduce(1, *)
        guard bytes.count == declared else {
            throw DatasetError(.length(bytes: bytes.count, declared: declared), in: file.path)
        }
        return bytes[header...]
    }

    /// The bytes of a file of images, or of labels where `shape` is empty.
    static func encode(_ elements: some Collection<UInt8>, count: Int, shape: [Int]) -> [UInt8] {
        let words = [shape.isEmpty ? labelsMagic : imagesMagic, UInt32(count)] + shape.map { UInt32($0) }
        return words.flatMap { word in (0..<4).map { UInt8(truncatingIfNeeded: word >> (24 - 8 * $0)) } } + elements
    }
}
