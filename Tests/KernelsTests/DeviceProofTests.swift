import Synchronization
import Testing

@testable import Kernels

/// A device proves itself by known answers; one that lies is refused by the name of a test, and one that fails says what it was at.
@Suite(.needsOpenCL, .serialized) struct DeviceProofTests {
    private func proof(by standIn: OpenCL) throws -> OpenCLError? {
        let device = try #require(testedDevice)
        do throws(OpenCLError) {
            try OpenCLDevice.prove(Device(queue: CommandQueue(on: device, standIn: standIn)), name: device.name)
            return nil
        } catch { return error }
    }

    @Test func aDeviceThatComputesAsTheProcessorPasses() throws {
        try #require(testedDevice).prove()
    }

    @Test func oneThatFlipsABitOfWhatItReadsIsRefused() throws {
        var driver = try #require(OpenCL.shared)
        driver.enqueueReadBuffer = { queue, memory, blocks, offset, bytes, target, events, list, event in
            let status = OpenCL.shared!.enqueueReadBuffer(queue, memory, blocks, offset, bytes, target, events, list, event)
            target.assumingMemoryBound(to: UInt8.self)[bytes / 2] ^= 1
            return status
        }
        guard case .differs(_, let test, _)? = try proof(by: driver) else {
            Issue.record("it passed")
            return
        }
        #expect(test == "a product")
    }

    @Test func oneThatRoundsProductsBeforeItAddsIsRefused() throws {
        var driver = try #require(OpenCL.shared)
        driver.createProgramWithSource = { context, count, texts, lengths, status in
            let bytes = UnsafeRawBufferPointer(start: texts[0], count: lengths![0])
            var text =
                "#pragma OPENCL FP_CONTRACT OFF\nfloat rounded(float a, float b, float c) { float p = a * b; return p + c; }\n"
            text += String(decoding: bytes, as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false)
                .map {
                    $0.contains("double") || $0.contains("BLOCK_SUMS")
                        ? String($0) : $0.split(separator: "fma(", omittingEmptySubsequences: false).joined(separator: "rounded(")
                }
                .joined(separator: "\n")
            return text.withCString { start in
                var start: UnsafePointer<CChar>? = start
                return OpenCL.shared!.createProgramWithSource(context, 1, &start, nil, status)
            }
        }
        guard case .differs(_, let test, _)? = try proof(by: driver) else {
            Issue.record("it passed")
            return
        }
        #expect(test == "a product")
    }

    private static let calls = Mutex(0)

    @Test func oneWithoutMemoryNamesWhatItWanted() throws {
        Self.calls.withLock { $0 = 0 }
        var driver = try #require(OpenCL.shared)
        driver.createBuffer = { context, flags, bytes, host, status in
            let call = DeviceProofTests.calls.withLock { calls in
                calls += 1
                return calls
            }
            if call < 20 { return OpenCL.shared!.createBuffer(context, flags, bytes, host, status) }
            status?.pointee = -4
            return nil
        }
        guard case .outOfMemory(_, let bytes)? = try proof(by: driver) else {
            Issue.record("it passed")
            return
        }
        #expect(bytes > 0)
    }

    /// What there was no memory for is never worked on, though the failure was forgotten.
    @Test func whatHadNoMemoryIsRefusedByName() throws {
        var driver = try #require(OpenCL.shared)
        driver.createBuffer = { context, flags, bytes, host, status in
            if bytes < 1000 { return OpenCL.shared!.createBuffer(context, flags, bytes, host, status) }
            status?.pointee = -4
            return nil
        }
        let device = Device(queue: try CommandQueue(on: #require(testedDevice), standIn: driver))
        let large = device.vector(count: 1000)
        guard case .outOfMemory(_, 4000)? = device.failure else {
            Issue.record("\(String(describing: device.failure))")
            return
        }
        #expect(device.forgetWantOfMemory() && device.failure == nil)
        let another = device.vector(count: 10)
        Elementwise.scale(another, by: 2, into: another, device: device)
        #expect(another.elements == Array(repeating: 0, count: 10) && device.failure == nil)
        Elementwise.scale(large, by: 2, into: large, device: device)
        guard case .call(_, _, "CL_INVALID_MEM_OBJECT")? = device.failure else {
            Issue.record("\(String(describing: device.failure))")
            return
        }
        #expect(!device.forgetWantOfMemory(), "that is no want of memory")
    }

    @Test func oneThatVanishesSaysWhatItWasAt() throws {
        Self.calls.withLock { $0 = 0 }
        var driver = try #require(OpenCL.shared)
        driver.enqueueNDRangeKernel = { queue, kernel, dimensions, first, grid, group, events, list, event in
            let call = DeviceProofTests.calls.withLock { calls in
                calls += 1
                return calls
            }
            if call > 10 { return -36 }
            return OpenCL.shared!.enqueueNDRangeKernel(queue, kernel, dimensions, first, grid, group, events, list, event)
        }
        guard case .call(_, let doing, let status)? = try proof(by: driver) else {
            Issue.record("it passed")
            return
        }
        #expect(doing.hasPrefix("starting ") && status == "CL_INVALID_COMMAND_QUEUE")
    }
}

/// Which device a word means.
@Suite(.needsOpenCL) struct DeviceChoiceTests {
    @Test func wordsMeanDevices() throws {
        let device = try #require(testedDevice), all = OpenCLDevice.all()
        #expect(try OpenCLDevice.chosen(by: "cpu") == nil)
        #expect(try OpenCLDevice.chosen(by: "gpu") == (all.first(where: \.isGPU) ?? device))
        #expect(try OpenCLDevice.chosen(by: "0") == device)
        #expect(try OpenCLDevice.chosen(by: String(device.name.uppercased().prefix(12)))?.name == device.name)
    }

    /// What calls itself no GPU is not taken unasked, and whoever asked is told why.
    @Test(.enabled(if: !OpenCLDevice.all().contains(where: \.isGPU), "NOT POSSIBLE HERE: there is a GPU"))
    func autoTakesGPUsAlone() throws {
        var told: [String] = []
        #expect(try OpenCLDevice.chosen(by: "auto") { told.append($0) } == nil)
        #expect(told.count == 1 && told[0].hasPrefix("on the processor: no device is a GPU"))
    }

    @Test(arguments: ["99", "-1", "Voodoo 2"]) func whatIsNotThereIsRefusedByName(word: String) throws {
        let device = try #require(testedDevice)
        let error = #expect(throws: OpenCLError.self) { try OpenCLDevice.chosen(by: word) }
        #expect(error?.description.contains(word) == true && error?.description.contains("0 \(device.name)") == true)
        #expect(throws: OpenCLError.self) { try OpenCLDevice.check(word) }
        try OpenCLDevice.check("gpu")
    }
}
