import Testing

@testable import Curvature
import Kernels
import TestSupport

@Suite struct LanczosTests {
    let device = Device()

    /// A bulk near zero with a few outliers: what Hessians of networks look like.
    private func outliers(_ leading: [Float], bulk: Int = 400) -> [Float] {
        leading + (0..<bulk).map { Float($0) / Float(bulk) * 0.5 }
    }

    private func spectrum(_ lanczos: Lanczos, of matrix: KnownSpectrum, guess: Vector? = nil, seed: UInt64 = 1) -> Spectrum {
        lanczos.spectrum(
            of: matrix, noise: { randomVector(matrix.dimension, seed: 1000 * seed + UInt64($0)) }, guess: guess, device: device)
    }

    @Test func findsBothEndsOfAKnownSpectrum() {
        let matrix = KnownSpectrum(outliers([10, 7, -4]))
        let found = spectrum(Lanczos(), of: matrix)
        #expect(abs(found.largest.value - 10) < 1e-4)
        #expect(abs(found.norm - 10) < 1e-4)
        #expect(abs(found.smallest.value + 4) < 1e-3)
        #expect(found.largest.residual < 8e-4 && found.smallest.residual < 8e-3)
        #expect(abs(found.next - 7) < 1e-3)
        #expect(found.products < 30)
        #expect(Alignment.of(found.principalVector, with: matrix.eigenvector(0), device: device) > 0.99999)
    }

    @Test func takesTheNegativeEndForTheNormWhereItIsLarger() {
        let matrix = KnownSpectrum(outliers([3, -20]))
        let found = spectrum(Lanczos(), of: matrix)
        #expect(abs(found.leading[0].value + 20) < 1e-3)
        #expect(abs(found.norm - 20) < 1e-3)
        #expect(abs(found.largest.value - 3) < 2e-2)
        #expect(Alignment.of(found.principalVector, with: matrix.eigenvector(1), device: device) > 0.99999)
    }

    @Test func findsSeveralLeadingEigenvaluesInOrderOfMagnitudeEachWithItsResidual() {
        let matrix = KnownSpectrum(outliers([10, -8, 6, 5]))
        let found = spectrum(Lanczos(count: 4), of: matrix)
        for (value, expected) in zip(found.leading, [10.0, -8, 6, 5]) {
            #expect(abs(value.value - expected) < 1e-5 * 10)
            #expect(value.residual <= 1e-5 * 10)
        }
    }

    @Test func eigenvaluesThatAreShownCostNoSearchOfTheirOwn() {
        let matrix = KnownSpectrum(outliers([10, -8, 6, 5]))
        let plain = spectrum(Lanczos(), of: matrix), found = spectrum(Lanczos(shown: 3), of: matrix)
        #expect(plain.leading.count == 1 && found.leading.count == 3)
        for (value, expected) in zip(found.leading, [10.0, -8, 6]) {
            #expect(abs(value.value - expected) < 3e-4 * 10)
            #expect(value.residual <= 3e-4 * 10)
        }
        #expect(found.products <= plain.products + 6)
        // What was asked for is told in any case.
        #expect(spectrum(Lanczos(count: 4, shown: 2), of: matrix).leading.count == 4)
    }

    /// The estimate from the small matrix is the norm of Hv − θv, as computed with one more product.
    @Test func reportsTheTrueResidual() {
        let matrix = KnownSpectrum(outliers([10, 9.5, 9]))
        let found = spectrum(Lanczos(maximumProducts: 6), of: matrix)
        let product = Vector(count: 403)
        matrix.apply(to: found.principalVector, into: product)
        Elementwise.add(-Float(found.leading[0].value), found.principalVector, to: product, device: device)
        let residual = Sums.norm(product, device: device)
        #expect(residual > 1e-4)
        #expect(abs(residual - found.leading[0].residual) < 2e-2 * residual + 1e-5)
    }

    /// What single precision cannot know is never claimed: the residual of a space that holds everything is not 0.
    @Test func theResidualIsNeverBelowWhatRoundingLeavesOpen() {
        let found = spectrum(Lanczos(count: 3), of: KnownSpectrum([2, 1, -1]))
        for value in found.leading { #expect(value.residual > 1.99 * 0x1p-24 && value.residual < 1e-5) }
    }

    @Test func endsWhereTheSpaceIsExhausted() {
        let found = spectrum(Lanczos(), of: KnownSpectrum([2, 1, -1]))
        #expect(found.products == 3)
        #expect(abs(found.largest.value - 2) < 1e-5)
        #expect(abs(found.smallest.value + 1) < 1e-5)
    }

    @Test func aSecondEigenvalueNearTheLargestIsNotTakenForIt() {
        let matrix = KnownSpectrum(outliers([3.083, 2.825, 2.5]))
        for seed in 1...20 {
            let found = spectrum(Lanczos(), of: matrix, seed: UInt64(seed))
            #expect(abs(found.norm - 3.083) < 1e-3)
            #expect(Alignment.of(found.principalVector, with: matrix.eigenvector(0), device: device) > 0.9998)
        }
    }

    /// The small end is one eigenvalue a little beyond many, the largest ten far away: a residual alone stops at the many.
    @Test func theEndTowardsZeroIsNotMissed() {
        var values = outliers((0..<10).map { 10 - 0.9 * Float($0) }, bulk: 4000)
        values.append(-0.1)
        let matrix = KnownSpectrum(values)
        for seed in 1...20 {
            let found = spectrum(Lanczos(), of: matrix, seed: UInt64(seed))
            #expect(abs(found.smallest.value + 0.1) <= 5e-3 * 10, "seed \(seed)")
        }
    }

    /// One eigenvalue alone, 7.5·10⁻³ of the norm beyond a bulk: what is promised of the end of lesser magnitude, and no more.
    @Test func theEndTowardsZeroIsMissedNoMoreOftenThanPromised() {
        let norm = 10.0, end = -0.075
        let matrix = KnownSpectrum(outliers((0..<10).map { 10 - 0.9 * Float($0) }, bulk: 1000) + [Float(end)])
        var misses = 0
        for seed in 1...100 {
            let found = spectrum(Lanczos(), of: matrix, seed: UInt64(seed))
            #expect(abs(found.norm - norm) < 1e-4)
            #expect(found.smallest.residual <= 5e-3 * norm)
            if abs(found.smallest.value - end) > 5e-3 * norm { misses += 1 }
        }
        #expect(misses <= 10)
    }

    /// Rank 3 of 400: three values, and from a second start nothing more.
    @Test func anOperatorOfLowRankTakesFewProducts() {
        let found = spectrum(Lanczos(), of: KnownSpectrum([5, 4, -3] + Array(repeating: 0, count: 397)))
        #expect(found.products <= 8)
        #expect(abs(found.largest.value - 5) < 1e-5 && abs(found.smallest.value + 3) < 1e-5)
    }

    /// A start taken out of all directions but one leaves little, which must not end the search: seed by seed.
    @Test func theLastDirectionIsFoundHoweverLittleOfTheStartIsLeft() {
        let values = (0..<12).map { Float($0 / 2 == 2 ? 9 : $0 / 2) }
        for seed in 1...200 {
            let found = spectrum(Lanczos(count: 12), of: KnownSpectrum(values, seed: UInt64(seed)), seed: UInt64(seed))
            let expected = values.sorted(by: >)
            #expect(zip(found.leading, expected).allSatisfy { abs($0.value - Double($1)) < 1e-4 }, "seed \(seed)")
        }
    }

    /// The first three lie within 2 % of each other, a fourth outside the span.
    @Test func theSpanHoldsAllEigenvectorsWithinFivePercent() {
        let matrix = KnownSpectrum(outliers([10, 9.9, 9.8, 9.3]))
        let found = spectrum(Lanczos(), of: matrix)
        #expect(found.span.count == 3)
        let direction = randomVector(404, seed: 9)
        for index in 0..<3 { Elementwise.add(20, matrix.eigenvector(index), to: direction, device: device) }
        let inside = (0..<3).map { Sums.dot(direction, matrix.eigenvector($0), device: device) }
        let expected = inside.reduce(0) { $0 + $1 * $1 }.squareRoot() / Sums.norm(direction, device: device)
        #expect(abs(Alignment.of(direction, withSpanOf: found.span, device: device) - expected) < 1e-3)
    }

    /// The second lies within 10⁻⁶ of the first: one of their span shows, and with the direction in the start the right one.
    @Test func aDirectionInTheStartIsAlignedWithAllOfTheSpan() {
        let matrix = KnownSpectrum(outliers([10, 9.99999]))
        let direction = randomVector(402, seed: 9)
        for index in 0..<2 { Elementwise.add(index == 0 ? 9 : -14, matrix.eigenvector(index), to: direction, device: device) }
        let inside = (0..<2).map { Sums.dot(direction, matrix.eigenvector($0), device: device) }
        let norm = Sums.norm(direction, device: device)
        let expected = inside.reduce(0) { $0 + $1 * $1 }.squareRoot() / norm
        let guess = Vector(count: 402)
        Elementwise.add(Float(0.3 / norm), direction, to: guess, device: device)
        for seed in 1...8 {
            let found = spectrum(Lanczos(), of: matrix, guess: guess, seed: UInt64(seed))
            #expect(abs(Alignment.of(direction, withSpanOf: found.span, device: device) - expected) < 0.05)
        }
    }

    /// A start nearly at right angles to the principal direction, as a gradient's can be: noise beside it finds the value.
    @Test func aGuessThatMissesTheLargestEigenvalueDoesNotHideIt() {
        let matrix = KnownSpectrum(outliers([3.083, 2.825, 2.5]))
        for seed in 1...20 {
            let found = spectrum(Lanczos(), of: matrix, guess: matrix.eigenvector(1), seed: UInt64(seed))
            #expect(abs(found.norm - 3.083) < 1e-3)
            #expect(Alignment.of(found.principalVector, with: matrix.eigenvector(0), device: device) > 0.9998)
        }
    }

    @Test func theLargestComponentOfAnEigenvectorIsPositive() {
        for seed in 1...8 {
            let found = spectrum(Lanczos(), of: KnownSpectrum(outliers([10, 9.9, -3]), seed: UInt64(seed)), seed: UInt64(seed))
            for vector in found.span {
                #expect(vector.elements.max()! == vector.elements.map(\.magnitude).max()!)
            }
        }
    }

    /// The probability that is claimed is an upper bound: from many starts, misses are no more frequent.
    @Test func theProbabilityOfAMissBoundsItsFrequency() {
        let matrix = KnownSpectrum(outliers([10, 9.97], bulk: 60))
        var misses = 0, claimed = 0.0
        for seed in 0..<400 {
            let space = KrylovSpace(noise: randomVector(62, seed: UInt64(seed)), device: device)
            for _ in 0..<3 { _ = space.grow(by: matrix) }
            let top = space.pairs().last!.eigenvalue.value
            let bound = top + 0.01
            claimed += min(1, space.missProbability(beyond: bound))
            if top < 9.99 { misses += 1 }
        }
        #expect(Double(misses) <= claimed)
        #expect(misses > 10)
    }

    /// Any k up to the dimension, spectra with values of any multiplicity, near-multiples, zeros and both signs.
    @Test func topKOfAnySpectrumIsThatOfTheDenseMatrix() throws {
        var random = SplitMix(14)
        var worst = 0.0
        let rounds = Torture.count(1500, full: 10_000)
        for round in 0..<rounds {
            let dimension = 1 + Int(random.next() % (round % 50 == 0 ? 90 : 24))
            var values: [Float] = []
            while values.count < dimension {
                let value = Float(Int(random.next() % 2001) - 1000) / 100 * (random.next() % 4 == 0 ? 0.01 : 1)
                let copies = random.next() % 3 == 0 ? 1 + Int(random.next() % 6) : 1
                for copy in 0..<copies where values.count < dimension {
                    values.append(random.next() % 5 == 0 ? value * (1 + Float(copy) * 1e-4) : value)
                }
            }
            if random.next() % 20 == 0 { values = values.map { _ in 0 } }
            let k = 1 + Int(random.next() % UInt64(dimension))
            let found = spectrum(Lanczos(count: k), of: KnownSpectrum(values, seed: UInt64(round)), seed: UInt64(round))
            let expected = values.map { Double($0) }.sorted { $0.magnitude > $1.magnitude }
            let norm = max(expected[0].magnitude, 1e-30)
            #expect(found.leading.count == k)
            let error = zip(found.leading, expected).map { abs($0.value.magnitude - $1.magnitude) / norm }.max() ?? 0
            worst = max(worst, error)
            // An end that is not among the leading values is promised less.
            #expect(abs(found.largest.value - values.map { Double($0) }.max()!) <= 1e-3 * norm, "round \(round)")
            #expect(abs(found.smallest.value - values.map { Double($0) }.min()!) <= 1e-3 * norm, "round \(round)")
            #expect(error <= 1e-5, "round \(round): k \(k) of \(dimension)")
        }
        try Torture.reached("top k of a random spectrum against the dense matrix", rounds, "within \(Float(worst)) of the norm")
    }

    @Test func productsThatAreNotFiniteEndTheSearchWithoutANumber() {
        let found = spectrum(Lanczos(), of: KnownSpectrum([.nan, 1, 2]))
        #expect(found.norm.isNaN)
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
}

@Suite struct PowerIterationTests {
    let device = Device()

    /// The gradient of ½wᵀHw is Hw, so that central differences are exact up to rounding.
    private func estimate(_ count: Int, _ values: [Float]) -> OfficialPowerIteration.Estimate {
        let matrix = KnownSpectrum(values)
        return OfficialPowerIteration(count: count).estimate(
            at: randomVector(values.count, seed: 8), gradient: { matrix.apply(to: $0, into: $1) },
            start: { randomVector(values.count, seed: UInt64(9 + $0)) }, device: device)
    }

    @Test func findsTheMagnitudeAsLowAsItsQuotientMakesIt() {
        let found = estimate(1, [-10, 4] + (0..<400).map { Float($0) / 800 })
        #expect(abs(found.norms[0] / (10 * 2e-3 / 2.01e-3) - 1) < 5e-3)
        #expect(found.gradients > 2 && found.gradients <= 200)
    }

    /// Against the same iteration in double precision, from the same start.
    @Test func severalValuesAreThoseOfSimultaneousIterationSortedBySize() {
        let values: [Float] = [6, -9, 3, 8, 1.5] + (0..<60).map { Float($0) / 120 }
        let count = 4, n = values.count
        let found = estimate(count, values)
        let matrix = KnownSpectrum(values)
        let axis = matrix.axis.elements.map(Double.init)
        func product(_ v: [Double]) -> [Double] {
            func reflect(_ v: [Double]) -> [Double] {
                let along = zip(axis, v).reduce(0) { $0 + $1.0 * $1.1 }
                return zip(v, axis).map { $0 - 2 * along * $1 }
            }
            return reflect(zip(reflect(v), values).map { $0 * Double($1) }).map { $0 * 2e-3 / 2.01e-3 }
        }
        func norm(_ v: [Double]) -> Double { v.reduce(0) { $0 + $1 * $1 }.squareRoot() }
        func orthogonal(_ v: [Double], _ others: ArraySlice<[Double]>) -> [Double] {
            others.reduce(v) { v, u in
                let along = zip(v, u).reduce(0) { $0 + $1.0 * $1.1 }
                return zip(v, u).map { $0 - along * $1 }
            }
        }
        var vectors = (0..<count).map { randomVector(n, seed: UInt64(9 + $0)).elements.map(Double.init) }
        for i in 0..<count {
            vectors[i] = orthogonal(vectors[i], vectors[..<i])
            let length = norm(vectors[i])
            vectors[i] = vectors[i].map { $0 / length }
        }
        var norms = [Double](repeating: 0, count: count)
        for _ in 0..<100 {
            let previous = norms
            var products = vectors.map(product)
            norms = products.map(norm)
            for i in 0..<count {
                products[i] = orthogonal(products[i], products[..<i])
                let length = norm(products[i]) + 1e-5
                products[i] = products[i].map { $0 / length }
            }
            vectors = products
            if norm(zip(norms, previous).map { $0 - $1 }) <= 1e-3 * norm(previous) { break }
        }
        for (value, expected) in zip(found.norms, norms.sorted(by: >)) { #expect(abs(value / expected - 1) < 5e-3) }
        #expect(zip(found.norms, found.norms.dropFirst()).allSatisfy { $0 >= $1 })
    }
}
