/// 3 × 3 convolutions by tiles of 2 × 2 results, each of which takes 16 products instead of 36.
///
/// The results y of a tile depend on 4 × 4 inputs d. With the kernel g, for one input and one output channel,
///
///     y = Aᵀ·(u ⊙ v)·A,    u = G·g·Gᵀ,    v = Bᵀ·d·B,
///
///         1  1  1  0           1   0   0           1  0 −1  0
///     Aᵀ =                 G = ½   ½   ½      Bᵀ = 0  1  1  0
///         0  1 −1  1           ½  −½   ½           0 −1  1  0
///                              0   0   1           0 −1  0  1
///
/// Sums over input channels are taken before Aᵀ(·)A: sixteen matrix products, one for each component of ⊙. The derivative by
/// g is Gᵀ·(v ⊙ (A·ȳ·Aᵀ))·G, summed over tiles before Gᵀ(·)G. All factors but ½ are 0 or ±1, so little is lost to
/// rounding. Source: Winograd 1980; Lavin & Gray, arXiv 1509.09308, with the last rows of Aᵀ and Bᵀ negated.
enum Winograd {
    typealias Lanes = SIMD16<Float>

    /// The elements of a 4 × 4 tile.
    static let components = 16

    /// `count` rounded up to whole vectors.
    static func padded(_ count: Int) -> Int { (count + 15) / 16 * 16 }

    /// The distance of one component's numbers of `tiles` tiles from the next one's: a vector more than they take, because
    /// sixteen places a power of two apart would meet in the same few lines of the cache.
    static func componentStride(channels: Int, tiles: Int) -> Int { tiles * padded(channels) + 16 }

    /// The tiles of images: one image after the other, row by row; those at an odd last row or column stand out over it.
    struct Tiling {
        let shape: ImageShape
        let columns: Int
        /// The tiles of one image.
        let count: Int

        init(_ shape: ImageShape) {
            self.shape = shape
            columns = (shape.width + 1) / 2
            count = (shape.height + 1) / 2 * columns
        }

        /// The image of a tile, and the first row and column of its results.
        @inline(__always)
        func place(of tile: Int) -> (image: Int, y: Int, x: Int) {
            let (image, index) = tile.quotientAndRemainder(dividingBy: count)
            let (row, column) = index.quotientAndRemainder(dividingBy: columns)
            return (image, 2 * row, 2 * column)
        }

        /// The place of the next tile.
        @inline(__always)
        func advance(_ place: inout (image: Int, y: Int, x: Int)) {
            place.x += 2
            if place.x >= shape.width { (place.x, place.y) = (0, place.y + 2) }
            if place.y >= shape.height { (place.y, place.image) = (0, place.image + 1) }
        }
    }

    /// Images and what stands around them.
    struct Pixels {
        let start: UnsafePointer<Float>
        let channels: Int
        let tiling: Tiling
        /// As many zeros as there are channels.
        let zeros: UnsafePointer<Float>

        /// Writes v = Bᵀ·d·B of the tiles to `target`: component by component, with room for `room` tiles each, and zeros
        /// after the channels up to a whole vector.
        func transformInputs(of tiles: Range<Int>, room: Int, to target: UnsafeMutablePointer<Float>) {
            forEachSquare(of: tiles, side: 4, before: 1, room: room, to: target) { load, target, componentStride in
                @inline(__always) func column(_ x: Int) -> Four { differences(load(0, x), load(1, x), load(2, x), load(3, x)) }
                let c0 = column(0), c1 = column(1), c2 = column(2), c3 = column(3)
                store(differences(c0.0, c1.0, c2.0, c3.0), to: target, componentStride)
                store(differences(c0.1, c1.1, c2.1, c3.1), to: target + 4 * componentStride, componentStride)
                store(differences(c0.2, c1.2, c2.2, c3.2), to: target + 8 * componentStride, componentStride)
                store(differences(c0.3, c1.3, c2.3, c3.3), to: target + 12 * componentStride, componentStride)
            }
        }

        /// Writes A·ȳ·Aᵀ of the tiles to `target`, laid out like the inputs.
        func transformGradients(of tiles: Range<Int>, room: Int, to target: UnsafeMutablePointer<Float>) {
            forEachSquare(of: tiles, side: 2, before: 0, room: room, to: target) { load, target, componentStride in
                let c0 = spread(load(0, 0), load(1, 0)), c1 = spread(load(0, 1), load(1, 1))
                store(spread(c0.0, c1.0), to: target, componentStride)
                store(spread(c0.1, c1.1), to: target + 4 * componentStride, componentStride)
                store(spread(c0.2, c1.2), to: target + 8 * componentStride, componentStride)
                store(spread(c0.3, c1.3), to: target + 12 * componentStride, componentStride)
            }
        }

        /// Calls `body` for up to 16 channels of each tile, with what loads a pixel of a square of `side` that begins `before`
        /// the tile, zeros outside the image; and with where the results go.
        @inline(__always)
        private func forEachSquare(
            of tiles: Range<Int>, side: Int, before: Int, room: Int, to target: UnsafeMutablePointer<Float>,
            _ body: (_ load: (_ y: Int, _ x: Int) -> Lanes, _ target: UnsafeMutablePointer<Float>, _ componentStride: Int) -> Void
        ) {
            let shape = tiling.shape, stride = padded(channels), rowStride = shape.width * channels
            let componentStride = componentStride(channels: channels, tiles: room)
            var place = tiling.place(of: tiles.lowerBound), row = target
            for _ in tiles {
                let y = place.y - before, x = place.x - before
                let first = start + (place.image * shape.pixels + y * shape.width + x) * channels
                let isInside = y >= 0 && x >= 0 && y + side <= shape.height && x + side <= shape.width
                Lanes16.forEachGroup(channels) { channel, count in
                    if isInside {
                        let first = first + channel
                        body(
                            { Lanes16.load(first + $0 * rowStride + $1 * channels, count: count) }, row + channel, componentStride
                        )
                    } else {
                        body(
                            {
                                let isInside =
                                    UInt(bitPattern: y + $0) < UInt(shape.height)
                                    && UInt(bitPattern: x + $1) < UInt(shape.width)
                                let pixel = isInside ? first + $0 * rowStride + $1 * channels : zeros
                                return Lanes16.load(pixel + channel, count: count)
                            }, row + channel, componentStride)
                    }
                }
                row += stride
                tiling.advance(&place)
            }
        }
    }

    typealias Four = (Lanes, Lanes, Lanes, Lanes)

    /// Bᵀ of four numbers.
    @inline(__always)
    private static func differences(_ d0: Lanes, _ d1: Lanes, _ d2: Lanes, _ d3: Lanes) -> Four {
        (d0 - d2, d1 + d2, d2 - d1, d3 - d1)
    }

    /// A of two numbers.
    @inline(__always)
    private static func spread(_ y0: Lanes, _ y1: Lanes) -> Four { (y0, y0 + y1, y0 - y1, y1) }

    /// Aᵀ of four numbers.
    @inline(__always)
    static func results(_ m0: Lanes, _ m1: Lanes, _ m2: Lanes, _ m3: Lanes) -> (Lanes, Lanes) {
        (m0 + m1 + m2, m1 - m2 + m3)
    }

    /// G of three numbers.
    @inline(__always)
    static func kernels(_ g0: Lanes, _ g1: Lanes, _ g2: Lanes) -> Four {
        let outer = g0 + g2
        return (g0, (outer + g1) * 0.5, (outer - g1) * 0.5, g2)
    }

    /// Gᵀ of four numbers.
    @inline(__always)
    static func kernelGradients(_ u0: Lanes, _ u1: Lanes, _ u2: Lanes, _ u3: Lanes) -> (Lanes, Lanes, Lanes) {
        let even = (u1 + u2) * 0.5
        return (u0 + even, (u1 - u2) * 0.5, even + u3)
    }

    /// Stores four vectors `stride` apart.
    @inline(__always)
    static func store(_ four: Four, to target: UnsafeMutablePointer<Float>, _ stride: Int) {
        Lanes16.store(four.0, to: target, count: 16)
        Lanes16.store(four.1, to: target + stride, count: 16)
        Lanes16.store(four.2, to: target + 2 * stride, count: 16)
        Lanes16.store(four.3, to: target + 3 * stride, count: 16)
    }
}
