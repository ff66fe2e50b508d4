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
    let text = Array("samedge: a kernel was called wrongly: \(message)\n".utf8)
    _ = write(STDERR_FILENO, text, text.count)
    abort()
}
