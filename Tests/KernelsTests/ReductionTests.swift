import Testing

@testable import Kernels

@Suite struct ReductionTests {
    /// Around the edges of lanes (16), blocks (4,096), and long enough for several threads.
    private static let counts = [0, 1, 15, 16, 17, 4095, 4096, 4097, 300_001]

    /// The documented order, written plainly: 16 interleaved lanes a block, lanes in order, then blocks.
    private func orderedSum(_ a: [Float], _ b: [Float], _ add: (inout Double, Double, Double) -> Void) -> Double {
        var total = 0.0
        for start in stride(from: 0, to: a.count, by: 4096) {
            var lanes = [Double](repeating: 0, count: 16)
            for i in start..<min(start + 4096, a.count) { add(&lanes[(i - start) % 16], Double(a[i]), Double(b[i])) }
            total += lanes.reduce(0, +)
        }
        return total
    }

    @Test(arguments: counts) func theInnerProductHasItsDocumentedOrderOnAnyThreads(count: Int) {
        let a = noise(count, stream: 1), b = noise(count, stream: 2)
        let expected = orderedSum(a, b) { $0.addProduct($1, $2) }
        for threads in 1...4 {
            #expect(Sums.dot(Vector(a), Vector(b), device: Device(threads: threads)) == expected)
        }
        expectClose(expected, zip(a, b).reduce(0.0) { $0 + Double($1.0) * Double($1.1) }, within: 1e-15 * Double(count + 1))
    }

    @Test(arguments: counts) func theNormIsThatOfTheElements(count: Int) {
        let a = noise(count, stream: 3)
        let expected = a.reduce(0.0) { $0 + Double($1) * Double($1) }.squareRoot()
        expectClose(Sums.norm(Vector(a), device: Device(threads: 2)), expected, within: 1e-13 * expected)
    }

    @Test func aNormNeitherOverflowsNorVanishes() {
        let device = Device()
        let large = Vector(Array(repeating: Float.greatestFiniteMagnitude, count: 100))
        #expect(Sums.norm(large, device: device).isFinite)
        let small = Vector(Array(repeating: Float.leastNonzeroMagnitude, count: 4))
        #expect(Sums.norm(small, device: device) == 2 * Double(Float.leastNonzeroMagnitude))
    }

    @Test(arguments: counts) func theSquaredDistanceHasItsDocumentedOrderOnAnyThreads(count: Int) {
        let a = noise(count, stream: 4), b = noise(count, stream: 5)
        let exact = zip(a, b).reduce(0.0) { $0 + (Double($1.0) - Double($1.1)) * (Double($1.0) - Double($1.1)) }
        let expected = orderedSum(a, b) { $0.addProduct($1 - $2, $1 - $2) }
        let x = Matrix(Vector(a), rows: 1, columns: count), y = Matrix(Vector(b), rows: 1, columns: count)
        for threads in 1...4 { #expect(Sums.squaredDistance(x, y, device: Device(threads: threads)) == expected) }
        expectClose(expected, exact, within: 1e-13 * exact)
    }

    @Test(arguments: [1, 2, 255, 256, 257, 1000], [1, 10, 16, 17, 100, 1000])
    func columnSumsAreOrderedSumsOfBlocks(rows: Int, columns: Int) {
        let matrix = noiseMatrix(rows, columns, gap: 3), before = noise(columns, stream: 6)
        let expected = (0..<columns).map { column in
            var total = before[column]
            for block in stride(from: 0, to: rows, by: 256) {
                var sum: Float = 0
                for row in block..<min(block + 256, rows) { sum += matrix[row, column] }
                total += sum
            }
            return total
        }
        for threads in 1...4 {
            let result = Matrix(Vector(before), rows: 1, columns: columns)
            ColumnSums.add(matrix, to: result, device: Device(threads: threads))
            expectSameBits(result.elements, expected, "on \(threads) threads")
        }
    }

    @Test func whatIsNoNumberReachesEverySum() {
        let device = Device(threads: 2)
        for index in [0, 5000, 99_999] {
            var values = noise(100_000)
            values[index] = .nan
            let vector = Vector(values), zeros = Vector(count: 100_000)
            #expect(Sums.dot(vector, zeros, device: device).isNaN)
            #expect(Sums.norm(vector, device: device).isNaN)
            let matrix = Matrix(vector, rows: 1000, columns: 100), other = Matrix(zeros, rows: 1000, columns: 100)
            #expect(Sums.squaredDistance(matrix, other, device: device).isNaN)
            let sums = Matrix(rows: 1, columns: 100)
            ColumnSums.add(matrix, to: sums, device: device)
            #expect(sums.elements.indices.filter { sums[0, $0].isNaN } == [index % 100])
        }
    }
}
