import Kernels
import Platform

/// What there is to say of an OpenCL device: whether it computes the processor's bytes, and how fast it is.
package struct DeviceReport: Sendable {
    /// Its place among all devices.
    package let number: Int
    /// What it calls itself.
    package let name: String
    /// `GPU`, or `other`.
    package let type: String
    /// The driver and its version.
    package let driver: String
    /// The bytes of memory that it has.
    package let memory: Int
    /// What went wrong, or `nil` for a device that proved itself.
    package let failure: String?
    /// Operations per second of a large matrix product; bytes per second read and written by a copy; kernels started and done per
    /// second. `nil` where it did not prove itself.
    package let rates: (product: Double, copy: Double, launches: Double)?
}

extension DeviceReport {
    /// The library by which the system's devices are found, or why there is none.
    package static var library: (name: String?, failure: String?) {
        switch OpenCLDevice.library {
        case .success(let name): (name, nil)
        case .failure(let error): (nil, error.description)
        }
    }

    /// What is wrong with a word that is to name a device, `nil` where there is such a device; `cpu` and `auto` always are.
    ///
    /// Whether the device computes the processor's bytes is seen when it is used.
    package static func fault(ofDevice word: String) -> String? {
        do throws(OpenCLError) { try OpenCLDevice.check(word) } catch { return error.description }
        return nil
    }

    /// Proves and times all devices that OpenCL offers; takes some seconds for each, longer where its compiler sees the kernels for
    /// the first time.
    ///
    /// - Parameter isCancelled: whether no more devices are wanted.
    package static func all(isCancelled: () -> Bool = { false }) -> [DeviceReport] {
        OpenCLDevice.all().filter { _ in !isCancelled() }.map { DeviceReport(of: $0) }
    }

    private init(of device: OpenCLDevice) {
        (number, name, type) = (device.number, device.name, device.isGPU ? "GPU" : "other")
        (driver, memory) = (device.driver, device.memory)
        do throws(OpenCLError) {
            try device.prove()
            let open = try Device(on: device)
            let rates = Self.rates(of: open)
            if let failure = open.failure { throw failure }
            (failure, self.rates) = (nil, rates)
        } catch {
            (failure, rates) = (error.description, nil)
        }
    }

    /// The seconds of one call, of so many that they take a tenth of a second together; the first one is not counted.
    private static func seconds(on device: Device, _ call: () -> Void) -> Double {
        call()
        device.finish()
        var calls = 1
        while true {
            let start = Clock.seconds
            for _ in 0..<calls { call() }
            device.finish()
            let taken = Clock.seconds - start
            if taken >= 0.1 || device.failure != nil { return taken / Double(calls) }
            calls *= 2
        }
    }

    /// Operations per second of a product of the largest size of which one takes less than half a second.
    private static func productRate(of device: Device) -> Double {
        var rate = 0.0
        for size in [256, 1024, 4096] {
            let matrix = device.matrix(rows: size, columns: size), result = device.matrix(rows: size, columns: size)
            let taken = seconds(on: device) {
                MatrixProduct.compute(matrix.plain, matrix.plain, into: result, device: device)
            }
            rate = 2 * Double(size) * Double(size) * Double(size) / taken
            if taken * 64 > 0.5 { break }
        }
        return rate
    }

    /// What estimates go by: a device's rates, and the processor's with so many threads.
    static func shortRates(of device: Device, threads: Int) -> DeviceRecords.Rates {
        (productRate(of: device), launchRate(of: device), productRate(of: Device(threads: threads)))
    }

    /// Kernels of a few numbers that begin and end per second.
    private static func launchRate(of device: Device) -> Double {
        let small = device.vector(count: 16)
        return 1 / seconds(on: device) { Elementwise.scale(small, by: 1, into: small, device: device) }
    }

    private static func rates(of device: Device) -> (product: Double, copy: Double, launches: Double) {
        let product = productRate(of: device)
        let source = device.vector(count: 1 << 25), target = device.vector(count: 1 << 25)
        let copy = seconds(on: device) { Elementwise.scale(source, by: 1, into: target, device: device) }
        return (product, Double(8 * source.count) / copy, launchRate(of: device))
    }
}
