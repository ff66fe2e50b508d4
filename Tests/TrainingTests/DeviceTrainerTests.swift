import Networks
import Synchronization
import Testing

@testable import Kernels
@testable import Training

/// How a device that has proved itself goes wrong later.
private enum Fault: CaseIterable {
    /// Flips one bit of the middle of all that is read.
    case flipsReading
    /// Changes the last bit of the fractions that kernels are handed, such as the step size.
    case changesNumbers
    /// Leaves out kernels, each third one.
    case leavesOutKernels
    /// Has no memory left.
    case hasNoMemory
    /// Fails whatever it is asked to run.
    case vanishes
}

/// A training on a device has the processor's bytes; what a device that begins to lie has computed since then is not kept.
@Suite(
    .enabled(
        if: OpenCLDevice.all().first != nil,
        "SKIPPED: no OpenCL is installed (on Debian: apt-get install pocl-opencl-icd ocl-icd-libopencl1)"),
    .serialized)
struct DeviceTrainerTests {
    private let network = Network.multilayerPerceptron(inputs: 12, width: 9, depth: 3)
    private let settings = TrainingSettings(SAM(radius: 0.1), learningRate: 0.2, steps: 12, interval: 4)
    private let batch: Batch = {
        let inputs = Vector(count: 600 * 12)
        RandomStream(.search, index: 3, seed: 1).fillNormal(inputs)
        return Batch(inputs: Matrix(inputs, rows: 600, columns: 12), labels: (0..<600).map { Int32($0 * 7 % 10) })
    }()

    private func train(on device: Device, _ store: MemoryStore, beforeStep: ((Int) -> Void)? = nil) throws -> TrainingOutcome {
        try Trainer(network, settings: settings, device: device) { step in
            beforeStep?(step)
            return batch
        }.train(from: network.layout.initialParameters(seed: 0), checkpoints: store) {
            if let failure = device.failure { throw failure }
        }
    }

    @Test func trainingsHaveTheProcessorsBytes() throws {
        let here = MemoryStore(), there = MemoryStore()
        let outcome = try train(on: Device(threads: 2), here)
        #expect(try train(on: Device(on: #require(OpenCLDevice.all().first)), there) == outcome)
        #expect(here.files == there.files && here.files.count > 5)
    }

    /// A training that has been on the processor goes on on the device, to the same bytes.
    @Test func trainingsGoOnElsewhere() throws {
        struct Stop: Error {}
        let whole = MemoryStore(), part = MemoryStore(), device = try Device(on: #require(OpenCLDevice.all().first))
        _ = try train(on: Device(), whole)
        #expect(throws: Stop.self) {
            try Trainer(network, settings: settings, device: Device()) { _ in batch }
                .train(
                    from: network.layout.initialParameters(seed: 0), checkpoints: part,
                    observe: { step, _ in if step == 6 { throw Stop() } })
        }
        _ = try train(on: device, part)
        #expect(part.files == whole.files)
    }

    private static let isFaulty = Mutex(false)
    private static let calls = Mutex(0)

    private static func isFaultyNow() -> Bool { isFaulty.withLock { $0 } }

    private func driver(_ fault: Fault) throws -> OpenCL {
        var driver = try #require(OpenCL.shared)
        switch fault {
        case .flipsReading:
            driver.enqueueReadBuffer = { queue, memory, blocks, offset, bytes, target, events, list, event in
                let status = OpenCL.shared!.enqueueReadBuffer(queue, memory, blocks, offset, bytes, target, events, list, event)
                if DeviceTrainerTests.isFaultyNow() { target.assumingMemoryBound(to: UInt8.self)[bytes / 2] ^= 1 }
                return status
            }
        case .changesNumbers:
            driver.setKernelArg = { kernel, index, size, value in
                // As whole numbers these would be larger than any size.
                guard DeviceTrainerTests.isFaultyNow(), size == 4, let value,
                    value.load(as: UInt32.self) & 0x7fff_ffff > 0x3000_0000
                else { return OpenCL.shared!.setKernelArg(kernel, index, size, value) }
                var changed = value.load(as: UInt32.self) ^ 1
                return OpenCL.shared!.setKernelArg(kernel, index, size, &changed)
            }
        case .leavesOutKernels:
            driver.enqueueNDRangeKernel = { queue, kernel, dimensions, first, grid, group, events, list, event in
                let call = DeviceTrainerTests.calls.withLock { calls in
                    calls += 1
                    return calls
                }
                if DeviceTrainerTests.isFaultyNow(), call % 3 == 0 { return 0 }
                return OpenCL.shared!.enqueueNDRangeKernel(queue, kernel, dimensions, first, grid, group, events, list, event)
            }
        case .hasNoMemory:
            driver.createBuffer = { context, flags, bytes, host, status in
                if !DeviceTrainerTests.isFaultyNow() { return OpenCL.shared!.createBuffer(context, flags, bytes, host, status) }
                status?.pointee = -4
                return nil
            }
        case .vanishes:
            driver.enqueueNDRangeKernel = { queue, kernel, dimensions, first, grid, group, events, list, event in
                if DeviceTrainerTests.isFaultyNow() { return -36 }
                return OpenCL.shared!.enqueueNDRangeKernel(queue, kernel, dimensions, first, grid, group, events, list, event)
            }
        }
        return driver
    }

    @Test(arguments: Fault.allCases) fileprivate func whatALyingDeviceComputesIsNotKept(fault: Fault) throws {
        Self.isFaulty.withLock { $0 = false }
        let whole = MemoryStore(), store = MemoryStore(), driver = try driver(fault)
        let device = try Device(queue: CommandQueue(on: #require(OpenCLDevice.all().first), standIn: driver))
        _ = try train(on: Device(), whole)
        let error = #expect(throws: OpenCLError.self) {
            try train(on: device, store) { step in if step == 5 { Self.isFaulty.withLock { $0 = true } } }
        }
        Self.isFaulty.withLock { $0 = false }
        switch (fault, error) {
        case (.flipsReading, .differs?), (.changesNumbers, .differs?), (.leavesOutKernels, .differs?): break
        case (.hasNoMemory, .outOfMemory(_, let bytes)?): #expect(bytes > 0)
        case (.vanishes, .call(_, _, let status)?): #expect(status == "CL_INVALID_COMMAND_QUEUE")
        default: Issue.record("\(fault): \(error.map { "\($0)" } ?? "nothing")")
        }
        // The snapshots before the fault are there, those after it are not.
        let kept = Set(store.files.keys.filter { $0.hasPrefix("snapshots/") })
        #expect(kept == [Snapshot.path(step: 0), Snapshot.path(step: 4)])
        for name in kept { #expect(store.files[name] == whole.files[name]) }
        // The processor goes on from there.
        _ = try train(on: Device(), store)
        #expect(store.files == whole.files)
    }
}
