/// What the machine does at best, for benchmarks to hold kernels against: measured, because it moves with the clock and with
/// what else runs.
package enum MachineLimits {
    private static let steps = 1 << 16
    private static let chains = 8

    /// The single-precision operations of one call of `multiplyAdd` with so many threads: two each fused multiply-add.
    package static func operations(threads: Int) -> Double { Double(threads * steps * chains * 16 * 2) }

    /// Fused multiply-adds on registers alone, on all threads at once: eight independent chains, which hide the latency.
    ///
    /// Returns a number that depends on all of them, so that no compiler leaves them out.
    package static func multiplyAdd(device: Device) -> Float {
        let sums = Shared(device.scratch(ScratchSlot.first, count: device.threads))
        device.split(device.threads) { part, range in
            for index in range { sums.pointer[index] = multiplyAdd(factor: 0.999 + Float(part) * 1e-9) }
        }
        return (0..<device.threads).reduce(0) { $0 + sums.pointer[$1] }
    }

    /// Copies `source` to `target` on all threads: a read and a write of its bytes.
    package static func copy(_ source: Vector, to target: Vector, device: Device) {
        Elementwise.scale(source, by: 1, into: target, device: device)
    }

    @inline(never)
    private static func multiplyAdd(factor: Float) -> Float {
        typealias Lanes = SIMD16<Float>
        let x = Lanes(repeating: factor), y = Lanes(repeating: 1 - factor)
        var a = Lanes(repeating: 1), b = a + 1, c = a + 2, d = a + 3, e = a + 4, f = a + 5, g = a + 6, h = a + 7
        for _ in 0..<steps {
            a = y.addingProduct(a, x)
            b = y.addingProduct(b, x)
            c = y.addingProduct(c, x)
            d = y.addingProduct(d, x)
            e = y.addingProduct(e, x)
            f = y.addingProduct(f, x)
            g = y.addingProduct(g, x)
            h = y.addingProduct(h, x)
        }
        return Lanes16.sum(a + b + c + d + (e + f + g + h))
    }
}
