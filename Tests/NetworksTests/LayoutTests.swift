import Testing

import Kernels
@testable import Networks

@Suite struct LayoutTests {
    @Test(arguments: [(200, 239_410), (1000, 2_797_010)]) func thePerceptronHasThePapersNumberOfParameters(width: Int, count: Int)
    {
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
