/// A device for the kernels of stages, and how fast it and the processor were measured to be: what estimates go by.
package struct MeasuredDevice: Hashable, Sendable {
    /// The name under which a stage that ran on it is remembered.
    package var name: String
    /// Whether only those stages run on it that gain by it, as `gain` has it.
    package var takesOnlyWhatGains: Bool
    /// Floating-point operations per second that a large matrix product reaches on it.
    package var operations: Double
    /// The same on the processor.
    package var processorOperations: Double
    /// Small kernels that it begins and ends per second.
    package var launches: Double

    /// How many times as long a stage has to take on the processor for it to gain by the device.
    package static let gain = 1.5

    /// A device with what it was measured to reach.
    package init(name: String, takesOnlyWhatGains: Bool, operations: Double, processorOperations: Double, launches: Double) {
        (self.name, self.takesOnlyWhatGains, self.launches) = (name, takesOnlyWhatGains, launches)
        (self.operations, self.processorOperations) = (operations, processorOperations)
    }

    /// Seconds that a stage's kernels may take here.
    ///
    /// - Parameter processor: seconds that the stage takes on the processor, where something is known of it.
    func seconds(of work: Stage.KernelWork, processor: Double?) -> Double {
        // What a stage reaches of a product's speed on the processor, it is taken to reach here.
        processorSeconds(of: work, known: processor) * processorOperations / operations + work.launches / launches
            + work.checked / processorOperations
    }

    /// Seconds that a stage may take on the processor.
    func processorSeconds(of work: Stage.KernelWork, known: Double?) -> Double { known ?? work.operations / processorOperations }
}
