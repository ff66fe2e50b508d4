import Testing

@testable import Curvature
import Kernels

@Suite struct LanczosTests {
    let workers = Workers()

    /// A bulk near zero with a few outliers: what Hessians of networks look like.
    private func outliers(_ leading: [Float], bulk: Int = 400) -> [Float] {
        leading + (0..<bulk).map { Float($0) / Float(bulk) * 0.5 }
    }

    @Test func findsBothEndsOfAKnownSpectrum() {
        let matrix = KnownSpectrum(outliers([10, 7, -4]))
        let found = Lanczos(tolerance: 1e-5).spectrum(of: matrix, from: randomVector(403, seed: 1), workers: workers)
        #expect(abs(found.largest.value - 10) < 1e-4)
        #expect(abs(found.norm - 10) < 1e-4)
        #expect(abs(found.smallest.value + 4) < 0.05)
        #expect(found.products < 40)
        #expect(Edge.alignment(found.principalVector, matrix.eigenvector(0), workers: workers) > 0.99999)
    }

    @Test func takesTheNegativeEndForTheNormWhereItIsLarger() {
        let matrix = KnownSpectrum(outliers([3, -20]))
        let found = Lanczos(tolerance: 1e-5).spectrum(of: matrix, from: randomVector(402, seed: 2), workers: workers)
        #expect(abs(found.leading[0].value + 20) < 1e-3)
        #expect(abs(found.norm - 20) < 1e-3)
        #expect(Edge.alignment(found.principalVector, matrix.eigenvector(1), workers: workers) > 0.99999)
    }

    @Test func findsSeveralLeadingEigenvaluesInOrderOfMagnitude() {
        let matrix = KnownSpectrum(outliers([10, -8, 6, 5]))
        let found = Lanczos(tolerance: 1e-4, count: 4).spectrum(of: matrix, from: randomVector(404, seed: 3), workers: workers)
        for (value, expected) in zip(found.leading.map(\.value), [10.0, -8, 6, 5]) { #expect(abs(value - expected) < 1e-2) }
    }

    /// The estimate from the small matrix is the norm of Hv − θv, as computed with one more product.
    @Test func reportsTheTrueResidual() {
        let matrix = KnownSpectrum(outliers([10, 9.5, 9]))
        let found = Lanczos(tolerance: 3e-2, minimumProducts: 1).spectrum(
            of: matrix, from: randomVector(403, seed: 4), workers: workers)
        let product = Vector(count: 403)
        matrix.apply(to: found.principalVector, into: product)
        Elementwise.add(-Float(found.leading[0].value), found.principalVector, to: product, workers: workers)
        let residual = Sums.norm(product, workers: workers)
        #expect(residual > 1e-3)
        #expect(abs(residual - found.leading[0].residual) < 2e-2 * residual + 1e-5)
        #expect(residual <= 3e-2 * found.norm * 1.001)
    }

    @Test func endsWhereTheSpaceIsExhausted() {
        let matrix = KnownSpectrum([2, 1, -1])
        let found = Lanczos(tolerance: 1e-12).spectrum(of: matrix, from: randomVector(3, seed: 5), workers: workers)
        #expect(found.products <= 3)
        #expect(abs(found.largest.value - 2) < 1e-5)
        #expect(abs(found.smallest.value + 1) < 1e-5)
    }

    @Test func startingAtAnEigenvectorOfASmallEigenvalueDoesNotMissTheLargeOne() {
        let matrix = KnownSpectrum(outliers([10, 1]))
        let start = matrix.eigenvector(1)
        let noise = randomVector(402, seed: 6)
        Elementwise.add(Float(Measurement.startNoise / Sums.norm(noise, workers: workers)), noise, to: start, workers: workers)
        let found = Lanczos().spectrum(of: matrix, from: start, workers: workers)
        #expect(abs(found.norm - 10) < 1e-2)
    }

    @Test func theSmallEigenproblemIsSolvedToRounding() {
        // d = 2, e = −1: eigenvalues 2 − 2·cos(kπ/(n + 1)); 4·sin²(kπ/(2(n+1))) for n = 5 and k = 3 is 2.
        let n = 5
        let (values, vectors) = Tridiagonal(
            diagonal: Array(repeating: 2, count: n), offDiagonal: Array(repeating: -1, count: n - 1)
        ).eigenpairs()
        let root3 = 3.0.squareRoot()
        for (value, expected) in zip(values, [2 - root3, 1, 2, 3, 2 + root3]) { #expect(abs(value - expected) < 1e-14) }
        for (value, vector) in zip(values, vectors) {
            for i in 0..<n {
                let neighbours = (i > 0 ? -vector[i - 1] : 0) + (i < n - 1 ? -vector[i + 1] : 0)
                #expect(abs(2 * vector[i] + neighbours - value * vector[i]) < 1e-14)
            }
        }
    }

    @Test func theOfficialIterationFindsTheMagnitudeAsLowAsItsQuotientMakesIt() {
        let matrix = KnownSpectrum(outliers([-10, 4]))
        // The gradient of ½wᵀHw is Hw, so central differences are exact up to rounding.
        let estimate = OfficialPowerIteration().estimate(
            at: randomVector(402, seed: 8), gradient: { matrix.apply(to: $0, into: $1) },
            start: { randomVector(402, seed: UInt64(9 + $0)) }, workers: workers)
        #expect(abs(estimate.norms[0] / (10 * 2e-3 / 2.01e-3) - 1) < 5e-3)
        #expect(estimate.gradients > 2 && estimate.gradients <= 200)
    }
}
