import Testing

import Kernels
@testable import Networks

@Suite struct LayoutTests {
    @Test(arguments: [(200, 239_410), (1000, 2_797_010)]) func thePerceptronHasThePapersNumberOfParameters(width: Int, count: Int) {
        #expect(Network.multilayerPerceptron(width: width).layout.count == count)
    }

    @Test func tensorsAreNamedAndShapedAsInTheFiles() {
        let layout = Network.multilayerPerceptron(width: 200).layout
        #expect(
            layout.entries.map(\.tensor.name) == [
                "dense0.kernel", "dense0.bias", "dense1.kernel", "dense1.bias", "dense2.kernel", "dense2.bias", "dense3.kernel",
                "dense3.bias",
            ])
        #expect(
            layout.entries.map(\.tensor.shape) == [[784, 200], [200], [200, 200], [200], [200, 200], [200], [200, 10], [10]])
        // In order and without gaps.
        var offset = 0
        for entry in layout.entries {
            #expect(entry.offset == offset)
            offset += entry.tensor.count
        }
        #expect(offset == layout.count)
    }

    /// Glorot: deviation √(2/(inputs + outputs)), cut at two deviations of the normal that was cut.
    @Test(arguments: [UInt64(0), 1, 2]) func initialKernelsFollowGlorotAndBiasesAreZero(seed: UInt64) {
        let layout = Network.multilayerPerceptron(width: 120).layout
        let parameters = layout.initialParameters(seed: seed)
        for entry in layout.entries {
            let values = parameters.elements[entry.range].map(Double.init)
            guard entry.tensor.name.hasSuffix("kernel") else {
                #expect(values.allSatisfy { $0 == 0 }, "\(entry.tensor.name)")
                continue
            }
            let n = Double(values.count), shape = entry.tensor.shape
            let deviation = (2 / Double(shape[0] + shape[1])).squareRoot()
            let mean = values.reduce(0, +) / n
            let variance = values.reduce(0) { $0 + $1 * $1 } / n - mean * mean
            // Four standard errors: σ/√n, and σ·√((2.14 − 1)/4n) with the kurtosis 2.14 of the cut normal.
            expectClose(mean, 0, within: 4 * deviation / n.squareRoot(), "mean of \(entry.tensor.name)")
            expectClose(
                variance.squareRoot(), deviation, within: 4 * deviation * (1.14 / (4 * n)).squareRoot(),
                "deviation of \(entry.tensor.name)")
            let limit = 2 * deviation / 0.87962566103423978
            #expect(values.allSatisfy { $0.magnitude <= limit * (1 + 0x1p-23) }, "\(entry.tensor.name)")
            #expect(values.contains { $0.magnitude > 0.95 * limit }, "\(entry.tensor.name)")
        }
    }

    @Test func seedsGiveDifferentParametersAndTheSameSeedTheSame() {
        let layout = Network.multilayerPerceptron(inputs: 5, width: 4, depth: 2, classes: 3).layout
        expectSameBits(layout.initialParameters(seed: 7), layout.initialParameters(seed: 7))
        #expect(layout.initialParameters(seed: 7).elements != layout.initialParameters(seed: 8).elements)
        // Two tensors of one shape are drawn from streams of their own.
        let square = Network.multilayerPerceptron(inputs: 4, width: 4, depth: 2, classes: 4).layout
        let values = square.initialParameters(seed: 7).elements
        #expect(values[square.entries[0].range] != values[square.entries[2].range])
    }
}
