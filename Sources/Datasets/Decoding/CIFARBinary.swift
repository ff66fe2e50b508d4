/// The binary format of CIFAR-10: records of a label's byte, then the red, green and blue planes of 32 × 32 pixels.
///
/// Source: Krizhevsky, *Learning multiple layers of features from tiny images*, 2009, and its data set's page.
package enum CIFARBinary {
    /// The bytes of one record.
    package static let record = 1 + 3 * 1024

    /// The images of a decompressed file, with their channels side by side.
    ///
    /// - Throws: `DatasetError` for bytes that are no whole records, or a label beyond 9.
    package static func decode(_ file: DataFile) throws(DatasetError) -> LabelledImages {
        let count = try records(in: file)
        var labels: [UInt8] = []
        labels.reserveCapacity(count)
        let pixels = [UInt8](unsafeUninitializedCapacity: count * 3072) { pixels, initialized in
            file.bytes.withUnsafeBufferPointer { bytes in
                for image in 0..<count {
                    let start = image * record
                    labels.append(bytes[start])
                    for place in 0..<1024 {
                        for channel in 0..<3 {
                            pixels[image * 3072 + 3 * place + channel] = bytes[start + 1 + 1024 * channel + place]
                        }
                    }
                }
            }
            initialized = count * 3072
        }
        return try LabelledImages(shape: [32, 32, 3], pixels: pixels[...], labels: labels[...], place: file.path)
    }

    /// The record of one image whose channels are side by side.
    static func encode(label: UInt8, pixels: [UInt8]) -> [UInt8] {
        [label] + (0..<3).flatMap { channel in stride(from: channel, to: 3072, by: 3).map { pixels[$0] } }
    }

    /// The first `count` records of a split in the order of `ExampleOrder`, from the split's batches one after the other.
    ///
    /// - Throws: `DatasetError` for bytes that are no whole records, or fewer of them than asked for.
    package static func subset(of batches: [DataFile], split: String, count: Int) throws(DatasetError) -> [UInt8] {
        var starts: [(batch: Int, offset: Int)] = []
        for (index, batch) in batches.enumerated() {
            starts += (0..<(try records(in: batch))).map { (index, $0 * record) }
        }
        guard count >= 0, count <= starts.count else {
            throw DatasetError(.examples(asked: count, among: starts.count), in: "the split \(split) of CIFAR-10")
        }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(count * record)
        for index in ExampleOrder.indices(split: split, count: starts.count).prefix(count) {
            let (batch, offset) = starts[index]
            bytes += batches[batch].bytes[offset..<offset + record]
        }
        return bytes
    }

    private static func records(in file: DataFile) throws(DatasetError) -> Int {
        guard file.bytes.count % record == 0 else {
            throw DatasetError(.records(bytes: file.bytes.count, record: record), in: file.path)
        }
        return file.bytes.count / record
    }
}
