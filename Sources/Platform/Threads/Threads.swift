#if canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#else
import Glibc
#endif

/// Starts a plain thread with a stack of 16 MiB: for long, synchronous work, which a pool of tasks would choke on.
///
/// - Throws: `SystemError` where the system refuses another thread.
package func startThread(_ body: @escaping @Sendable () -> Void) throws {
    final class Box {
        let body: @Sendable () -> Void
        init(_ body: @escaping @Sendable () -> Void) { self.body = body }
    }
    var attributes = pthread_attr_t()
    pthread_attr_init(&attributes)
    defer { pthread_attr_destroy(&attributes) }
    pthread_attr_setstacksize(&attributes, 16 << 20)
    pthread_attr_setdetachstate(&attributes, Int32(PTHREAD_CREATE_DETACHED))
    let box = Unmanaged.passRetained(Box(body))
    #if canImport(Darwin)
    var thread: pthread_t?
    #else
    var thread = pthread_t()
    #endif
    let code = pthread_create(
        &thread, &attributes,
        { argument in
            #if canImport(Darwin)
            let pointer = argument
            #else
            let pointer = argument!
            #endif
            Unmanaged<Box>.fromOpaque(pointer).takeRetainedValue().body()
            return nil
        }, box.toOpaque())
    if code != 0 {
        box.release()
        throw SystemError("start a thread", code: code)
    }
}

/// A call on the system that failed, other than on a file: what was tried, and the system's reason.
package struct SystemError: Error, Hashable, CustomStringConvertible {
    /// What was tried, as in `start a thread`.
    package var action: String
    /// The value of `errno`.
    package var code: Int32

    /// An error with the system's number.
    package init(_ action: String, code: Int32 = errno) { (self.action, self.code) = (action, code) }

    /// What could not be done, and the system's reason.
    package var description: String { "cannot \(action): \(String(cString: strerror(code)))" }
}
