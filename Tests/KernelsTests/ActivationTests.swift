import Testing

@testable import Kernels

@Suite struct ActivationTests {
    private let points: [Float] = (-4000...4000).map { Float($0) * 0.004 } + [0, -0.0, 1e-6, -1e-6, 30, -30]

    /// The oracle of each function, in double precision.
    private func reference(_ function: SmoothActivation) -> (Double) -> Double {
        switch function {
        case .gelu: TanhGELU.reference
        case .tanh: HyperbolicTangent.reference
        }
    }

    @Test(arguments: SmoothActivation.allCases) func functionAndDerivativeAreTheirDefinitions(of function: SmoothActivation) {
        let f = reference(function)
        let x = Matrix(Vector(points), rows: 1, columns: points.count)
        let y = Matrix(rows: 1, columns: points.count), derivative = Matrix(rows: 1, columns: points.count)
        function.compute(x, into: y, derivative: derivative, device: Device(threads: 2))
        for (i, point) in points.enumerated() {
            let z = Double(point), h = 1e-5
            // 1 + tanh u is good to a few units of 2⁻²⁴ of 1, not of itself where it is small.
            expectClose(Double(y[0, i]), f(z), within: 4e-7 * z.magnitude, "f(\(z))")
            let slope = (f(z + h) - f(z - h)) / (2 * h)
            expectClose(Double(derivative[0, i]), slope, within: 1e-6 * max(1, z.magnitude), "f′(\(z))")
        }
    }

    /// To 4 units in the last place, which the series near zero keeps for the smallest numbers as well.
    @Test func theHyperbolicTangentIsGoodToItsLastPlaces() {
        let small = (0..<60).map { Float(sign: .plus, exponent: -$0, significand: 1.3) }
        let all = points + small, x = Matrix(Vector(all), rows: 1, columns: all.count)
        let y = Matrix(rows: 1, columns: all.count), derivative = Matrix(rows: 1, columns: all.count)
        SmoothActivation.tanh.compute(x, into: y, derivative: derivative, device: Device())
        for (i, point) in all.enumerated() {
            let z = Double(point), exact = point.magnitude < 1e-5 ? z - z * z * z / 3 : HyperbolicTangent.reference(z)
            expectClose(Double(y[0, i]), exact, within: 4 * Double(Float(exact).ulp), "tanh(\(z))")
        }
    }

    @Test(arguments: SmoothActivation.allCases) func theSecondDerivativeIsThatOfTheFirst(of function: SmoothActivation) {
        let f = reference(function)
        let count = points.count, ones = Matrix(rows: 1, columns: count), zeros = Matrix(rows: 1, columns: count)
        ones.storage.fill(1)
        let x = Matrix(Vector(points), rows: 1, columns: count), result = Matrix(rows: 1, columns: count)
        let derivative = Matrix(rows: 1, columns: count)
        function.backwardTangent(
            x, derivative: derivative, tangent: ones, outputGradient: ones, outputGradientTangent: zeros, into: result,
            device: Device())
        for (i, point) in points.enumerated() {
            let z = Double(point), h = 1e-3
            let g = { f(z + $0 * h) }
            // Fourth order, so that the difference is good to 1e-8.
            let second = (-g(2) + 16 * g(1) - 30 * g(0) + 16 * g(-1) - g(-2)) / (12 * h * h)
            expectClose(Double(result[0, i]), second, within: 2e-6 * max(1, z.magnitude), "f″(\(z))")
        }
    }

    @Test func tokensFindTheirRows() {
        let tokens = Matrix(Vector([2, 0, 1, 2, 2, 0]), rows: 6, columns: 1)
        let table = noiseMatrix(3, 21, stream: 1), positions = noiseMatrix(3, 21, stream: 2), rows = Matrix(rows: 6, columns: 21)
        TokenTable.lookUp(tokens, table: table, positions: positions, into: rows, device: Device(threads: 2))
        for row in 0..<6 {
            for column in 0..<21 {
                #expect(rows[row, column] == table[Int(tokens[row, 0]), column] + positions[row % 3, column])
            }
        }
    }

    @Test func gradientsOfRowsAddUpInOrderOnAnyThreads() {
        let count = 3000, generator = Philox(seed: 1)
        let names = (0..<UInt64(count)).map { Float(generator.integer(below: 7, $0, stream: 0)) }
        let tokens = Matrix(Vector(names), rows: count, columns: 1), gradient = noiseMatrix(count, 40, stream: 1)
        var table = [Float](repeating: 0, count: 7 * 40), positions = [Float](repeating: 0, count: 10 * 40)
        for row in 0..<count {
            for column in 0..<40 {
                table[Int(names[row]) * 40 + column] += gradient[row, column]
                positions[row % 10 * 40 + column] += gradient[row, column]
            }
        }
        for threads in 1...4 {
            let a = Matrix(rows: 7, columns: 40), b = Matrix(rows: 10, columns: 40)
            TokenTable.add(gradient, of: tokens, toTable: a, positions: b, device: Device(threads: threads))
            expectSameBits(a.elements, table, "\(threads) threads")
            expectSameBits(b.elements, positions, "\(threads) threads")
        }
    }
}
