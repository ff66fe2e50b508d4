import Testing

@testable import Kernels

@Suite struct NormalisationTests {
    private func compute(_ x: Matrix, _ scale: Matrix, _ bias: Matrix, epsilon: Float, threads: Int = 1) -> [Float] {
        let result = Matrix(rows: x.rows, columns: x.columns), statistics = Matrix(rows: 4, columns: x.rows)
        Normalisation.compute(
            x, scale: scale, bias: bias, epsilon: epsilon, into: result, statistics: statistics,
            device: Device(threads: threads))
        return result.elements
    }

    @Test(arguments: [1, 3, 16, 32, 37, 128], [0, 5])
    func isItsDefinition(columns: Int, gap: Int) {
        let x = noiseMatrix(7, columns, gap: gap, stream: 1)
        let scale = noiseMatrix(1, columns, stream: 2), bias = noiseMatrix(1, columns, stream: 3)
        let expected = Normalisation.reference(x, scale: scale, bias: bias, epsilon: 1e-5)
        for (value, expected) in zip(compute(x, scale, bias, epsilon: 1e-5), expected) {
            expectClose(Double(value), expected, within: 2e-6)
        }
    }

    /// Where E[x²] − E[x]² would lose all digits, the variance around the mean does not.
    @Test func aLargeMeanCostsNoMoreThanItsOwnRounding() {
        let x = noiseMatrix(5, 64, stream: 1), ones = Matrix(rows: 1, columns: 64), zeros = Matrix(rows: 1, columns: 64)
        ones.storage.fill(1)
        for row in 0..<5 { for column in 0..<64 { x[row, column] += 4096 } }
        let expected = Normalisation.reference(x, scale: ones, bias: zeros, epsilon: 1e-6)
        // The mean of 64 numbers takes eight roundings on the way to it, each by at most 2⁻²⁴ of 4,096; a row's deviation is
        // above one half.
        for (value, expected) in zip(compute(x, ones, zeros, epsilon: 1e-6), expected) {
            expectClose(Double(value), expected, within: 8 * 0x1p-12 / 0.5)
        }
    }

    @Test func aConstantRowBecomesTheBias() {
        let x = Matrix(rows: 2, columns: 20), scale = noiseMatrix(1, 20, stream: 1), bias = noiseMatrix(1, 20, stream: 2)
        for column in 0..<20 { x[1, column] = 0.75 }
        #expect(compute(x, scale, bias, epsilon: 1e-6) == bias.elements + bias.elements)
    }

    @Test func gradientsHaveTheSameBitsOnAnyThreadsAndInChunks() {
        let rows = 2000, columns = 24
        let x = noiseMatrix(rows, columns, stream: 1), above = noiseMatrix(rows, columns, stream: 2)
        let scale = noiseMatrix(1, columns, stream: 3), statistics = Matrix(rows: 4, columns: rows)
        let ignored = Matrix(rows: rows, columns: columns)
        Normalisation.compute(
            x, scale: scale, bias: scale, epsilon: 1e-5, into: ignored, statistics: statistics, device: Device())
        func results(threads: Int, chunk: Int) -> [[Float]] {
            let result = Matrix(rows: rows, columns: columns)
            let gradients = (Matrix(rows: 1, columns: columns), Matrix(rows: 1, columns: columns))
            for start in stride(from: 0, to: rows, by: chunk) {
                let range = start..<min(start + chunk, rows)
                Normalisation.backward(
                    x.rows(range), statistics: statistics.columns(range), scale: scale, outputGradient: above.rows(range),
                    mask: nil, into: result.rows(range), scaleGradient: gradients.0, biasGradient: gradients.1,
                    device: Device(threads: threads))
            }
            return [result.elements, gradients.0.elements, gradients.1.elements]
        }
        let expected = results(threads: 1, chunk: rows)
        for (threads, chunk) in [(2, rows), (4, rows), (3, 512), (1, 256)] {
            for (values, other) in zip(results(threads: threads, chunk: chunk), expected) {
                expectSameBits(values, other, "\(threads) threads, chunks of \(chunk)")
            }
        }
    }
}
