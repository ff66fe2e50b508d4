import Formats

/// One step of a reproduction: what it makes, from what, with which parameters; a value without behaviour.
///
/// ```swift
/// Stage(
///     "train/mnist-mlp/eta=0.3", kind: "train", parameters: ["eta": 0.3],
///     inputs: [.init("data", from: "prepare/mnist")], resources: .init(cost: 120))
/// ```
package struct Stage: Hashable, Sendable {
    /// A path such as `train/mnist-mlp/eta=0.3,rho=0.1`; unique in its graph, and not in the key.
    package var name: String
    /// The name of the `StageKind` that runs it.
    package var kind: String
    /// All that decides the result besides the inputs and the code.
    package var parameters: JSON
    /// What it reads.
    package var inputs: [Input]
    /// What it takes; not in the key, since it cannot change a result.
    package var resources: Resources
    /// Which outputs are copied where after the stage: output path → path from the project's root. Not in the key.
    package var publishes: [String: String]

    /// A stage.
    package init(
        _ name: String, kind: String, parameters: JSON = [:], inputs: [Input] = [], resources: Resources = Resources(),
        publishes: [String: String] = [:]
    ) {
        (self.name, self.kind, self.parameters, self.inputs) = (name, kind, parameters, inputs)
        (self.resources, self.publishes) = (resources, publishes)
    }
}

extension Stage {
    /// Something that a stage reads, under a label of its own.
    package struct Input: Hashable, Sendable {
        /// Where the bytes come from.
        package enum Source: Hashable, Sendable {
            /// The outputs of another stage: those named, all below a folder named with a final `/`, or all (`nil`).
            case stage(String, files: [String]?)
            /// A file of the user's; a full path, or one from the project's root.
            case file(String)
        }

        /// The name by which the stage asks for it.
        package var label: String
        /// Where its bytes come from.
        package var source: Source

        /// Outputs of the stage named `stage`; only those read enter the key.
        package init(_ label: String, from stage: String, files: [String]? = nil) {
            (self.label, source) = (label, .stage(stage, files: files))
        }

        /// A file of the user's, by its full path or that from the project's root.
        package init(_ label: String, file path: String) { (self.label, source) = (label, .file(path)) }
    }

    /// What running a stage takes.
    package struct Resources: Hashable, Sendable {
        /// The most threads it can make use of.
        package var threads: Int
        /// Bytes of memory at its peak; stages run together only where the sum fits.
        package var memory: Int
        /// Work in any unit that is the same for all stages of a kind; durations are estimated from it. Before any was timed, what
        /// begins first is decided by it across kinds too.
        package var cost: Double
        /// Bytes that its result takes in the store, roughly; 0 where that is little.
        package var disk: Int
        /// What its kernels come to, where they may run on a device; `nil` for what runs on the processor alone.
        package var kernels: KernelWork?

        /// What running a stage takes.
        package init(
            threads: Int = .max, memory: Int = 0, cost: Double = 1, disk: Int = 0, kernels: KernelWork? = nil
        ) {
            (self.threads, self.memory, self.cost, self.disk, self.kernels) = (threads, memory, cost, disk, kernels)
        }
    }

    /// What a stage's kernels come to, roughly.
    package struct KernelWork: Hashable, Sendable {
        /// Floating-point operations.
        package var operations: Double
        /// How many kernels a device is handed.
        package var launches: Double
        /// Floating-point operations that the processor does again, to check a device.
        package var checked: Double

        /// What a stage's kernels come to.
        package init(operations: Double, launches: Double, checked: Double) {
            (self.operations, self.launches, self.checked) = (operations, launches, checked)
        }
    }
}
