import Curvature
import Kernels
import Networks
import Pipeline

/// Times the parts of a training step and of a measurement for one network on random examples.
package struct StepBenchmark: Sendable {
    /// A network and a number of examples.
    package struct Case: Sendable {
        package let name: String
        let network: @Sendable () -> Network
        let examples: Int
        let features: Int
        let classes: Int
    }

    /// The cases that are timed.
    package static let cases = [200, 1000].map { width in
        Case(
            name: "mlp-\(width)", network: { .multilayerPerceptron(width: width) }, examples: 1000, features: 784, classes: 10)
    }

    /// Seconds of the best round each.
    package struct Times: Sendable {
        package var gradient = Double.infinity
        /// A step of sharpness-aware minimisation: two gradients and the update.
        package var samStep = Double.infinity
        /// One Hessian–vector product, after the gradient at its point.
        package var hessianProduct = Double.infinity
    }

    /// Times a case.
    ///
    /// - Parameters:
    ///   - rounds: each part is timed so often; the best counts, since others may use the machine.
    package static func run(_ benchmark: Case, threads: Int, rounds: Int) -> Times {
        let network = benchmark.network()
        let inputs = Vector(count: benchmark.examples * benchmark.features)
        Normal.fill(inputs, generator: Philox(seed: 1), stream: 0)
        let labels = (0..<benchmark.examples).map { Int32($0 % benchmark.classes) }
        let batch = Batch(
            inputs: Matrix(inputs, rows: benchmark.examples, columns: benchmark.features), labels: labels)
        let workers = Workers(threads: threads)
        let objective = Objective(network, on: batch, workers: workers)
        let parameters = network.layout.initialParameters(seed: 0)
        let vectors = (0..<4).map { _ in Vector(count: network.layout.count) }
        let (gradient, samGradient, perturbed, product) = (vectors[0], vectors[1], vectors[2], vectors[3])
        var times = Times()
        func time(_ part: WritableKeyPath<Times, Double>, _ body: () -> Void) {
            let start = Clock.seconds
            body()
            times[keyPath: part] = min(times[keyPath: part], Clock.seconds - start)
        }
        for _ in 0..<rounds {
            time(\.samStep) {
                _ = objective.gradient(at: parameters, into: gradient)
                objective.samGradient(
                    at: parameters, gradient: gradient, gradientNorm: Sums.norm(gradient, workers: workers), radius: 0.1,
                    perturbed: perturbed, into: samGradient, workers: workers)
                Elementwise.add(-1e-3, samGradient, to: parameters, workers: workers)
            }
            time(\.gradient) { _ = objective.gradient(at: parameters, into: gradient) }
            time(\.hessianProduct) { objective.hessianProduct(along: samGradient, into: product) }
        }
        return times
    }
}
