import Testing

@testable import Kernels

/// How the factors of a product stand in memory.
struct Form: Sendable, CustomTestStringConvertible {
    var leftTransposed = false, rightTransposed = false
    /// Elements between rows, in both factors and in the result.
    var gap = 0

    var testDescription: String { "\(leftTransposed ? "Aᵀ" : "A")·\(rightTransposed ? "Bᵀ" : "B"), gap \(gap)" }

    func factors(_ m: Int, _ n: Int, _ k: Int) -> (Factor, Factor) {
        let a = leftTransposed ? noiseMatrix(k, m, gap: gap, stream: 1).transposed : noiseMatrix(m, k, gap: gap, stream: 1).plain
        let b = rightTransposed ? noiseMatrix(n, k, gap: gap, stream: 2).transposed : noiseMatrix(k, n, gap: gap, stream: 2).plain
        return (a, b)
    }

    static let all = [false, true].flatMap { left in
        [false, true].flatMap { right in
            [0, 5].map { Form(leftTransposed: left, rightTransposed: right, gap: $0) }
        }
    }
}

@Suite struct MatrixProductTests {
    /// Sizes on both sides of the edges of tiles (12 × 32 and 12 × 16, with 4 rows or 8 left below them), blocks of rows (96),
    /// blocks of terms (256) and groups of these (1024).
    private static let rows = [1, 4, 8, 11, 12, 13, 25, 97], columns = [1, 10, 16, 17, 31, 32, 33, 65]
    private static let depths = [0, 1, 2, 31, 255, 256, 257, 600, 1030]

    /// n·u/(1 − n·u) times Σ|a||b| bounds the error of a sum of n rounded operations (Higham, *Accuracy and Stability*, §3.1).
    private func bound(terms: Int) -> Double {
        let blocks = (terms + MatrixProduct.termsPerBlock - 1) / MatrixProduct.termsPerBlock
        let operations = Double(min(terms, MatrixProduct.termsPerBlock) + blocks)
        return operations * 0x1p-24 / (1 - operations * 0x1p-24)
    }

    private func magnitudes(_ factor: Factor) -> Factor {
        let matrix = factor.matrix
        let positive = Matrix(rows: matrix.rows, columns: matrix.columns)
        for i in 0..<matrix.rows { for j in 0..<matrix.columns { positive[i, j] = matrix[i, j].magnitude } }
        return factor.isTransposed ? positive.transposed : positive.plain
    }

    @Test(arguments: Form.all) func isTheOrderedSumToTheBit(form: Form) {
        let device = Device()
        for m in Self.rows {
            for n in Self.columns {
                for k in Self.depths {
                    let (a, b) = form.factors(m, n, k)
                    let result = noiseMatrix(m, n, gap: form.gap, stream: 3)
                    MatrixProduct.compute(a, b, into: result, device: device)
                    expectSameBits(result.elements, MatrixProduct.orderedReference(a, b), "\(m) × \(n) × \(k)")
                }
            }
        }
    }

    @Test(arguments: Form.all) func isTheProductWithinTheBoundOfItsRounding(form: Form) {
        let device = Device()
        for (m, n, k) in [(1, 1, 1), (12, 32, 256), (13, 33, 257), (25, 10, 600), (97, 17, 784), (96, 64, 31)] {
            let (a, b) = form.factors(m, n, k)
            let result = Matrix(rows: m, columns: n)
            MatrixProduct.compute(a, b, into: result, device: device)
            let expected = MatrixProduct.reference(a, b)
            let scale = MatrixProduct.reference(magnitudes(a), magnitudes(b))
            for (index, value) in result.elements.enumerated() {
                expectClose(
                    Double(value), expected[index], within: bound(terms: k) * scale[index], "\(m) × \(n) × \(k) at \(index)")
            }
        }
    }

    /// A factor that is zero beyond its diagonal may be left out there, and so may what is not wanted of the result.
    @Test(arguments: Form.all) func sparesATriangleWithoutATrace(form: Form) {
        let device = Device()
        for (m, n) in [(1, 5), (12, 16), (13, 33), (64, 32), (97, 17), (300, 20), (1100, 33)] {
            for triangle in [Triangle.aboveFirstZero, .belowFirstZero] {
                let (a, b) = form.factors(m, n, m)
                for i in 0..<m {
                    for k in triangle == .aboveFirstZero ? i + 1..<m : 0..<i {
                        if a.isTransposed { a.matrix[k, i] = 0 } else { a.matrix[i, k] = 0 }
                    }
                }
                for accumulate in [false, true] {
                    let result = noiseMatrix(m, n, gap: form.gap, stream: 3), whole = noiseMatrix(m, n, gap: form.gap, stream: 3)
                    MatrixProduct.compute(a, b, into: result, accumulate: accumulate, triangle: triangle, device: device)
                    MatrixProduct.compute(a, b, into: whole, accumulate: accumulate, device: device)
                    expectSameBits(result.elements, whole.elements, "\(m) × \(n), \(triangle), accumulating \(accumulate)")
                }
            }
            let (a, b) = form.factors(m, m, n)
            let result = Matrix(rows: m, columns: m), whole = Matrix(rows: m, columns: m)
            MatrixProduct.compute(a, b, into: result, triangle: .aboveResultUnwanted, device: device)
            MatrixProduct.compute(a, b, into: whole, device: device)
            for i in 0..<m { for j in 0...i { #expect(result[i, j] == whole[i, j], "row \(i), column \(j) of \(m)") } }
        }
    }

    /// Accumulating adds the block sums to the result one by one: a sum over rows is the same in one product or in several.
    @Test(arguments: Form.all) func accumulatesBlockByBlock(form: Form) {
        let device = Device()
        for (m, n, k) in [(13, 33, 0), (13, 33, 1), (12, 32, 256), (25, 17, 257), (97, 10, 600), (11, 65, 1024), (13, 40, 2100)] {
            let (a, b) = form.factors(m, n, k)
            let result = noiseMatrix(m, n, gap: form.gap, stream: 3)
            let before = result.elements
            MatrixProduct.compute(a, b, into: result, accumulate: true, device: device)
            expectSameBits(result.elements, MatrixProduct.orderedReference(a, b, addedTo: before), "\(m) × \(n) × \(k)")
        }
    }

    @Test func aSumOverRowsIsTheSameInChunksOfWholeBlocks() {
        let device = Device(threads: 2)
        let x = noiseMatrix(1300, 37, stream: 1), y = noiseMatrix(1300, 21, stream: 2)
        let whole = Matrix(rows: 37, columns: 21), parts = Matrix(rows: 37, columns: 21)
        MatrixProduct.compute(x.transposed, y.plain, into: whole, accumulate: true, device: device)
        for range in [0..<256, 256..<1024, 1024..<1300] {
            MatrixProduct.compute(
                x.rows(range).transposed, y.rows(range).plain, into: parts, accumulate: true, device: device)
        }
        expectSameBits(parts.elements, whole.elements)
    }

    @Test(arguments: [false, true], [1, 256, 300]) func epiloguesFollowTheCompleteSum(accumulate: Bool, k: Int) {
        let device = Device()
        for (m, n) in [(1, 1), (13, 33), (24, 32), (97, 16), (12, 47)] {
            let (a, b) = Form().factors(m, n, k)
            let bias = noiseMatrix(1, n, stream: 4), active = noiseMatrix(m, n, gap: 3, stream: 5)
            // ReLU's derivative is 0 at 0, whichever its sign.
            if n > 1 { (active[0, 0], active[0, 1]) = (0, -0.0) }
            let before = noise(m * n, stream: 3)
            let sums = MatrixProduct.orderedReference(a, b, addedTo: accumulate ? before : nil)
            let mask = active.elements.map { $0 > 0 }
            let biased = sums.indices.map { sums[$0] + bias[0, $0 % n] }
            let cases: [(Epilogue, [Float])] = [
                (.none, sums), (.bias(bias), biased), (.biasThenReLU(bias), biased.map { $0 < 0 ? 0 : $0 }),
                (.whereActive(active), sums.indices.map { mask[$0] ? sums[$0] : 0 }),
                (.biasWhereActive(bias, active: active), biased.indices.map { mask[$0] ? biased[$0] : 0 }),
            ]
            for (epilogue, expected) in cases {
                let result = Matrix(Vector(before), rows: m, columns: n)
                MatrixProduct.compute(a, b, into: result, accumulate: accumulate, epilogue: epilogue, device: device)
                expectSameBits(result.elements, expected, "\(m) × \(n), \(epilogue)")
            }
        }
    }

    /// Wide enough that the second factor is packed in two rounds.
    @Test func aSecondFactorBeyondTheScratchMemoryIsTakenInParts() {
        let (a, b) = Form(rightTransposed: true).factors(2, 1060, 4100)
        let result = Matrix(rows: 2, columns: 1060)
        MatrixProduct.compute(a, b, into: result, device: Device())
        expectSameBits(result.elements, MatrixProduct.orderedReference(a, b))
    }

    @Test(arguments: Form.all) func threadsLeaveNoTrace(form: Form) {
        for (m, n, k) in [(300, 70, 300), (1000, 10, 200), (40, 500, 257), (7, 900, 600)] {
            let (a, b) = form.factors(m, n, k)
            let bias = noiseMatrix(1, n, stream: 4)
            let expected = Matrix(rows: m, columns: n)
            MatrixProduct.compute(a, b, into: expected, epilogue: .biasThenReLU(bias), device: Device())
            for threads in 2...5 {
                let result = Matrix(rows: m, columns: n)
                MatrixProduct.compute(a, b, into: result, epilogue: .biasThenReLU(bias), device: Device(threads: threads))
                expectSameBits(result.elements, expected.elements, "\(m) × \(n) × \(k) on \(threads) threads")
            }
        }
    }

    @Test func nothingOutsideTheResultIsWritten() {
        for (m, n) in [(13, 33), (12, 32), (1, 5), (96, 47)] {
            let (a, b) = Form().factors(m, n, 300)
            let storage = Vector(count: (m + 2) * (n + 7))
            storage.fill(7)
            let result = Matrix(storage, offset: n + 9, rows: m, columns: n, stride: n + 7)
            MatrixProduct.compute(a, b, into: result, device: Device(threads: 2))
            for row in 0..<m { for column in 0..<n { result[row, column] = 7 } }
            #expect(storage.elements.allSatisfy { $0 == 7 }, "\(m) × \(n)")
        }
    }

    /// A diverging run must be noticed: nothing that is not a number turns into one.
    @Test func whatIsNoNumberStaysSo() {
        let (a, b) = Form().factors(13, 33, 40)
        a.matrix[12, 39] = .nan
        b.matrix[0, 32] = .infinity
        let result = Matrix(rows: 13, columns: 33), bias = Matrix(rows: 1, columns: 33)
        MatrixProduct.compute(a, b, into: result, epilogue: .biasThenReLU(bias), device: Device())
        for column in 0..<33 { #expect(result[12, column].isNaN) }
        for row in 0..<12 { #expect(result[row, 32] == (a.matrix[row, 0] > 0 ? .infinity : 0)) }

        let active = Matrix(rows: 13, columns: 33)
        active.storage.fill(1)
        active[3, 4] = .nan
        b.matrix[0, 32] = 1
        MatrixProduct.compute(a, b, into: result, epilogue: .whereActive(active), device: Device())
        for column in 0..<33 { #expect(result[12, column].isNaN) }
        // What the derivative of ReLU is where its value is no number is nobody's guess; the gradient passes.
        expectSameBits([result[3, 4]], [MatrixProduct.orderedReference(a, b)[3 * 33 + 4]])
    }
}
