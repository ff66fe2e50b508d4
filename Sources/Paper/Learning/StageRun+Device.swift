import Kernels
import Pipeline

extension StageRun {
    /// The device that the stage's kernels run on: what the caller wants, or the processor with the stage's threads.
    ///
    /// - Throws: what is wrong with the wanted one.
    func openDevice() throws -> Device {
        let chosen = try device.flatMap { try OpenCLDevice.chosen(by: $0) { log($0) } }
        guard let chosen else { return Device(threads: threads) { isCancelled } }
        runs(on: chosen.name)
        return try Device(on: chosen, beside: threads) { isCancelled }
    }

    /// Throws where the user has asked to stop, or the device has failed: what came since is worth nothing.
    func check(_ device: Device) throws {
        if let failure = device.failure { throw failure }
        try checkCancellation()
    }
}

extension Device {
    /// What a line of progress ends with: nothing on the processor.
    var place: String { isOpenCL ? ", on \(name)" : "" }
}
