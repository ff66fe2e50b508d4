import Curvature
import Kernels
import Networks
import Training

extension Benchmark {
    /// For each network a gradient, a SAM step, a Hessian–vector product after its gradient; for some a check of the sharpness,
    /// exact to a residual of 1e-3 and by the official estimator, where its own criterion ends it.
    static let networks: [Benchmark] = Subject.all.flatMap { subject in
        let name = subject.name, operations = subject.gradientOperations
        return [
            Benchmark("\(name)/gradient", operations: operations) { device in
                let state = State(subject, device)
                return { _ = state.objective.gradient(at: state.parameters, into: state.gradient) }
            },
            Benchmark("\(name)/sam-step", operations: 2 * operations) { device in
                let state = State(subject, device)
                return { state.step() }
            },
            Benchmark("\(name)/hessian-product", operations: 2 * operations) { device in
                let state = State(subject, device, memory: 1 << 31)
                _ = state.objective.gradient(at: state.parameters, into: state.gradient)
                return { state.objective.hessianProduct(along: state.gradient, into: state.product) }
            },
        ]
            + (subject.edge.map { edge in
                [("sharpness", .exact(Lanczos(tolerance: 1e-3))), ("sharpness-official", .official(OfficialPowerIteration()))]
                    .map { (part: String, estimator: Estimator) in
                        Benchmark("\(name)/\(part)") { device in
                            let state = State(subject, device, memory: 1 << 31)
                            for _ in 0..<edge.steps { state.step(learningRate: Float(edge.learningRate)) }
                            return { state.measure(estimator) }
                        }
                    }
            } ?? [])
    }

    /// How a step's time grows with the number of examples and with the width; with several `--threads`, with these too.
    static let growth: [Benchmark] =
        [250, 500, 1000, 2000, 4000].map { step("examples-\($0)", .perceptron(width: 200, examples: $0)) }
        + [100, 200, 400, 800].map { step("width-\($0)", .perceptron(width: $0, examples: 1000)) }

    private static func step(_ name: String, _ subject: Subject) -> Benchmark {
        Benchmark("growth/\(name)", operations: 2 * subject.gradientOperations) { device in
            let state = State(subject, device)
            return { state.step() }
        }
    }

    /// A network and random examples for it.
    private struct Subject: Sendable {
        let name: String
        let network: @Sendable () -> Network
        let examples: Int
        /// The columns of the inputs; tokens where there is but one.
        let features: Int
        let gradientOperations: Double
        /// Where the sharpness is timed too: after steps that lead to the edge.
        let edge: (learningRate: Double, steps: Int)?

        static let all = [
            perceptron(width: 200, examples: 1000, edge: (0.1, 100)), perceptron(width: 1000, examples: 1000),
            perceptron(width: 1000, examples: 5000), perceptron(width: 1000, examples: 60_000),
            convolutional(examples: 1000, edge: (0.001, 40)),
            transformer(modelSize: 64, layers: 2, heads: 4, keySize: 16, examples: 32, edge: (0.1, 100)),
            transformer(modelSize: 128, layers: 6, heads: 8, keySize: 32, examples: 128),
        ]

        /// Three products a layer, but for the first, whose input has no gradient.
        static func perceptron(width: Int, examples: Int, edge: (learningRate: Double, steps: Int)? = nil) -> Subject {
            let first = 784 * width, others = 2 * width * width + 10 * width
            return Subject(
                name: examples == 1000 ? "mlp-\(width)" : "mlp-\(width)-\(examples)",
                network: { .multilayerPerceptron(width: width) }, examples: examples, features: 784,
                gradientOperations: Double(examples) * Double(4 * first + 6 * others), edge: edge)
        }

        static func convolutional(examples: Int, edge: (learningRate: Double, steps: Int)? = nil) -> Subject {
            let first = 1024 * 27 * 16, second = 256 * 144 * 32, head = 2048 * 10
            return Subject(
                name: "cnn", network: { .convolutional() }, examples: examples, features: 3,
                gradientOperations: Double(examples) * Double(4 * first + 6 * (second + head)), edge: edge)
        }

        /// Of attention's products only the half up to the diagonal is counted.
        static func transformer(
            modelSize: Int, layers: Int, heads: Int, keySize: Int, examples: Int,
            edge: (learningRate: Double, steps: Int)? = nil
        ) -> Subject {
            let dense = layers * modelSize * (4 * heads * keySize + 8 * modelSize) + 128 * modelSize
            let attention = 6 * layers * heads * keySize * 65
            return Subject(
                name: "transformer-\(modelSize)x\(layers)",
                network: { .transformer(modelSize: modelSize, layers: layers, heads: heads, keySize: keySize) },
                examples: examples, features: 1, gradientOperations: Double(64 * examples) * Double(6 * dense + attention),
                edge: edge)
        }
    }

    /// A network with its parameters and the vectors of a step.
    private final class State {
        let objective: Objective
        let parameters: Vector
        let gradient: Vector, samGradient: Vector, perturbed: Vector, product: Vector
        let device: Device
        let sam = SAM(radius: 0.1)

        /// - Parameter memory: that of the objective: none for steps, which training takes without products.
        init(_ subject: Subject, _ device: Device, memory: Int = 0) {
            let network = subject.network()
            let rows = subject.examples * network.rowsPerExample.input
            let inputs: Matrix
            if subject.features > 1 {
                inputs = Benchmark.random(rows: rows, columns: subject.features)
            } else {
                inputs = Matrix(Vector((0..<rows).map { Float($0 * 37 % 101) }), rows: rows, columns: 1)
            }
            let labels = (0..<subject.examples * network.rowsPerExample.label).map { Int32($0 % 10) }
            objective = Objective(network, on: Batch(inputs: inputs, labels: labels), device: device, memory: memory)
            parameters = network.layout.initialParameters(seed: 0)
            gradient = Vector(count: parameters.count)
            samGradient = Vector(count: parameters.count)
            perturbed = Vector(count: parameters.count)
            product = Vector(count: parameters.count)
            self.device = device
        }

        /// A step of sharpness-aware minimisation.
        func step(learningRate: Float = 1e-3) {
            _ = objective.gradient(at: parameters, into: gradient)
            objective.gradient(
                from: parameters, up: sam.ascent(gradientNorm: Sums.norm(gradient, device: device)), along: gradient,
                perturbed: perturbed, into: samGradient, device: device)
            Elementwise.add(-learningRate, samGradient, to: parameters, device: device)
        }

        func measure(_ estimator: Estimator) {
            _ = Measurement.measure(
                objective, at: parameters, ascent: sam.ascent, estimator: estimator, step: 1, device: device)
        }
    }
}
