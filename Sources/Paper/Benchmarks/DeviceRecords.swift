import Formats
import Kernels
import Pipeline
import Platform

/// What was found out about devices, kept in a folder by name, driver and the kernels' code: one that has proved itself is used at once
/// the next time.
///
/// A record that is missing, damaged or of another driver or code only means that the device proves itself again.
package struct DeviceRecords: Sendable {
    private let folder: String
    private let code: String
    private let files = FileSystem()

    /// The records in a store.
    ///
    /// - Parameters:
    ///   - store: the store's folder.
    ///   - code: the digest of the code that kernels and proof are made of.
    package init(store: String, code: String) { (folder, self.code) = (store + "/devices", code) }

    /// The device that a word means, proved and measured now or before; `nil` for the processor.
    ///
    /// Costs some seconds the first time, and then what it takes to find the devices. What is measured is kept, where the folder can be
    /// written.
    /// - Parameter threads: those of the processor that it is compared with.
    /// - Throws: what is wrong with the device; where the word is `auto`, only what failed while it was measured.
    package func device(named word: String, threads: Int) throws(OpenCLError) -> MeasuredDevice? {
        guard let chosen = try OpenCLDevice.chosen(by: word, isKnown: { kept(of: $0, threads) != nil }) else { return nil }
        let rates: Rates
        if let kept = kept(of: chosen, threads) { rates = kept } else { rates = try measured(chosen, threads) }
        return MeasuredDevice(
            name: chosen.name, takesOnlyWhatGains: word == "auto", operations: rates.product,
            processorOperations: rates.processor, launches: rates.launches)
    }

    private func measured(_ device: OpenCLDevice, _ threads: Int) throws(OpenCLError) -> Rates {
        let open = try Device(on: device)
        let rates = DeviceReport.shortRates(of: open, threads: threads)
        if let failure = open.failure { throw failure }
        keep(rates, of: device, threads)
        return rates
    }

    typealias Rates = (product: Double, launches: Double, processor: Double)

    /// What a record is of.
    private func subject(_ device: OpenCLDevice, _ threads: Int) -> [String: JSON] {
        ["name": .string(device.name), "driver": .string(device.driver), "code": .string(code), "threads": JSON(threads)]
    }

    private func path(_ device: OpenCLDevice, _ threads: Int) -> String {
        folder + "/" + Digest.of(Array(JSON.object(subject(device, threads)).text.utf8)).hex
    }

    /// What a device that has proved itself was measured to reach, or `nil` where no sound record tells.
    private func kept(of device: OpenCLDevice, _ threads: Int) -> Rates? {
        do {
            guard let json = try files.read(path(device, threads), isSteady: false).flatMap({ JSON(sealed: $0) }),
                subject(device, threads).allSatisfy({ json[$0.key] == $0.value }),
                let product = json["product"]?.numberValue, let launches = json["launches"]?.numberValue,
                let processor = json["processor"]?.numberValue, product > 0, launches > 0, processor > 0
            else { return nil }
            return (product, launches, processor)
        } catch {
            // It proves itself again.
            return nil
        }
    }

    private func keep(_ rates: Rates, of device: OpenCLDevice, _ threads: Int) {
        var members = subject(device, threads)
        members["product"] = .number(rates.product)
        members["launches"] = .number(rates.launches)
        members["processor"] = .number(rates.processor)
        let path = path(device, threads)
        do {
            try files.makeFolder(folder)
            try files.replace(path, with: JSON.object(members).sealed, by: "\(path).\(processID).partial")
        } catch {
            // In a store that cannot be written it proves itself each time.
        }
    }
}
