/// The height and width of images whose pixels are a matrix's rows: row by row, one image after the other.
package struct ImageShape: Sendable, Hashable {
    /// The rows of pixels of an image, at least 1.
    package let height: Int
    /// The pixels of such a row, at least 1.
    package let width: Int

    /// A shape of at least one pixel; otherwise the process ends.
    package init(height: Int, width: Int) {
        require(height >= 1 && width >= 1, "images of \(height) × \(width) pixels")
        self.height = height
        self.width = width
    }

    /// The number of pixels of one image.
    package var pixels: Int { height * width }

    /// The shape after pooling 2 × 2 pixels into one; an odd last row or column is left out.
    package var halved: ImageShape { ImageShape(height: height / 2, width: width / 2) }

    /// How many images the rows of `matrix` are.
    func images(in matrix: Matrix) -> Int {
        require(matrix.rows % pixels == 0, "\(matrix.rows) rows are no whole number of \(height) × \(width) images")
        return matrix.rows / pixels
    }
}
