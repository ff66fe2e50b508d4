import Synchronization

#if canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#else
import Glibc
#endif

/// What file systems lack that can be done without: told once, on standard error.
enum Lacks {
    private static let told = Mutex<Set<String>>([])

    /// Tells a lack, unless one of the same kind was told.
    static func tell(_ text: String, kind: String) {
        guard told.withLock({ $0.insert(kind).inserted }) else { return }
        let bytes = Array("samedge: \(text)\n".utf8)
        _ = write(STDERR_FILENO, bytes, bytes.count)
    }
}
