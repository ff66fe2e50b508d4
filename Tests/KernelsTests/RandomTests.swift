import Foundation
import Testing

@testable import Kernels

@Suite struct PhiloxTests {
    /// The known answers of Random123 1.14 (`kat_vectors`, philox4x32 with 10 rounds): all zeros, all ones, digits of π.
    @Test func givesThePublishedAnswers() {
        let ones = UInt32.max
        #expect(Philox(key: [0, 0]).block(at: [0, 0, 0, 0]) == [0x6627_e8d5, 0xe169_c58d, 0xbc57_ac4c, 0x9b00_dbd8])
        #expect(
            Philox(key: [ones, ones]).block(at: [ones, ones, ones, ones])
                == [0x408f_276d, 0x41c8_3b0e, 0xa20b_c7c6, 0x6d54_51fd])
        #expect(
            Philox(key: [0xa409_3822, 0x299f_31d0]).block(at: [0x243f_6a88, 0x85a3_08d3, 0x1319_8a2e, 0x0370_7344])
                == [0xd16c_fe09, 0x94fd_cceb, 0x5001_e420, 0x2412_6ea1])
    }

    @Test func aSeedIsTheKeyWithItsLowWordFirst() {
        #expect(
            Philox(seed: 0x299f_31d0_a409_3822).block(at: [1, 2, 3, 4])
                == Philox(key: [0xa409_3822, 0x299f_31d0]).block(at: [1, 2, 3, 4]))
    }

    /// Two numbers come from one block; the counter's words are the index's half and the stream.
    @Test func aUniformNumberIsTheTop52BitsOfHalfABlock() {
        let generator = Philox(seed: 5)
        for (index, stream) in [(UInt64(0), UInt64(0)), (7, 3), (1 << 40 + 1, 1 << 33)] {
            let half = index / 2
            let block = generator.block(at: [
                UInt32(half & 0xffff_ffff), UInt32(half >> 32), UInt32(stream & 0xffff_ffff), UInt32(stream >> 32),
            ])
            let word = index % 2 == 0 ? UInt64(block[0]) << 32 | UInt64(block[1]) : UInt64(block[2]) << 32 | UInt64(block[3])
            #expect(generator.uniform(index, stream: stream) == (Double(word >> 12) + 0.5) / 4_503_599_627_370_496)
            #expect(generator.integer(below: 1000, index, stream: stream) == Int(word.multipliedFullWidth(by: 1000).high))
        }
    }

    @Test func uniformNumbersFillTheirIntervalEvenly() {
        let generator = Philox(seed: 6)
        let count = 64_000, cells = 64
        var tally = [Int](repeating: 0, count: cells)
        for i in 0..<UInt64(count) {
            let u = generator.uniform(i, stream: 0)
            #expect(u > 0 && u < 1)
            tally[Int(u * Double(cells))] += 1
        }
        let expected = Double(count / cells)
        let chiSquared = tally.reduce(0.0) { $0 + (Double($1) - expected) * (Double($1) - expected) / expected }
        // 63 degrees of freedom: mean 63, deviation 11.2; beyond 5 deviations on either side something is wrong.
        #expect(chiSquared > 7 && chiSquared < 120, "χ² = \(chiSquared)")
    }
}

@Suite struct NormalTests {
    /// Φ(x) = erfc(−x/√2)/2; near 1 its complement is compared, where digits are left.
    private func distribution(_ x: Double) -> Double { erfc(-x / 2.0.squareRoot()) / 2 }

    @Test func theQuantileInvertsTheDistributionFunction() {
        let probabilities =
            [1e-300, 1e-100, 1e-30, 1e-20, 1e-12, 1.4e-11, 1e-9, 1e-5, 0.001, 0.02, 0.0749, 0.075, 0.0751]
            + (1...49).map { Double($0) / 100 }
        for p in probabilities {
            let x = Normal.quantile(p)
            // An error δ of x shows as δ·φ(x)/Φ(x) ≈ δ·|x| of Φ.
            expectClose(distribution(x) / p, 1, within: 4e-15 * (1 + x * x), "Φ at the quantile \(x) of \(p)")
        }
        #expect(Normal.quantile(0.5) == 0)
        // A binary fraction's complement is exact.
        for p in [0x1p-20, 0x1p-10, 0.0625, 0.125, 0.25, 0.375] { #expect(Normal.quantile(1 - p) == -Normal.quantile(p)) }
    }

    /// Values of Wichura's paper and of tables.
    @Test func theQuantileHasItsKnownValues() {
        expectClose(Normal.quantile(0.25), -0.6744897501960817, within: 2e-16)
        expectClose(Normal.quantile(0.001), -3.090232306167814, within: 1e-15)
        expectClose(Normal.quantile(1e-20), -9.262340089798408, within: 4e-15)
        expectClose(Normal.quantile(0.975), 1.959963984540054, within: 1e-15)
        // The oracle's own: rounding its argument 2/√2 shows times x² = 4.
        expectClose(distribution(-2), 0.022750131948179207, within: 0.0228 * 4 * 0x1p-52)
    }

    @Test(arguments: [UInt64(0), 1, 2]) func aTruncatedNormalHasItsMomentsAndBounds(seed: UInt64) {
        let count = 200_000
        let matrix = Matrix(rows: 400, columns: 500)
        let scale = 0.1 / Normal.truncatedDeviation
        Normal.fillTruncated(matrix, scale: scale, generator: Philox(seed: seed), stream: 4)
        let values = matrix.elements.map(Double.init)
        let mean = values.reduce(0, +) / Double(count)
        let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(count)
        // Standard errors 0.1/√n and, with the kurtosis 2.14 of the cut normal, about 0.1·√((2.14 − 1)/4n).
        expectClose(mean, 0, within: 4 * 0.1 / Double(count).squareRoot(), "mean")
        expectClose(variance.squareRoot(), 0.1, within: 4 * 0.1 * (1.14 / (4 * Double(count))).squareRoot(), "deviation")
        let limit = 2 * scale
        #expect(values.allSatisfy { $0.magnitude <= limit * (1 + 0x1p-24) })
        #expect(values.contains { $0 > 0.99 * limit } && values.contains { $0 < -0.99 * limit })
    }

    @Test func aStandardNormalHasItsMoments() {
        let vector = Vector(count: 200_000)
        Normal.fill(vector, generator: Philox(seed: 9), stream: 1)
        let values = vector.elements.map(Double.init)
        let n = Double(values.count)
        expectClose(values.reduce(0, +) / n, 0, within: 4 / n.squareRoot(), "mean")
        expectClose(values.reduce(0) { $0 + $1 * $1 } / n, 1, within: 4 * (2 / n).squareRoot(), "variance")
        expectClose(values.reduce(0) { $0 + $1 * $1 * $1 * $1 } / n, 3, within: 4 * (96 / n).squareRoot(), "fourth moment")
        #expect(values.contains { $0 > 3.5 } && values.contains { $0 < -3.5 })
    }

    @Test func elementsDependOnTheirIndexAloneNotOnTheStride() {
        let plain = Matrix(rows: 7, columns: 5)
        let gaps = Matrix(Vector(count: 100), offset: 3, rows: 7, columns: 5, stride: 11)
        let row = Matrix(rows: 1, columns: 35)
        for matrix in [plain, gaps, row] { Normal.fillTruncated(matrix, scale: 2, generator: Philox(seed: 1), stream: 2) }
        expectSameBits(gaps.elements, plain.elements)
        expectSameBits(row.elements, plain.elements)
    }

    @Test func streamsAndSeedsDiffer() {
        let draws = [(UInt64(1), UInt64(0)), (1, 1), (2, 0)].map { seed, stream in
            let vector = Vector(count: 8)
            Normal.fill(vector, generator: Philox(seed: seed), stream: stream)
            return vector.elements
        }
        #expect(Set(draws).count == 3)
    }
}
