import Synchronization

/// The one queue of a `Device` that is an OpenCL device: kernels and transfers, done in the order in which they are called.
///
/// Calls return at once, but for those that bring numbers to the processor. The first failure is kept; what is called after it does
/// nothing, so that whoever takes results asks for `failure` first.
final class CommandQueue: @unchecked Sendable {
    /// The device behind it.
    let device: OpenCLDevice
    /// What went wrong first, or `nil`; once it is there, nothing that the queue gives is worth anything.
    private(set) var failure: OpenCLError?
    /// Whether that was memory that was wanting, and nothing that was called before is in doubt.
    private var wantsMemoryOnly = false

    private let cl: OpenCL
    private let context: OpenCLContext
    private let queue: OpenCL.Object
    private var kernels: [String: OpenCL.Object] = [:]

    /// A queue of its own on a device whose kernels are compiled by the first one in a process.
    ///
    /// - Parameter standIn: a driver that tests put in the place of the system's; it compiles kernels for itself.
    init(on device: OpenCLDevice, standIn: OpenCL? = nil) throws(OpenCLError) {
        guard let cl = standIn ?? OpenCL.shared else { throw .noLibrary }
        guard device.lacks.isEmpty else { throw .lacks(device: device.name, what: device.lacks) }
        context = try standIn == nil ? OpenCLContext.of(device, cl) : OpenCLContext(device, cl)
        var status: OpenCL.Status = 0
        guard let queue = cl.createCommandQueue(context.context, device.handle, 0, &status), status == 0 else {
            throw .call(device: device.name, doing: "opening a queue", status: OpenCL.name(of: status))
        }
        (self.cl, self.device, self.queue) = (cl, device, queue)
    }

    deinit {
        for kernel in kernels.values { _ = cl.releaseKernel(kernel) }
        _ = cl.releaseCommandQueue(queue)
    }

    /// - Parameters:
    ///   - bytes: how many were wanted, where it takes memory.
    ///   - onlyTakes: whether the call that gave the status tells of nothing that was called before it.
    private func check(_ status: OpenCL.Status, _ doing: @autoclosure () -> String, bytes: Int = 0, onlyTakes: Bool = false) {
        if status == 0 || failure != nil { return }
        wantsMemoryOnly = onlyTakes && OpenCL.isOutOfMemory(status)
        failure =
            OpenCL.isOutOfMemory(status) && bytes > 0
            ? .outOfMemory(device: device.name, bytes: bytes)
            : .call(device: device.name, doing: doing(), status: OpenCL.name(of: status))
    }

    /// Waits until all that was called is done.
    func finish() { check(cl.finish(queue), "waiting for its kernels") }

    /// Forgets a failure that was memory wanting for something new, once all that was called before it is done.
    ///
    /// What was to be made since holds nothing: whoever calls this makes it anew.
    /// - Returns: whether it is forgotten; any other failure stays.
    func forgetWantOfMemory() -> Bool {
        guard wantsMemoryOnly, cl.finish(queue) == 0 else { return false }
        (failure, wantsMemoryOnly) = (nil, false)
        return true
    }

    // MARK: - Memory

    /// Memory for so many bytes, at least one; `nil` after a failure.
    func allocate(_ bytes: Int) -> OpenCL.Object? {
        if failure != nil { return nil }
        var status: OpenCL.Status = 0
        let memory = cl.createBuffer(context.context, 1, max(bytes, 4), nil, &status)
        check(status, "taking \(bytes) bytes of memory", bytes: bytes, onlyTakes: true)
        return status == 0 ? memory : nil
    }

    func release(_ memory: OpenCL.Object) { _ = cl.releaseMemObject(memory) }

    /// The memory, where all is well; what there was no memory for is never worked on, even where that failure is forgotten.
    private func sound(_ memory: OpenCL.Object?) -> OpenCL.Object? {
        check(memory == nil ? OpenCL.noSuchMemory : 0, "reaching memory that it did not have")
        return failure == nil ? memory : nil
    }

    func read(_ memory: OpenCL.Object?, from offset: Int, bytes: Int, into target: UnsafeMutableRawPointer) {
        guard bytes > 0, let memory = sound(memory) else { return }
        check(cl.enqueueReadBuffer(queue, memory, 1, offset, bytes, target, 0, nil, nil), "reading \(bytes) bytes", bytes: bytes)
    }

    /// Copies bytes to the device; they are no longer needed once this returns.
    func write(_ memory: OpenCL.Object?, at offset: Int, bytes: Int, from source: UnsafeRawPointer) {
        guard bytes > 0, let memory = sound(memory) else { return }
        check(
            cl.enqueueWriteBuffer(queue, memory, 1, offset, bytes, source, 0, nil, nil), "writing \(bytes) bytes", bytes: bytes)
    }

    func copy(_ source: OpenCL.Object?, from sourceOffset: Int, to target: OpenCL.Object?, at offset: Int, bytes: Int) {
        guard bytes > 0, let source = sound(source), let target = sound(target) else { return }
        check(
            cl.enqueueCopyBuffer(queue, source, target, sourceOffset, offset, bytes, 0, nil, nil), "copying \(bytes) bytes",
            bytes: bytes)
    }

    func fill(_ memory: OpenCL.Object?, with value: Float, count: Int) {
        guard count > 0, let memory = sound(memory) else { return }
        var value = value
        check(
            cl.enqueueFillBuffer(queue, memory, &value, 4, 0, 4 * count, 0, nil, nil), "filling \(4 * count) bytes",
            bytes: 4 * count)
    }

    // MARK: - Kernels

    /// What a kernel is handed.
    enum Argument {
        /// A matrix: its memory, the place of its first element, and the distance of its rows; nothing for `nil`.
        case matrix(Matrix?)
        /// A matrix whose rows lie so far apart for the kernel.
        case strided(Matrix, stride: Int)
        /// A vector's memory from its first element on.
        case vector(Vector)
        case int(Int)
        case long(Int)
        case float(Float)
    }

    /// Runs a kernel once for each item of a grid of up to three dimensions, in groups of `group` items.
    ///
    /// - Parameter grid: need not be a multiple of the groups' size; kernels ask whether an item is beyond it.
    func run(_ name: String, grid: [Int], group: [Int], _ arguments: [Argument]) {
        guard failure == nil, !grid.contains(0), let kernel = kernel(name) else { return }
        var index: UInt32 = 0
        var bytes = 0
        func set<T>(_ value: T) {
            withUnsafePointer(to: value) {
                check(cl.setKernelArg(kernel, index, MemoryLayout<T>.size, $0), "handing \(name) its arguments")
            }
            index += 1
        }
        func memory(_ vector: Vector) -> OpenCL.Object? {
            let memory = vector.memory as? DeviceMemory
            require(
                memory?.queue === self, "\(name) on \(device.name) was handed a vector of the processor's or of another device")
            bytes += 4 * vector.count
            return sound(memory?.object)
        }
        for argument in arguments {
            switch argument {
            case .matrix(let matrix?):
                set(memory(matrix.storage))
                set(Int64(matrix.offset))
                set(Int32(matrix.stride))
            case .strided(let matrix, let stride):
                set(memory(matrix.storage))
                set(Int64(matrix.offset))
                set(Int32(stride))
            case .matrix(nil):
                set(OpenCL.Object?.none)
                set(Int64(0))
                set(Int32(0))
            case .vector(let vector): set(memory(vector))
            case .int(let value): set(Int32(value))
            case .long(let value): set(Int64(value))
            case .float(let value): set(value)
            }
        }
        if failure != nil { return }
        let sizes = zip(grid, group).map { ($0 + $1 - 1) / $1 * $1 }
        let status = cl.enqueueNDRangeKernel(queue, kernel, UInt32(grid.count), nil, sizes, group, 0, nil, nil)
        // Drivers that give out memory when it is first used refuse here, for what the kernel works on.
        let lacksMemory = status == OpenCL.noMemoryForObject
        check(status, "starting \(name)", bytes: lacksMemory ? bytes : 0, onlyTakes: lacksMemory)
    }

    /// The items of a group of those kernels that add up rows in lanes.
    static let rowGroup = [Lanes16.count, 8]

    /// Runs a kernel with sixteen items for each of `rows` rows.
    func forEachRow(_ rows: Int, _ name: String, _ arguments: [Argument]) {
        run(name, grid: [Lanes16.count, rows], group: Self.rowGroup, arguments)
    }

    /// Runs a kernel once for each column of each row, and these `layers` times; kernels ask whether a column is beyond the last.
    func forEachColumn(_ columns: Int, rows: Int, layers: Int = 1, _ name: String, _ arguments: [Argument]) {
        run(name, grid: [columns, rows, layers], group: [columns > 16 ? 32 : 16, 1, 1], arguments)
    }

    /// Runs a kernel once for each of `count` elements; the kernel's last argument is `count`.
    func forEach(_ count: Int, _ name: String, _ arguments: [Argument]) {
        run(name, grid: [count], group: [256], arguments + [.long(count)])
    }

    private func kernel(_ name: String) -> OpenCL.Object? {
        if let kernel = kernels[name] { return kernel }
        var status: OpenCL.Status = 0
        let kernel = cl.createKernel(context.program, name, &status)
        check(status, "finding the kernel \(name)")
        kernels[name] = kernel
        return status == 0 ? kernel : nil
    }
}

/// A vector's memory on an OpenCL device.
final class DeviceMemory: RemoteMemory {
    let queue: CommandQueue
    let object: OpenCL.Object?

    init(bytes: Int, on queue: CommandQueue) { (self.queue, object) = (queue, queue.allocate(bytes)) }

    deinit { if let object { queue.release(object) } }

    func read(from offset: Int, bytes: Int, into target: UnsafeMutableRawPointer) {
        queue.read(object, from: offset, bytes: bytes, into: target)
    }

    func write(at offset: Int, bytes: Int, from source: UnsafeRawPointer) {
        queue.write(object, at: offset, bytes: bytes, from: source)
    }

    func copy(_ source: any RemoteMemory, from sourceOffset: Int, at offset: Int, bytes: Int) {
        let source = source as? DeviceMemory
        require(source?.queue === queue, "a vector of another device handed to \(queue.device.name)")
        queue.copy(source?.object, from: sourceOffset, to: object, at: offset, bytes: bytes)
    }

    func fill(with value: Float, count: Int) { queue.fill(object, with: value, count: count) }

    func another(bytes: Int) -> any RemoteMemory { DeviceMemory(bytes: bytes, on: queue) }
}

extension Vector {
    /// A vector on a device, whose elements are whatever was there.
    convenience init(count: Int, on queue: CommandQueue, original: Vector? = nil) {
        self.init(count: count, in: DeviceMemory(bytes: 4 * count, on: queue), original: original)
    }
}

/// A device's context with the compiled kernels: one in a process, for all queues.
private final class OpenCLContext: @unchecked Sendable {
    let context: OpenCL.Object
    let program: OpenCL.Object

    private static let all = Mutex<[Int: OpenCLContext]>([:])

    static func of(_ device: OpenCLDevice, _ cl: OpenCL) throws(OpenCLError) -> OpenCLContext {
        let made = all.withLock { all -> Result<OpenCLContext, OpenCLError> in
            if let context = all[device.number] { return .success(context) }
            do throws(OpenCLError) {
                let context = try OpenCLContext(device, cl)
                all[device.number] = context
                return .success(context)
            } catch { return .failure(error) }
        }
        return try made.get()
    }

    init(_ device: OpenCLDevice, _ cl: OpenCL) throws(OpenCLError) {
        func failure(_ doing: String, _ status: OpenCL.Status) -> OpenCLError {
            .call(device: device.name, doing: doing, status: OpenCL.name(of: status))
        }
        var status: OpenCL.Status = 0
        var handle: OpenCL.Object? = device.handle
        guard let context = cl.createContext(nil, 1, &handle, nil, nil, &status), status == 0 else {
            throw failure("opening it", status)
        }
        self.context = context
        let source = KernelSource.text
        let made = source.withUnsafeBufferPointer { bytes in
            var length = bytes.count
            return bytes.withMemoryRebound(to: CChar.self) { text in
                var start: UnsafePointer<CChar>? = text.baseAddress
                return cl.createProgramWithSource(context, 1, &start, &length, &status)
            }
        }
        guard let program = made, status == 0 else { throw failure("taking the kernels", status) }
        self.program = program
        // Denormal numbers are kept and no operations are joined: that is what the absence of further options says.
        status = cl.buildProgram(program, 1, &handle, "-cl-std=CL1.2 -cl-fp32-correctly-rounded-divide-sqrt", nil, nil)
        guard status == 0 else {
            let log = cl.text { cl.getProgramBuildInfo(program, device.handle, 0x1183, $0, $1, $2) }
            throw .build(device: device.name, log: log.isEmpty ? OpenCL.name(of: status) : String(log.prefix(2000)))
        }
    }
}
