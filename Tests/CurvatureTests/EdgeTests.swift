import Foundation
import Testing

import Curvature
import Kernels
import Training

@Suite struct EdgeTests {
    /// The formula as the paper prints it.
    private func printed(_ eta: Double, _ rho: Double, _ g: Double) -> Double {
        g / (2 * rho) * ((1 + 8 * rho / (eta * g)).squareRoot() - 1)
    }

    @Test(arguments: [(0.3, 0.1, 0.05), (0.01, 0.03, 10), (1, 1, 1), (0.1, 0.3, 1e-3)])
    func theStableFormEqualsThePrintedOne(eta: Double, rho: Double, g: Double) {
        let edge = SAM.edge(learningRate: eta, radius: rho, gradientNorm: g)
        #expect(abs(edge / printed(eta, rho, g) - 1) < 1e-12)
    }

    /// What the paper's own code printed, by the fork whose runs `Outside` has rows of.
    ///
    /// It computes the paper's form in single precision, with roundings of u = 2⁻²⁴ each. S = √(1 + 8ρ/(η‖g‖)) is off by at most
    /// 3.5u, half of the five before the root and that of the root; S − 1 by S/(S − 1) times as much and one more; its factor
    /// ‖g‖/(2ρ) and the product by three. Both columns have seven digits, and the edge grows at most as √‖g‖.
    @Test func theOfficialCodePrintsTheSameEdges() throws {
        let table = try outsideTable("fork.tsv"), rounding = 0x1p-24
        let columns = try ["learning_rate", "radius", "gradient_norm", "sam_edge"].map { try table.column(named: $0) }
        #expect(columns[0].count == 24)
        for i in columns[0].indices {
            let (eta, rho, g, printed) = (columns[0][i], columns[1][i], columns[2][i], columns[3][i])
            let edge = SAM.edge(learningRate: eta, radius: rho, gradientNorm: g)
            if rho == 0 {
                #expect(edge == printed)
                continue
            }
            let root = (1 + 8 * rho / (eta * g)).squareRoot()
            let digits = lastDigit(printed) / printed / 2 + lastDigit(g) / g / 4
            let tolerance = digits + (4 + 3.5 * root / (root - 1)) * rounding
            #expect((edge / printed - 1).magnitude <= tolerance, "\(edge) for η \(eta), ρ \(rho), ‖g‖ \(g); printed \(printed)")
        }
    }

    /// The unit of the seventh digit.
    private func lastDigit(_ value: Double) -> Double { pow(10, log10(value).rounded(.down) - 6) }

    @Test func limitsAreThoseOfThePaper() {
        #expect(SAM.edge(learningRate: 0.5, radius: 0, gradientNorm: 3) == 4)
        #expect(SAM.edge(learningRate: 0.5, radius: 0, gradientNorm: 0) == 4)
        #expect(SAM.edge(learningRate: 0.5, radius: 0.1, gradientNorm: 0) == 0)
        // A vanishing radius: 2/η, where the printed form has lost all digits.
        #expect(abs(SAM.edge(learningRate: 0.5, radius: 1e-18, gradientNorm: 1) - 4) < 1e-12)
    }

    @Test func theStabilityIndexIsOneExactlyAtTheEdge() {
        for (eta, rho, g) in [(0.3, 0.1, 0.05), (0.01, 0.03, 10), (0.1, 0, 2)] {
            let optimiser = AnyOptimiser.sam(rho).value, edge = optimiser.edge(learningRate: eta, gradientNorm: g)
            func index(_ sharpness: Double) -> Double {
                optimiser.stabilityIndex(sharpness: sharpness, learningRate: eta, gradientNorm: g)
            }
            #expect(abs(index(edge) - 1) < 1e-12)
            #expect(index(1.1 * edge) > 1)
        }
    }

    /// On ½λw² SAM ends in a two-cycle; there ‖g‖ = ηρλ²/(2 − ηλ), and the edge of that gradient is λ itself.
    @Test(arguments: [(0.3, 0.1, 2.0), (0.5, 0.2, 1.0), (0.1, 0.05, 10.0)])
    func theTwoCycleOnAQuadraticSitsAtItsEdge(eta: Double, rho: Double, lambda: Double) {
        var w = 1.7
        for _ in 0..<5000 {
            let g = lambda * w
            w -= eta * lambda * (w + rho * g / abs(g))
        }
        let next = w - eta * lambda * (w + rho * (w > 0 ? 1 : -1))
        #expect(abs(next + w) < 1e-9)
        let g = lambda * abs(w)
        #expect(abs(g - eta * rho * lambda * lambda / (2 - eta * lambda)) < 1e-9)
        #expect(abs(SAM.edge(learningRate: eta, radius: rho, gradientNorm: g) - lambda) < 1e-9)
    }

    @Test func alignmentKnowsNeitherLengthNorSign() {
        let device = Device()
        let u = Vector([1, 2, 0]), v = Vector([-10, -20, 0]), w = Vector([2, -1, 0])
        #expect(abs(Alignment.of(u, with: v, device: device) - 1) < 1e-7)
        #expect(Alignment.of(u, with: w, device: device) == 0)
        #expect(Alignment.of(u, with: Vector(count: 3), device: device).isNaN)
    }
}
