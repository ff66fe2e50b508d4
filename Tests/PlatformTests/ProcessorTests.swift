import Testing

@testable import Platform

@Suite struct ProcessorTests {
    @Test(arguments: [
        ("", 8), ("max 100000\n", 8), ("200000 100000\n", 2), ("150000 100000\n", 2), ("5000 100000\n", 1),
        ("9900000 100000\n", 8),
        ("1 0", 8), ("1e300 1e-300", 8),
    ]) func aLimitOfTheControlGroupIsKept(limit: String, count: Int) {
        #expect(processors(of: 8, status: "", limits: [limit]) == count)
    }

    @Test func theNarrowestLimitCounts() {
        #expect(processors(of: 8, status: "", limits: ["max 100000", "300000 100000", "400000 100000"]) == 3)
    }

    @Test(arguments: [("0-7", 8), ("3", 1), ("0-1,4,6-7", 5), ("0-63", 8), ("", 8)])
    func theProcessorsThatAProcessMayRunOnAreCounted(list: String, count: Int) {
        #expect(
            processors(of: 8, status: "Name:\tx\nCpus_allowed:\tff\nCpus_allowed_list:\t\(list)\nSpeculation:\t2\n", limits: [])
                == count)
    }

    @Test func thereIsAProcessor() { #expect(processorCount >= 1) }
}
