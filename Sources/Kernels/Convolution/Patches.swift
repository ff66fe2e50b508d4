/// The neighbourhoods of an image's pixels, spread out so that a convolution is a matrix product.
enum Patches {
    /// Writes each pixel's 3 × 3 neighbourhood to a row of `patches`: 9·channels numbers, ordered as (dy, dx, channel).
    ///
    /// Pixels beyond the image are 0.
    /// - Parameters:
    ///   - image: [pixels, channels], without gaps.
    ///   - patches: [pixels, 9·channels], without gaps.
    static func gather(_ image: Matrix, shape: ImageShape, into patches: Matrix) {
        let channels = image.columns, width = shape.width
        let run = 3 * channels
        var target = patches.start
        for y in 0..<shape.height {
            for x in 0..<width {
                let isInside = x > 0 && x < width - 1
                for sourceY in y - 1...y + 1 {
                    if sourceY < 0 || sourceY >= shape.height {
                        target.update(repeating: 0, count: run)
                    } else if isInside {
                        copy(image.start + (sourceY * width + x - 1) * channels, to: target, count: run)
                    } else {
                        let row = image.start + sourceY * width * channels
                        for dx in -1...1 {
                            let tap = target + (dx + 1) * channels
                            if x + dx < 0 || x + dx >= width {
                                tap.update(repeating: 0, count: channels)
                            } else {
                                copy(row + (x + dx) * channels, to: tap, count: channels)
                            }
                        }
                    }
                    target += run
                }
            }
        }
    }

    /// Copies a short run; a call of the system's function would take longer than the copy.
    @inline(__always)
    private static func copy(_ source: UnsafePointer<Float>, to target: UnsafeMutablePointer<Float>, count: Int) {
        let from = UnsafeRawPointer(source), to = UnsafeMutableRawPointer(target)
        var i = 0
        while i + 16 <= count {
            to.storeBytes(of: from.loadUnaligned(fromByteOffset: 4 * i, as: SIMD16<Float>.self), toByteOffset: 4 * i, as: SIMD16<Float>.self)
            i += 16
        }
        if i + 8 <= count {
            to.storeBytes(of: from.loadUnaligned(fromByteOffset: 4 * i, as: SIMD8<Float>.self), toByteOffset: 4 * i, as: SIMD8<Float>.self)
            i += 8
        }
        if i + 4 <= count {
            to.storeBytes(of: from.loadUnaligned(fromByteOffset: 4 * i, as: SIMD4<Float>.self), toByteOffset: 4 * i, as: SIMD4<Float>.self)
            i += 4
        }
        while i < count {
            target[i] = source[i]
            i += 1
        }
    }
}
