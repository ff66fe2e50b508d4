/// The neighbourhoods of an image's pixels, spread out so that a convolution is a matrix product.
enum Patches {
    /// Writes each pixel's 3 × 3 neighbourhood to a row of `patches`: 9·channels numbers, ordered as (dy, dx, channel).
    ///
    /// Pixels beyond the image are 0.
    /// - Parameters:
    ///   - image: [pixels, channels], without gaps.
    ///   - patches: [pixels, 9·channels], without gaps.
    static func gather(_ image: Matrix, shape: ImageShape, into patches: Matrix) {
        let channels = image.columns, width = shape.width, run = 3 * channels
        for y in 0..<shape.height {
            for dy in 0..<3 {
                let target = patches.start + y * width * patches.columns + dy * run
                let sourceY = y + dy - 1
                if sourceY >= 0 && sourceY < shape.height {
                    let row = image.start + sourceY * width * channels
                    gather(row: row, width: width, channels: channels, into: target, stride: patches.columns)
                } else {
                    for x in 0..<width { (target + x * patches.columns).update(repeating: 0, count: run) }
                }
            }
        }
    }

    /// Writes the three horizontal neighbours of each pixel of a row of an image, `stride` apart.
    private static func gather(
        row: UnsafePointer<Float>, width: Int, channels: Int, into target: UnsafeMutablePointer<Float>, stride: Int
    ) {
        for x in width > 1 ? [0, width - 1] : [0] {
            for dx in 0..<3 {
                let tap = target + x * stride + dx * channels
                if x + dx >= 1 && x + dx <= width {
                    copy(row + (x + dx - 1) * channels, to: tap, count: channels)
                } else {
                    tap.update(repeating: 0, count: channels)
                }
            }
        }
        // Away from the border the three stand side by side in the image as well.
        var x = 1
        while x < width - 1 {
            copy(row + (x - 1) * channels, to: target + x * stride, count: 3 * channels)
            x += 1
        }
    }

    /// Copies a short run; a call of the system's function would take longer than the copy.
    @inline(__always)
    private static func copy(_ source: UnsafePointer<Float>, to target: UnsafeMutablePointer<Float>, count: Int) {
        let from = UnsafeRawPointer(source), to = UnsafeMutableRawPointer(target)
        var offset = 0
        while offset + 64 <= 4 * count { move(SIMD16<Float>.self, from, to, &offset) }
        if offset + 32 <= 4 * count { move(SIMD8<Float>.self, from, to, &offset) }
        if offset + 16 <= 4 * count { move(SIMD4<Float>.self, from, to, &offset) }
        while offset < 4 * count { move(Float.self, from, to, &offset) }
    }

    /// Copies one value at a byte offset and goes on behind it.
    @inline(__always)
    private static func move<Value: BitwiseCopyable>(
        _ type: Value.Type, _ from: UnsafeRawPointer, _ to: UnsafeMutableRawPointer, _ offset: inout Int
    ) {
        to.storeBytes(of: from.loadUnaligned(fromByteOffset: offset, as: type), toByteOffset: offset, as: type)
        offset += MemoryLayout<Value>.size
    }
}
