#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Ends the process with `message` unless `condition` holds.
///
/// Kernels are compiled with `-Ounchecked`, where a failed `precondition` is undefined behaviour instead of a trap;
/// the shapes that callers hand over are checked by this, once a call, in every build.
@inline(__always)
func require(_ condition: Bool, _ message: @autoclosure () -> String) {
    if !condition { stop(message()) }
}

@inline(never)
private func stop(_ message: String) -> Never {
    tell("a kernel was called wrongly: \(message)")
    abort()
}

/// Bytes at a multiple of 64, which `free` gives back.
///
/// Ends the process with exit code 1 where there are none: what a stage has checkpointed stays, and nothing else can be done.
@inline(never)
func alignedMemory(_ bytes: Int) -> UnsafeMutableRawPointer {
    var memory: UnsafeMutableRawPointer?
    guard posix_memalign(&memory, 64, bytes) == 0, let memory else {
        tell("there is no memory for \(bytes) bytes more; choose smaller sizes, or run fewer stages at once with --jobs 1")
        _exit(1)
    }
    return memory
}

private func tell(_ message: String) {
    let text = Array("samedge: \(message)\n".utf8)
    _ = write(STDERR_FILENO, text, text.count)
}
