import Curvature
import Formats
import Kernels
import Networks
import Platform
import Training

/// Two steps of sharpness-aware minimisation and a Hessian–vector product at an experiment's sizes, on random examples of our own: the
/// digest of all that comes, which is the same on every device, and how long steps, products and checks take.
package struct DeviceTrial: Sendable {
    /// The profile and the experiment, such as `paper/mnist-mlp`.
    package let name: String
    /// SHA-256 of losses and norms, of the parameters after the steps, and of the product.
    package let digest: String
    /// The seconds of a step.
    package let step: Double
    /// The seconds of a Hessian–vector product.
    package let product: Double
    /// The seconds of a check, and the products that it took: measured where they are few, else reckoned with `usualProducts`.
    package let check: Double, products: Int
    /// The seconds that the processor takes to compute a chunk again for each snapshot and each check; 0 on the processor itself.
    package let probe: Double
    /// The seconds that all runs of the experiment would take, one after the other: steps, checks and probes by the seconds above.
    package let projected: Double

    /// A check's products where none was measured: the laptop's take 26 to 32 in the mean of an experiment's checks.
    package static let usualProducts = 32
    /// A check that would take longer is reckoned, not measured.
    private static let patience = 30.0

    /// Tries the device on each experiment of a profile, and hands every result over once it is there.
    ///
    /// - Parameters:
    ///   - word: the device as `--device` names it; `nil` for the processor.
    ///   - threads: those of the processor.
    /// - Throws: what is wrong with the device, and what `take` throws.
    package static func perform(
        _ profile: Profile, on word: String?, threads: Int, take: (DeviceTrial) throws -> Void
    ) throws {
        let chosen = try word.flatMap { try OpenCLDevice.chosen(by: $0) }
        for experiment in profile.experiments {
            let device = try chosen.map { try Device(on: $0, beside: ThreadShare(threads)) } ?? Device(threads: threads)
            let trial = try DeviceTrial(experiment, of: profile, on: device)
            if let failure = device.failure { throw failure }
            try take(trial)
        }
    }

    private init(_ experiment: Experiment, of profile: Profile, on device: Device) throws {
        let network = experiment.network.network(for: experiment.data.shape), layout = network.layout
        let batch = Self.batch(experiment, for: network)
        let rate = experiment.learningRates[0], sam = SAM(radius: 0.1)
        let stepper = Stepper(
            network, sam, learningRate: rate, from: device.copy(of: layout.initialParameters(seed: 0)), device: device,
            batch: batch)
        var hash = SHA256()
        func add(_ numbers: [Double]) { hash.update(numbers.flatMap { $0.bitPattern.littleEndianBytes }) }
        func add(_ vector: Vector) { vector.withBytes(of: 0..<vector.count) { hash.update(buffer: $0) } }
        func advance() -> [Double] {
            let (loss, norm) = stepper.gradient(on: batch)
            stepper.advance {}
            return [loss, norm]
        }
        for _ in 0..<2 { add(advance()) }
        let point = stepper.parameters.copy()
        add(point)
        let objective = Objective(network, on: batch, device: device)
        let gradient = device.vector(count: layout.count), product = device.vector(count: layout.count)
        add([objective.gradient(at: point, into: gradient)])
        objective.hessianProduct(along: gradient, into: product)
        add(product)
        if let failure = device.failure { throw failure }
        (name, digest) = ("\(profile.rawValue)/\(experiment.name)", hexadecimal(hash.finalize()))
        let productSeconds = Self.seconds(on: device) { objective.hessianProduct(along: gradient, into: product) }
        let stepSeconds = Self.seconds(on: device) { _ = advance() }
        (self.product, self.step) = (productSeconds, stepSeconds)
        if productSeconds * Double(Self.usualProducts) < Self.patience {
            let start = Clock.seconds
            let found = Measurement.measure(
                objective, at: point, ascent: sam.ascent, estimator: experiment.estimator, step: 2, device: device)
            (check, products) = (Clock.seconds - start, found?.products ?? 0)
        } else {
            (check, products) = (productSeconds * Double(Self.usualProducts) + stepSeconds, Self.usualProducts)
        }
        if let probe = Probe(network, on: device) {
            let start = Clock.seconds
            try probe.check(batch, at: point)
            self.probe = Clock.seconds - start
        } else {
            self.probe = 0
        }
        let checks = Double(experiment.checks.count)
        projected = Double(experiment.runs.count) * (Double(experiment.steps) * stepSeconds + checks * (check + 2 * self.probe))
    }

    /// The mean seconds of a call, of as many as take a second together, and at least one; the calls before have warmed up.
    private static func seconds(on device: Device, _ call: () -> Void) -> Double {
        device.finish()
        let start = Clock.seconds
        var calls = 0.0
        repeat {
            call()
            device.finish()
            calls += 1
        } while Clock.seconds - start < 1 && device.failure == nil
        return (Clock.seconds - start) / calls
    }

    private static func batch(_ experiment: Experiment, for network: Network) -> Batch {
        let examples = experiment.examplesPerStep, rows = examples * network.rowsPerExample.input
        let count = examples * experiment.data.shape.reduce(1, *), numbers = Vector(count: count)
        if experiment.network.isForText {
            numbers.replace(from: 0, with: (0..<count).map { Float($0 * 37 % 101) })
        } else {
            Normal.fill(numbers, generator: Philox(seed: 1), stream: 0)
        }
        return Batch(
            inputs: Matrix(numbers, rows: rows, columns: count / rows),
            labels: (0..<examples * network.rowsPerExample.label).map { Int32($0 % 10) })
    }
}

extension UInt64 {
    fileprivate var littleEndianBytes: [UInt8] { (0..<8).map { UInt8(truncatingIfNeeded: self >> UInt64(8 * $0)) } }
}
