/// An image with zeros around it, so that a pixel's 3 × 3 neighbourhood is three runs of numbers that always exist.
///
/// Each row is followed by one pixel of zeros, which is the right neighbour of its last pixel and the left one of the next
/// row's first; a row of zeros stands above and below. Counted in such rows, pixel (y, x) is number q = y·(width + 1) + x,
/// and its neighbours (dy, dx = 0 … 2) are the 3·channels numbers from q·channels + dy·(width + 1)·channels on.
struct PaddedImage {
    let shape: ImageShape
    let channels: Int
    /// The number at the left above pixel 0.
    let start: UnsafeMutablePointer<Float>

    /// The pixels of a row and the zeros after it.
    var rowPixels: Int { shape.width + 1 }
    /// The numbers of a row and the zeros after it.
    var rowStride: Int { rowPixels * channels }

    /// The numbers that an image takes, with room for a tile of neighbourhoods that begins at any pixel.
    static func count(shape: ImageShape, channels: Int) -> Int {
        ((shape.height + 2) * (shape.width + 1) + 2 + MicroKernel.rows) * channels
    }

    /// - Parameter memory: `count` numbers. Those around the pixels become zeros, and stay so however often `fill` is called.
    init(shape: ImageShape, channels: Int, memory: UnsafeMutablePointer<Float>) {
        (self.shape, self.channels, start) = (shape, channels, memory)
        memory.update(repeating: 0, count: Self.count(shape: shape, channels: channels))
    }

    /// Takes over the pixels of `image`, [pixels, channels] without gaps.
    func fill(_ image: Matrix) {
        let count = shape.width * channels
        for y in 0..<shape.height {
            (start + (y + 1) * rowStride + channels).update(from: image.start + y * count, count: count)
        }
    }

    /// The runs of the terms (dy, dx, channel) of a neighbourhood, cut into blocks.
    ///
    /// - Parameter bStride: the distance of the terms' rows in the second factor.
    func neighbourhood(bStride: Int) -> [[MicroKernel.Run]] {
        Self.blocks(
            (0..<3).map { dy in
                MicroKernel.Run(a: dy * rowStride, b: dy * 3 * channels * bStride, count: 3 * channels)
            }, aStride: 1, bStride: bStride)
    }

    /// The runs of all pixels, one a row, cut into blocks.
    func pixels(bStride: Int) -> [[MicroKernel.Run]] {
        Self.blocks(
            (0..<shape.height).map { y in
                MicroKernel.Run(a: y * rowStride, b: y * shape.width * bStride, count: shape.width)
            }, aStride: channels, bStride: bStride)
    }

    /// Cuts runs so that each block has as many terms as one of a matrix product.
    private static func blocks(_ runs: [MicroKernel.Run], aStride: Int, bStride: Int) -> [[MicroKernel.Run]] {
        var blocks: [[MicroKernel.Run]] = [], block: [MicroKernel.Run] = [], room = MatrixProduct.termsPerBlock
        for run in runs {
            var done = 0
            while done < run.count {
                let count = min(room, run.count - done)
                block.append(MicroKernel.Run(a: run.a + done * aStride, b: run.b + done * bStride, count: count))
                done += count
                room -= count
                if room == 0 {
                    blocks.append(block)
                    (block, room) = ([], MatrixProduct.termsPerBlock)
                }
            }
        }
        if !block.isEmpty { blocks.append(block) }
        return blocks
    }
}
