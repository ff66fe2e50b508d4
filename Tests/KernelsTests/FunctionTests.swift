import Foundation
import Testing

@testable import Kernels

@Suite struct LaneFunctionTests {
    private func lanes(_ values: [Float], _ function: (SIMD16<Float>) -> SIMD16<Float>) -> [Float] {
        stride(from: 0, to: values.count, by: 16).flatMap { start in
            var x = SIMD16<Float>.zero
            let count = min(16, values.count - start)
            for i in 0..<count { x[i] = values[start + i] }
            let y = function(x)
            return (0..<count).map { y[$0] }
        }
    }

    /// Every 1,009th single-precision number between two of the same sign, so that all exponents are met.
    private func sweep(_ from: Float, _ to: Float) -> [Float] {
        stride(from: min(from.bitPattern, to.bitPattern), through: max(from.bitPattern, to.bitPattern), by: 1009)
            .map(Float.init(bitPattern:))
    }

    private func expectWithin(
        _ limit: Double, _ name: String, _ inputs: [Float], _ function: (SIMD16<Float>) -> SIMD16<Float>,
        _ oracle: (Double) -> Double
    ) {
        var worst = (error: 0.0, at: Float(0), value: Float(0))
        for (x, y) in zip(inputs, lanes(inputs, function)) {
            let error = ulps(y, oracle(Double(x)))
            if !(error <= worst.error) { worst = (error, x, y) }
        }
        #expect(
            worst.error <= limit,
            "\(name) \(worst.at) = \(worst.value), expected \(oracle(Double(worst.at))): \(worst.error) units in the last place")
    }

    @Test func theExponentialIsRightTo2UnitsInTheLastPlace() {
        let inputs = sweep(-87.3, -0x1p-140) + sweep(0x1p-140, 88.72) + (0..<100_000).map { Float($0) * 0.00176 - 87.3 }
        expectWithin(2, "exp", inputs, { Functions.exp($0) }, Foundation.exp)
    }

    @Test func theExponentialEndsAsDocumented() {
        let top: Float = 88.72283
        let values = lanes(
            [0, -0.0, 88.73, 1e30, .infinity, -87.31, -1e30, -.infinity, .nan, -.nan, top, top.nextUp, top.nextUp.nextUp]
        ) { Functions.exp($0) }
        #expect(values[0...1] == [1, 1])
        #expect(values[2...4].allSatisfy { $0 == .infinity })
        #expect(values[5...7].allSatisfy { $0 == 0 })
        #expect(values[8].isNaN && values[9].isNaN)
        #expect(ulps(values[10], Foundation.exp(Double(top))) <= 2)
        #expect(values[11...].allSatisfy { $0 == .infinity })
    }

    @Test func theHyperbolicTangentIsRightTo4UnitsInTheLastPlace() {
        let positive = sweep(0x1p-140, 20) + (0..<100_000).map { Float($0) * 1e-4 }
        expectWithin(4, "tanh", positive + positive.map { -$0 }, { Functions.tanh($0) }, Foundation.tanh)
    }

    @Test func theHyperbolicTangentEndsInOneAndIsOdd() {
        let values = lanes([0, 50, 1e30, .infinity, -50, -.infinity, .nan]) { Functions.tanh($0) }
        #expect(values[0] == 0)
        #expect(values[1...3].allSatisfy { $0 == 1 })
        #expect(values[4...5].allSatisfy { $0 == -1 })
        #expect(values[6].isNaN)
        let x = noise(1000).map { 3 * $0 }
        expectSameBits(lanes(x.map { -$0 }) { Functions.tanh($0) }, lanes(x) { Functions.tanh($0) }.map { -$0 })
    }
}

@Suite struct ScalarFunctionTests {
    private func sweep(_ from: Double, _ to: Double, _ count: Int = 200_000) -> [Double] {
        (0...count).map { from + (to - from) * Double($0) / Double(count) }
    }

    private func expectWithin(
        _ limit: Double, _ name: String, _ inputs: [Double], _ function: (Double) -> Double, _ oracle: (Double) -> Double
    ) {
        var worst = (error: 0.0, at: 0.0)
        for x in inputs {
            let error = ulps(function(x), oracle(x))
            if !(error <= worst.error) { worst = (error, x) }
        }
        #expect(
            worst.error <= limit,
            "\(name) \(worst.at) = \(function(worst.at)), expected \(oracle(worst.at)): \(worst.error) units in the last place")
    }

    @Test func theLogarithmIsRightTo2UnitsInTheLastPlace() {
        let wide = (0..<99_000).map { Double(bitPattern: $0 * 92_233_720_368_547 + 1) }
        let nearOne = (0..<60).flatMap { step -> [Double] in
            let distance = Foundation.pow(0.55, Double(step + 1))
            return [1 + distance, 1 - distance]
        }
        expectWithin(2, "log", wide + nearOne + sweep(0.5, 3), Functions.log, Foundation.log)
        #expect(Functions.log(1) == 0)
        #expect(Functions.log(0) == -.infinity)
        #expect(Functions.log(.infinity) == .infinity)
        #expect(Functions.log(-1).isNaN && Functions.log(.nan).isNaN)
        expectClose(Functions.log(.leastNonzeroMagnitude), -744.4400719213812, within: 2e-13)
    }

    @Test func theExponentialIsRightTo2UnitsInTheLastPlace() {
        expectWithin(2, "exp", sweep(-708, 709.7) + sweep(-1, 1), { Functions.exp($0) }, Foundation.exp)
        // Below the normal range a unit is the smallest number there is.
        expectWithin(2, "exp", sweep(-745, -708, 10_000), { Functions.exp($0) }, Foundation.exp)
        #expect(Functions.exp(0) == 1)
        #expect(Functions.exp(710) == .infinity && Functions.exp(.infinity) == .infinity)
        #expect(Functions.exp(-746) == 0 && Functions.exp(-.infinity) == 0)
        #expect(Functions.exp(.nan).isNaN)
    }

    @Test func sineAndCosineOfATurnAreRightToRounding() {
        for t in sweep(0, 1) {
            // What rounding took from 2πt, of the product and of 2π itself, is given back to first order.
            let x = 2 * Double.pi * t
            let lost = (-x).addingProduct(2 * Double.pi, t) + 2.4492935982947064e-16 * t
            let (sine, cosine) = Functions.sineAndCosine(turns: t)
            expectClose(sine, sin(x) + lost * cos(x), within: 0x1p-52, "sin 2π·\(t)")
            expectClose(cosine, cos(x) - lost * sin(x), within: 0x1p-52, "cos 2π·\(t)")
        }
        let exact: [(Double, Double, Double)] = [(0, 0, 1), (0.25, 1, 0), (0.5, 0, -1), (0.75, -1, 0), (1, 0, 1)]
        for (t, sine, cosine) in exact {
            let value = Functions.sineAndCosine(turns: t)
            #expect(value.sine == sine && value.cosine == cosine)
        }
    }
}
