#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// The system's OpenCL, looked for when it is first asked for: a machine without one lacks nothing.
///
/// Loaded by `dlopen`, so that nothing is linked and a program's start costs nothing. Pointers to functions are those of OpenCL 1.2.
struct OpenCL: Sendable {
    /// What is loaded, or `nil` where there is no OpenCL.
    static let shared = OpenCL()

    /// The libraries that are tried: the loader of all vendors' drivers, then NVIDIA's own driver, since containers often lack the loader.
    static let libraries = ["libOpenCL.so.1", "libnvidia-opencl.so.1"]

    typealias Status = Int32
    typealias Object = OpaquePointer
    typealias Event = OpaquePointer

    /// The name of the library that was found.
    let library: String

    let getPlatformIDs: @convention(c) (UInt32, UnsafeMutablePointer<Object?>?, UnsafeMutablePointer<UInt32>?) -> Status
    let getPlatformInfo: @convention(c) (Object, UInt32, Int, UnsafeMutableRawPointer?, UnsafeMutablePointer<Int>?) -> Status
    let getDeviceIDs:
        @convention(c) (Object, UInt64, UInt32, UnsafeMutablePointer<Object?>?, UnsafeMutablePointer<UInt32>?) -> Status
    let getDeviceInfo: @convention(c) (Object, UInt32, Int, UnsafeMutableRawPointer?, UnsafeMutablePointer<Int>?) -> Status
    let createContext:
        @convention(c) (
            UnsafePointer<Int>?, UInt32, UnsafePointer<Object?>, UnsafeRawPointer?, UnsafeRawPointer?,
            UnsafeMutablePointer<Status>?
        ) -> Object?
    let createCommandQueue: @convention(c) (Object, Object, UInt64, UnsafeMutablePointer<Status>?) -> Object?
    let releaseCommandQueue: @convention(c) (Object) -> Status
    var createProgramWithSource:
        @convention(c) (
            Object, UInt32, UnsafePointer<UnsafePointer<CChar>?>, UnsafePointer<Int>?, UnsafeMutablePointer<Status>?
        ) -> Object?
    let buildProgram:
        @convention(c) (
            Object, UInt32, UnsafePointer<Object?>?, UnsafePointer<CChar>?, UnsafeRawPointer?, UnsafeRawPointer?
        ) -> Status
    let getProgramBuildInfo:
        @convention(c) (Object, Object, UInt32, Int, UnsafeMutableRawPointer?, UnsafeMutablePointer<Int>?) -> Status
    let createKernel: @convention(c) (Object, UnsafePointer<CChar>, UnsafeMutablePointer<Status>?) -> Object?
    let releaseKernel: @convention(c) (Object) -> Status
    var setKernelArg: @convention(c) (Object, UInt32, Int, UnsafeRawPointer?) -> Status
    var createBuffer: @convention(c) (Object, UInt64, Int, UnsafeMutableRawPointer?, UnsafeMutablePointer<Status>?) -> Object?
    let releaseMemObject: @convention(c) (Object) -> Status
    var enqueueReadBuffer:
        @convention(c) (
            Object, Object, UInt32, Int, Int, UnsafeMutableRawPointer, UInt32, UnsafePointer<Event?>?,
            UnsafeMutablePointer<Event?>?
        ) -> Status
    let enqueueWriteBuffer:
        @convention(c) (
            Object, Object, UInt32, Int, Int, UnsafeRawPointer, UInt32, UnsafePointer<Event?>?, UnsafeMutablePointer<Event?>?
        ) -> Status
    let enqueueCopyBuffer:
        @convention(c) (
            Object, Object, Object, Int, Int, Int, UInt32, UnsafePointer<Event?>?, UnsafeMutablePointer<Event?>?
        ) -> Status
    let enqueueFillBuffer:
        @convention(c) (
            Object, Object, UnsafeRawPointer, Int, Int, Int, UInt32, UnsafePointer<Event?>?, UnsafeMutablePointer<Event?>?
        ) -> Status
    var enqueueNDRangeKernel:
        @convention(c) (
            Object, Object, UInt32, UnsafePointer<Int>?, UnsafePointer<Int>, UnsafePointer<Int>?, UInt32,
            UnsafePointer<Event?>?, UnsafeMutablePointer<Event?>?
        ) -> Status
    let finish: @convention(c) (Object) -> Status

    private init?() {
        let found = Self.libraries.lazy.compactMap { name in dlopen(name, RTLD_NOW | RTLD_LOCAL).map { (name, $0) } }.first
        guard let (name, handle) = found else { return nil }
        do {
            library = name
            getPlatformIDs = try symbol("clGetPlatformIDs", in: handle)
            getPlatformInfo = try symbol("clGetPlatformInfo", in: handle)
            getDeviceIDs = try symbol("clGetDeviceIDs", in: handle)
            getDeviceInfo = try symbol("clGetDeviceInfo", in: handle)
            createContext = try symbol("clCreateContext", in: handle)
            createCommandQueue = try symbol("clCreateCommandQueue", in: handle)
            releaseCommandQueue = try symbol("clReleaseCommandQueue", in: handle)
            createProgramWithSource = try symbol("clCreateProgramWithSource", in: handle)
            buildProgram = try symbol("clBuildProgram", in: handle)
            getProgramBuildInfo = try symbol("clGetProgramBuildInfo", in: handle)
            createKernel = try symbol("clCreateKernel", in: handle)
            releaseKernel = try symbol("clReleaseKernel", in: handle)
            setKernelArg = try symbol("clSetKernelArg", in: handle)
            createBuffer = try symbol("clCreateBuffer", in: handle)
            releaseMemObject = try symbol("clReleaseMemObject", in: handle)
            enqueueReadBuffer = try symbol("clEnqueueReadBuffer", in: handle)
            enqueueWriteBuffer = try symbol("clEnqueueWriteBuffer", in: handle)
            enqueueCopyBuffer = try symbol("clEnqueueCopyBuffer", in: handle)
            enqueueFillBuffer = try symbol("clEnqueueFillBuffer", in: handle)
            enqueueNDRangeKernel = try symbol("clEnqueueNDRangeKernel", in: handle)
            finish = try symbol("clFinish", in: handle)
        } catch {
            return nil
        }
    }
}

private struct MissingSymbol: Error {}

/// The function of a library by its name, as the type that the caller has for it.
private func symbol<F>(_ name: String, in handle: UnsafeMutableRawPointer) throws -> F {
    guard let pointer = dlsym(handle, name) else { throw MissingSymbol() }
    return unsafeBitCast(pointer, to: F.self)
}

extension OpenCL {
    /// What a status means, as the standard names it.
    static func name(of status: Status) -> String {
        switch status {
        case -1: "CL_DEVICE_NOT_FOUND"
        case -2: "CL_DEVICE_NOT_AVAILABLE"
        case -3: "CL_COMPILER_NOT_AVAILABLE"
        case noMemoryForObject: "CL_MEM_OBJECT_ALLOCATION_FAILURE"
        case -5: "CL_OUT_OF_RESOURCES"
        case -6: "CL_OUT_OF_HOST_MEMORY"
        case -11: "CL_BUILD_PROGRAM_FAILURE"
        case -14: "CL_EXEC_STATUS_ERROR_FOR_EVENTS_IN_WAIT_LIST"
        case -36: "CL_INVALID_COMMAND_QUEUE"
        case noSuchMemory: "CL_INVALID_MEM_OBJECT"
        case -46: "CL_INVALID_KERNEL_NAME"
        case -52: "CL_INVALID_KERNEL_ARGS"
        case -54: "CL_INVALID_WORK_GROUP_SIZE"
        case -61: "CL_INVALID_BUFFER_SIZE"
        default: "OpenCL's error \(status)"
        }
    }

    /// The status of a call whose memory the device could not give.
    static let noMemoryForObject: Status = -4
    /// The status of a call on memory that is none.
    static let noSuchMemory: Status = -38

    /// Whether a status says that there was no memory left for what was asked.
    static func isOutOfMemory(_ status: Status) -> Bool { [noMemoryForObject, -5, -6, -61].contains(status) }
}
