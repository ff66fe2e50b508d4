import Testing

@testable import Paper

@Suite struct StatisticsTests {
    @Test func theMedianOfAnEvenCountIsTheMeanOfTheMiddleTwo() {
        #expect(Statistics.median([4, 1, 3, 2]) == 2.5)
        #expect(Statistics.median([5, 1, 3]) == 3)
        #expect(Statistics.median([Double]()).isNaN)
    }

    @Test func numbersThatAreNotFiniteAreLeftOut() {
        #expect(Statistics.median([.nan, 1, .infinity, 3]) == 2)
    }

    @Test func quartilesInterpolateAsNumpyDoes() {
        // numpy.quantile([1, 2, 3, 4, 10], [0.25, 0.75, 0.1])
        let values = [10.0, 1, 3, 2, 4]
        #expect(Statistics.quantile(values, 0.25) == 2)
        #expect(Statistics.quantile(values, 0.75) == 4)
        #expect((Statistics.quantile(values, 0.1) - 1.4).magnitude < 1e-15)
    }

    @Test func theSlopeIsThatOfLeastSquares() throws {
        // numpy.polyfit([0, 1, 2, 4], [1, 3, 2, 5], 1)
        let slope = try #require(Statistics.slope([(0, 1), (1, 3), (2, 2), (4, 5)]))
        #expect((slope - 0.8857142857142857).magnitude < 1e-15)
        #expect(Statistics.slope([(1, 1), (1, 2)]) == nil)
        #expect(Statistics.slope([]) == nil)
    }
}
