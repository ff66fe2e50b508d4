import Testing

@testable import Kernels

@Suite struct ElementwiseTests {
    /// Around a vector's width, and long enough for several threads, which do not cut at whole vectors.
    private static let counts = [0, 1, 15, 16, 17, 1000, 150_001]

    @Test(arguments: counts, 1...4) func eachElementIsOneRoundedOperation(count: Int, threads: Int) {
        let device = Device(threads: threads)
        let a: Float = 0.3, x = noise(count, stream: 1), y = noise(count, stream: 2)
        let fused = zip(x, y).map { $1.addingProduct(a, $0) }

        let sum = Vector(y)
        Elementwise.add(a, Vector(x), to: sum, device: device)
        expectSameBits(sum.elements, fused)

        let result = Vector(count: count)
        Elementwise.sum(Vector(y), plus: a, Vector(x), into: result, device: device)
        expectSameBits(result.elements, fused)

        Elementwise.scale(Vector(x), by: a, into: result, device: device)
        expectSameBits(result.elements, x.map { a * $0 })

        let p = Matrix(Vector(x), rows: 1, columns: count), q = Matrix(Vector(y), rows: 1, columns: count)
        let r = Matrix(rows: 1, columns: count)
        Elementwise.scaledDifference(p, q, by: a, into: r, device: device)
        expectSameBits(r.elements, zip(x, y).map { ($0 - $1) * a })

        Elementwise.scale(p, by: a, into: r, device: device)
        expectSameBits(r.elements, x.map { a * $0 })
    }

    @Test func whatIsNoNumberStaysSo() {
        let device = Device()
        let x = Vector([.nan, .infinity, -.infinity, 0]), y = Vector([0, -.infinity, 1, .nan])
        Elementwise.add(1, x, to: y, device: device)
        #expect(y[0].isNaN && y[1].isNaN && y[2] == -.infinity && y[3].isNaN)
        Elementwise.scale(x, by: 0, into: y, device: device)
        #expect(y[0].isNaN && y[1].isNaN && y[2].isNaN && y[3] == 0)
    }

    @Test func aVectorMayBeItsOwnResult() {
        let x = Vector(noise(1000))
        let expected = x.elements.map { $0 * 2 }
        Elementwise.scale(x, by: 2, into: x, device: Device(threads: 2))
        expectSameBits(x.elements, expected)
    }
}
