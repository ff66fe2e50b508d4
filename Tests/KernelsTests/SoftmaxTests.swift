import Testing

@testable import Kernels

@Suite struct SoftmaxTests {
    private static let shapes = [
        AttentionShape(length: 1, heads: 1, keySize: 1), AttentionShape(length: 5, heads: 3, keySize: 7),
        AttentionShape(length: 17, heads: 2, keySize: 16), AttentionShape(length: 64, heads: 2, keySize: 32),
    ]

    private func inputs(_ shape: AttentionShape, examples: Int, scale: Float = 1) -> AttentionInputs {
        let each = (1...3).map { noiseMatrix(examples * shape.length, shape.width, stream: UInt64($0)) }
        for matrix in each.dropLast() { for i in 0..<matrix.storage.count { matrix.storage[i] *= scale } }
        return AttentionInputs(queries: each[0], keys: each[1], values: each[2])
    }

    private func compute(_ x: AttentionInputs, _ shape: AttentionShape, threads: Int = 1) -> (weights: Matrix, output: Matrix) {
        let weights = noiseMatrix(x.queries.rows * shape.heads, shape.length), output = noiseMatrix(x.queries.rows, shape.width)
        Attention.compute(x, shape: shape, weights: weights, into: output, device: Device(threads: threads))
        return (weights, output)
    }

    /// Scores of a few units, and of some hundreds, where all but the largest powers vanish.
    @Test(arguments: shapes, [1, 30] as [Float]) func attentionIsItsDefinition(shape: AttentionShape, scale: Float) {
        let x = inputs(shape, examples: 3, scale: scale)
        let (_, output) = compute(x, shape)
        // A score's rounding error becomes a relative one of its power.
        let tolerance = 1e-6 * Double(1 + scale * scale * Float(shape.keySize).squareRoot())
        for (value, expected) in zip(output.elements, Attention.reference(x, shape: shape)) {
            expectClose(Double(value), expected, within: tolerance)
        }
    }

    @Test func weightsAreAProbabilityOfWhatHasBeen() {
        let shape = AttentionShape(length: 33, heads: 2, keySize: 8)
        let (weights, _) = compute(inputs(shape, examples: 2, scale: 3), shape)
        for row in 0..<weights.rows {
            let position = row % shape.length
            let p = (0..<shape.length).map { weights[row, $0] }
            #expect(p[(position + 1)...].allSatisfy { $0 == 0 })
            #expect(p[...position].allSatisfy { $0 >= 0 && $0 <= 1 })
            expectClose(p.reduce(0) { $0 + Double($1) }, 1, within: 1e-6)
        }
    }

    @Test func hasTheSameBitsOnAnyThreads() {
        let shape = AttentionShape(length: 20, heads: 3, keySize: 8)
        let x = inputs(shape, examples: 5), expected = compute(x, shape)
        for threads in 2...4 {
            let found = compute(x, shape, threads: threads)
            expectSameBits(found.output.elements, expected.output.elements, "\(threads) threads")
            expectSameBits(found.weights.elements, expected.weights.elements, "\(threads) threads")
        }
    }

    @Test(arguments: [2, 5, 16, 128, 131]) func crossEntropyIsItsDefinition(classes: Int) {
        let rows = 50, scores = noiseMatrix(rows, classes, stream: 1)
        // One row whose powers would overflow without taking the maximum away.
        for column in 0..<classes { scores[7, column] = 1000 * Float(column) / Float(classes) - 300 }
        let labels = (0..<rows).map { Int32($0 * 3 % classes) }
        let p = Matrix(rows: rows, columns: classes), g = Matrix(rows: rows, columns: classes)
        let sum = CrossEntropy.compute(scores, labels: labels[...], scale: 0.5, probabilities: p, gradient: g, device: Device())
        let expected = CrossEntropy.reference(scores, labels: labels)
        expectClose(sum, expected, within: 1e-7 * (expected + Double(rows)))
        for row in 0..<rows {
            let z = (0..<classes).map { Double(scores[row, $0]) }, top = z.max()!
            let powers = z.map { Functions.exp($0 - top) }, total = powers.reduce(0, +)
            for column in 0..<classes {
                let probability = powers[column] / total
                expectClose(Double(p[row, column]), probability, within: 1e-6 * probability + 1e-37)
                let difference = 0.5 * (probability - (column == Int(labels[row]) ? 1 : 0))
                expectClose(Double(g[row, column]), difference, within: 2e-7)
            }
        }
        for threads in [2, 4] {
            let again = CrossEntropy.compute(
                scores, labels: labels[...], scale: 0.5, probabilities: p, gradient: g, device: Device(threads: threads))
            #expect(again == sum)
        }
    }

    @Test func aScoreThatIsNotANumberIsNotHidden() {
        let scores = noiseMatrix(4, 20, stream: 1)
        scores[2, 19] = .nan
        let p = Matrix(rows: 4, columns: 20), g = Matrix(rows: 4, columns: 20)
        #expect(
            CrossEntropy.compute(
                scores, labels: [0, 1, 2, 3], scale: 1, probabilities: p, gradient: g, device: Device()
            ).isNaN)
    }
}
