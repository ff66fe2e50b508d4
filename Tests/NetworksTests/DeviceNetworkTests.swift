import Synchronization
import Testing

@testable import Kernels
@testable import Networks

/// Losses, gradients, SAM's gradients and Hessian–vector products on an OpenCL device are the processor's to the last bit; whatever
/// chunks and lanes the examples pass in.
@Suite(
    .enabled(
        if: OpenCLDevice.all().first != nil,
        "SKIPPED: no OpenCL is installed (on Debian: apt-get install pocl-opencl-icd ocl-icd-libopencl1)"))
struct DeviceNetworkTests {
    private func compare(_ network: Network, _ batch: Batch, memory: Int = 1 << 31, on given: Device? = nil) throws {
        let onDevice = try given ?? Device(on: #require(OpenCLDevice.all().first))
        let parameters = network.layout.initialParameters(seed: 7), count = parameters.count
        Elementwise.add(1, randomVector(count, seed: 8, scale: 0.05), to: parameters, device: Device())
        let direction = randomVector(count, seed: 9, scale: 1)

        func results(_ device: Device) -> [[UInt32]] {
            let point = device.copy(of: parameters), along = device.copy(of: direction)
            let gradient = device.vector(count: count), perturbed = device.vector(count: count)
            let ascended = device.vector(count: count), product = device.vector(count: count)
            let objective = Objective(network, on: batch, device: device, memory: memory)
            let loss = objective.gradient(at: point, into: gradient)
            let norm = Sums.norm(gradient, device: device)
            objective.gradient(
                from: point, up: 0.1 / norm, along: gradient, perturbed: perturbed, into: ascended, aside: true, device: device)
            objective.hessianProduct(along: along, into: product)
            let (again, error) = objective.evaluation(at: point)
            let numbers = [loss, norm, again, error].flatMap {
                [UInt32(truncatingIfNeeded: $0.bitPattern), UInt32($0.bitPattern >> 32)]
            }
            return [numbers] + [gradient, perturbed, ascended, product].map { $0.elements.map(\.bitPattern) }
        }

        let expected = results(Device(threads: 2)), found = results(onDevice)
        #expect(onDevice.failure == nil)
        for (name, (x, y)) in zip(["loss, norm, error", "gradient", "point", "SAM's gradient", "product"], zip(found, expected)) {
            #expect(x == y, "\(name)")
        }
    }

    private func images(_ count: Int, features: Int, rows: Int = 1) -> Batch {
        let numbers = randomVector(count * rows * features, seed: 3, scale: 1)
        return Batch(
            inputs: Matrix(numbers, rows: count * rows, columns: features), labels: (0..<count).map { Int32($0 * 7 % 10) })
    }

    /// A stand-in driver that has no memory for more bytes than `largest` at a time, and counts how often it was asked for more.
    private enum ShortOfMemory {
        static let largest = Atomic(0), refusals = Atomic(0)

        static func device() throws -> Device {
            var driver = try #require(OpenCL.shared)
            driver.createBuffer = { context, flags, bytes, host, status in
                if bytes <= ShortOfMemory.largest.load(ordering: .relaxed) {
                    return OpenCL.shared!.createBuffer(context, flags, bytes, host, status)
                }
                ShortOfMemory.refusals.add(1, ordering: .relaxed)
                status?.pointee = -4
                return nil
            }
            return Device(queue: try CommandQueue(on: #require(OpenCLDevice.all().first), standIn: driver))
        }
    }

    /// Where a batch does not fit at once, it passes lane by lane, and where a lane does not, in chunks like the processor's: at the first
    /// gradient, and, where only tangents do not fit, in the midst of a product.
    @Test func withoutMemoryForLargePartsSmallerOnesGiveTheSameBytes() throws {
        // Of each example the widest layer keeps 40 numbers: 4,096 examples are a lane. The inputs are one buffer whatever comes.
        let network = Network.multilayerPerceptron(inputs: 3, widths: [40, 8], classes: 10)
        let batch = images(8 * 4096, features: 3), inputs = 4 * 3 * 8 * 4096
        let device = try ShortOfMemory.device()
        for (largest, memory, refusals) in [(4 * 40 * 4096, 1 << 31, 1), (4 * 40 * 4096, 0, 1), (inputs, 1 << 31, 2)] {
            ShortOfMemory.largest.store(largest, ordering: .relaxed)
            ShortOfMemory.refusals.store(0, ordering: .relaxed)
            try compare(network, batch, memory: memory, on: device)
            #expect(ShortOfMemory.refusals.load(ordering: .relaxed) == refusals, "\(largest)")
        }
        // A product after a gradient that was kept whole.
        ShortOfMemory.largest.store(.max, ordering: .relaxed)
        let parameters = device.copy(of: network.layout.initialParameters(seed: 7)), count = parameters.count
        let gradient = device.vector(count: count), product = device.vector(count: count), expected = device.vector(count: count)
        let objective = Objective(network, on: batch, device: device)
        _ = objective.gradient(at: parameters, into: gradient)
        objective.hessianProduct(along: gradient, into: expected)
        let again = Objective(network, on: batch, device: device)
        _ = again.gradient(at: parameters, into: gradient)
        ShortOfMemory.largest.store(inputs, ordering: .relaxed)
        ShortOfMemory.refusals.store(0, ordering: .relaxed)
        again.hessianProduct(along: gradient, into: product)
        #expect(device.failure == nil && ShortOfMemory.refusals.load(ordering: .relaxed) == 2)
        #expect(product.elements == expected.elements)
        // Where not even a chunk fits, what was wanted is named.
        let last = Objective(network, on: batch, device: device)
        ShortOfMemory.largest.store(1000, ordering: .relaxed)
        _ = last.gradient(at: parameters, into: gradient)
        guard case .outOfMemory(_, let bytes)? = device.failure else {
            Issue.record("\(String(describing: device.failure))")
            return
        }
        #expect(bytes > 1000)
    }

    private static let launched = Atomic(0)

    /// What plans go by, on the networks of the paper, and of smaller ones.
    @Test(
        .serialized,
        arguments: [
            (Network.multilayerPerceptron(inputs: 20, widths: [512, 8, 8], classes: 10), 1024, 20, 1),
            (Network.multilayerPerceptron(inputs: 20, width: 20), 4096, 20, 1),
            (Network.convolutional(featureMultiplier: 4), 64, 3, 32 * 32),
            (Network.transformer(modelSize: 16, layers: 2, heads: 2, keySize: 8), 64, 1, 64),
        ]) func launchesAreEstimatedWithinAThird(network: Network, examples: Int, features: Int, rows: Int) throws
    {
        var driver = try #require(OpenCL.shared)
        driver.enqueueNDRangeKernel = { queue, kernel, dimensions, first, grid, group, events, list, event in
            DeviceNetworkTests.launched.add(1, ordering: .relaxed)
            return OpenCL.shared!.enqueueNDRangeKernel(queue, kernel, dimensions, first, grid, group, events, list, event)
        }
        let device = Device(queue: try CommandQueue(on: #require(OpenCLDevice.all().first), standIn: driver))
        let tokens = network.rowsPerExample.label
        let batch = Batch(
            inputs: features > 1
                ? images(examples, features: features, rows: rows).inputs
                : Matrix(Vector((0..<examples * rows).map { Float($0 * 37 % 101) }), rows: examples * rows, columns: 1),
            labels: (0..<examples * tokens).map { Int32($0 % 10) })
        let parameters = device.copy(of: network.layout.initialParameters(seed: 7))
        let gradient = device.vector(count: parameters.count)
        let objective = Objective(network, on: batch, device: device)
        _ = objective.gradient(at: parameters, into: gradient)
        Self.launched.store(0, ordering: .relaxed)
        _ = objective.gradient(at: parameters, into: gradient)
        let ofGradient = Double(Self.launched.exchange(0, ordering: .relaxed))
        objective.hessianProduct(along: gradient, into: device.vector(count: parameters.count))
        let ofProduct = Double(Self.launched.load(ordering: .relaxed)), estimate = network.launches
        #expect(abs(estimate / ofGradient - 1) < 0.3 && abs(estimate / ofProduct - 1) < 0.3, "\(ofGradient), \(ofProduct)")
    }

    @Test func perceptron() throws {
        try compare(.multilayerPerceptron(inputs: 12, width: 9, depth: 3), images(2600, features: 12))
    }

    /// The last chunk and the last block of rows are short ones, and what layers keep is computed anew for the product.
    @Test func perceptronWithoutMemory() throws {
        try compare(.multilayerPerceptron(inputs: 7, width: 5, depth: 2), images(1111, features: 7), memory: 0)
    }

    @Test func perceptronOfOneLane() throws {
        let layers: [any Layer] = [
            Dense("a", inputs: 12, outputs: 9, isRectified: true, initialKernel: .glorot(inputs: 12, outputs: 9)),
            Dense("b", inputs: 9, outputs: 10, initialKernel: .glorot(inputs: 9, outputs: 10)),
        ]
        try compare(
            Network(layers, loss: .meanSquaredError, classes: 10, examplesPerChunk: 256, lanes: 1), images(700, features: 12))
    }

    @Test(arguments: Activation.allCases, Loss.allCases)
    func perceptronsOfAllActivationsAndLosses(activation: Activation, loss: Loss) throws {
        try compare(
            .multilayerPerceptron(inputs: 12, widths: [9, 17], classes: 10, activation: activation, loss: loss),
            images(600, features: 12))
    }

    @Test func targetsInPlaceOfLabels() throws {
        let inputs = randomVector(300 * 6, seed: 3, scale: 1), targets = randomVector(300 * 2, seed: 4, scale: 1)
        try compare(
            .multilayerPerceptron(inputs: 6, widths: [8], classes: 2, activation: .tanh, loss: .halfMeanSquaredError),
            Batch(inputs: Matrix(inputs, rows: 300, columns: 6), targets: Matrix(targets, rows: 300, columns: 2)))
    }

    /// Wide layers pass in one lane, in chunks of 1,024 examples.
    @Test func widePerceptron() throws {
        try compare(.multilayerPerceptron(inputs: 5, width: 520, depth: 2), images(1300, features: 5))
    }

    @Test func convolutions() throws {
        try compare(
            .convolutional(height: 7, width: 8, channels: 3, blocks: 2, layersPerBlock: 1, featureMultiplier: 8),
            images(75, features: 3, rows: 56))
    }

    /// Activations that are layers of their own, between convolutions and inside a transformer; other losses than theirs.
    @Test(arguments: [Activation.tanh, .gelu]) func otherActivationsInTheOtherNetworks(activation: Activation) throws {
        try compare(
            .convolutional(
                height: 6, width: 6, channels: 2, blocks: 1, layersPerBlock: 2, featureMultiplier: 4, activation: activation,
                loss: .crossEntropy), images(40, features: 2, rows: 36))
        let length = 5, sequences = 120, rows = length * sequences
        try compare(
            .transformer(
                vocabulary: 11, length: length, modelSize: 8, layers: 1, heads: 2, keySize: 4, widening: 2,
                activation: activation),
            Batch(
                inputs: Matrix(Vector((0..<rows).map { Float($0 * $0 % 11) }), rows: rows, columns: 1),
                labels: (0..<rows).map { Int32(($0 + 1) * ($0 + 1) % 11) }))
    }

    @Test func transformer() throws {
        let length = 9, sequences = 300
        let tokens = Vector((0..<length * sequences).map { Float($0 * $0 % 13) })
        try compare(
            .transformer(vocabulary: 13, length: length, modelSize: 10, layers: 2, heads: 2, keySize: 5, widening: 2),
            Batch(
                inputs: Matrix(tokens, rows: length * sequences, columns: 1),
                labels: (0..<length * sequences).map { Int32(($0 + 1) * ($0 + 1) % 13) }))
    }
}
