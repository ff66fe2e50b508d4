/// A device that the system's OpenCL offers.
package struct OpenCLDevice: Sendable, Hashable {
    /// Its place among all devices of all platforms, in the order in which OpenCL names them.
    package let number: Int
    /// What it calls itself, such as `NVIDIA H100 80GB HBM3`.
    package let name: String
    /// Whether it is a GPU, as its driver says; others are used by name or number only.
    package let isGPU: Bool
    /// The driver and its version, by which what is known of a device is kept.
    package let driver: String
    /// The bytes of memory that it has.
    package let memory: Int
    /// How many groups of a kernel's items it works on at once, at least 1: what the sizes of tiles go by, and no bit of a result.
    package let computeUnits: Int
    /// What is wanting for the same bits as the processor's; empty where nothing is.
    package let lacks: [String]

    nonisolated(unsafe) let handle: OpenCL.Object

    /// All devices, in order; none where there is no OpenCL.
    ///
    /// Loads the library at the first call.
    package static func all() -> [OpenCLDevice] {
        guard let cl = OpenCL.shared else { return [] }
        return cl.platforms().flatMap { platform in
            let platformName = cl.text { cl.getPlatformInfo(platform, PlatformInfo.name, $0, $1, $2) }
            return cl.devices(of: platform).map { (platformName, $0) }
        }.enumerated().map { number, found in OpenCLDevice(number: number, platform: found.0, handle: found.1, cl) }
    }

    /// The library that was found, or those that were looked for in vain.
    package static var library: Result<String, OpenCLError> {
        OpenCL.shared.map { .success($0.library) } ?? .failure(.noLibrary)
    }

    private init(number: Int, platform: String, handle: OpenCL.Object, _ cl: OpenCL) {
        (self.number, self.handle) = (number, handle)
        func text(_ info: UInt32) -> String { cl.text { cl.getDeviceInfo(handle, info, $0, $1, $2) } }
        func value(_ info: UInt32) -> UInt64 {
            var value: UInt64 = 0
            _ = cl.getDeviceInfo(handle, info, 8, &value, nil)
            return value
        }
        name = text(DeviceInfo.name)
        isGPU = value(DeviceInfo.type) & DeviceInfo.typeGPU != 0
        driver = "\(platform), \(text(DeviceInfo.deviceVersion)), \(text(DeviceInfo.driverVersion))"
        memory = Int(value(DeviceInfo.globalMemory))
        computeUnits = max(1, Int(value(DeviceInfo.computeUnits) & 0xFFFF))
        let single = value(DeviceInfo.singleConfiguration), double = value(DeviceInfo.doubleConfiguration)
        lacks =
            DeviceInfo.needed.filter { single & $0.bit == 0 }.map { "\($0.name) in single precision" }
            + (double & DeviceInfo.fma == 0 ? ["double precision"] : [])
    }
}

/// Why a device is not used.
package enum OpenCLError: Error, Sendable, Hashable, CustomStringConvertible {
    case noLibrary
    /// No device is meant by a word.
    case none(word: String, all: [String])
    /// The device lacks what the same bits need.
    case lacks(device: String, what: [String])
    /// A known answer came out otherwise than on the processor: what was computed, and how it differs.
    case differs(device: String, test: String, how: String)
    /// A call failed: what was done, and what OpenCL says.
    case call(device: String, doing: String, status: String)
    /// The device has no memory left for so many bytes.
    case outOfMemory(device: String, bytes: Int)
    /// The kernels were refused by the device's compiler.
    case build(device: String, log: String)

    /// One line for people: what, where, and what to do next.
    package var description: String {
        switch self {
        case .noLibrary:
            """
            no OpenCL is installed (\(OpenCL.libraries.joined(separator: ", ")) was looked for); install the GPU's driver, or \
            pocl, which makes a device of the processor (on Debian: apt-get install pocl-opencl-icd ocl-icd-libopencl1)
            """
        case .none(let word, let all):
            all.isEmpty
                ? "OpenCL offers no device; install a driver, or run on the processor with --device cpu"
                : "no device is \(word == "auto" ? "a GPU" : word); there are \(all.joined(separator: ", ")), and cpu"
        case .lacks(let device, let what):
            """
            \(device) lacks \(what.joined(separator: ", ")), without which its results differ from the processor's; \
            choose another with --device (samedge devices lists them)
            """
        case .differs(let device, let test, let how):
            """
            \(device) does not compute what the processor does: \(test): \(how); it is not used. Choose another with --device \
            (samedge devices lists them), or try another driver
            """
        case .call(let device, let doing, let status):
            "\(device) failed at \(doing): \(status); run again to go on from the last snapshot, or with --device cpu"
        case .outOfMemory(let device, let bytes):
            """
            \(device) has no memory for \(bytes) bytes more; run fewer stages at once with --jobs 1, choose smaller sizes, \
            or run with --device cpu
            """
        case .build(let device, let log):
            "\(device)'s compiler refuses the kernels: \(log); run with --device cpu, or try another driver"
        }
    }
}

private enum PlatformInfo {
    static let name: UInt32 = 0x0902
}

private enum DeviceInfo {
    static let type: UInt32 = 0x1000
    static let computeUnits: UInt32 = 0x1002
    static let globalMemory: UInt32 = 0x101F
    static let singleConfiguration: UInt32 = 0x101B
    static let name: UInt32 = 0x102B
    static let driverVersion: UInt32 = 0x102D
    static let deviceVersion: UInt32 = 0x102F
    static let doubleConfiguration: UInt32 = 0x1032
    static let typeGPU: UInt64 = 1 << 2
    static let fma: UInt64 = 1 << 5
    /// What single precision must offer, by the bits of its configuration.
    static let needed: [(bit: UInt64, name: String)] = [
        (1 << 0, "denormal numbers"), (1 << 1, "infinities and NaN"), (1 << 2, "rounding to nearest"),
        (fma, "fused multiply-add"), (1 << 7, "correctly rounded division and square root"),
    ]
}

extension OpenCL {
    fileprivate func platforms() -> [Object] {
        var count: UInt32 = 0
        guard getPlatformIDs(0, nil, &count) == 0, count > 0 else { return [] }
        var found = [Object?](repeating: nil, count: Int(count))
        return getPlatformIDs(count, &found, nil) == 0 ? found.compactMap { $0 } : []
    }

    fileprivate func devices(of platform: Object) -> [Object] {
        let all: UInt64 = 0xFFFF_FFFF
        var count: UInt32 = 0
        guard getDeviceIDs(platform, all, 0, nil, &count) == 0, count > 0 else { return [] }
        var found = [Object?](repeating: nil, count: Int(count))
        return getDeviceIDs(platform, all, count, &found, nil) == 0 ? found.compactMap { $0 } : []
    }

    /// The text that a call for information gives.
    func text(_ ask: (Int, UnsafeMutableRawPointer?, UnsafeMutablePointer<Int>?) -> Status) -> String {
        var size = 0
        guard ask(0, nil, &size) == 0, size > 0 else { return "" }
        var bytes = [UInt8](repeating: 0, count: size)
        guard bytes.withUnsafeMutableBytes({ ask(size, $0.baseAddress, nil) }) == 0 else { return "" }
        let text = String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
        return text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    }
}
