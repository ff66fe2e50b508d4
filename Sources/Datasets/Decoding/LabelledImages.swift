/// Images of one size with a label each, as a data set's files hold them.
package struct LabelledImages: Hashable, Sendable {
    /// Height, width and channels of one image.
    package let shape: [Int]
    /// The values of all images, row-major as [image, height, width, channel]; possibly a part of a file's bytes.
    package let pixels: ArraySlice<UInt8>
    /// A class in 0...9 for each image.
    package let labels: ArraySlice<UInt8>

    /// Images and their labels.
    ///
    /// - Throws: `DatasetError` with `place` where a label is beyond 9 or the labels are not as many as the images.
    /// - Precondition: the pixels are those of whole images.
    package init(
        shape: [Int], pixels: ArraySlice<UInt8>, labels: ArraySlice<UInt8>, place: String
    ) throws(DatasetError) {
        let size = shape.reduce(1, *)
        precondition(size > 0 && pixels.count % size == 0, "\(pixels.count) bytes are no images of \(shape)")
        guard labels.count == pixels.count / size else {
            throw DatasetError(.labels(labels.count, images: pixels.count / size), in: place)
        }
        if let index = labels.firstIndex(where: { $0 > 9 }) {
            throw DatasetError(.label(labels[index], example: index - labels.startIndex), in: place)
        }
        (self.shape, self.pixels, self.labels) = (shape, pixels, labels)
    }

    /// The number of images.
    package var count: Int { labels.count }

    /// The number of values of one image.
    package var size: Int { shape.reduce(1, *) }
}
