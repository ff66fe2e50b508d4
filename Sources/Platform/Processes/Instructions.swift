#if canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#else
import Glibc
#endif

/// What the processor of this process knows beyond the least that its kind does.
package enum Instructions {
    /// Those of some instruction sets, by the names that Linux gives them, that the processor does not have; none where that
    /// cannot be told.
    ///
    /// Cost: none; the processor was asked when the process began.
    package static func missing(_ needed: [String]) -> [String] {
        #if arch(x86_64) && os(Linux) && canImport(Glibc)
        // As glibc found them, from 2.33 on: also under an emulator, whose `/proc` tells of another processor.
        typealias Leaf = @convention(c) (UInt32) -> UnsafePointer<UInt32>?
        guard !needed.isEmpty, let symbol = dlsym(nil, "__x86_get_cpuid_feature_leaf") else { return [] }
        let leaf = unsafeBitCast(symbol, to: Leaf.self)
        return needed.filter { name in
            guard let place = places[name], let words = leaf(place.leaf) else { return false }
            // Four words as the processor gives them.
            return words[place.word] >> place.bit & 1 == 0
        }
        #else
        return []
        #endif
    }

    #if arch(x86_64) && os(Linux) && canImport(Glibc)
    /// Where the processor tells it: glibc's number of the leaf, the word of eax, ebx, ecx, edx, and the bit.
    private static let places: [String: (leaf: UInt32, word: Int, bit: UInt32)] = [
        "fma": (0, 2, 12), "movbe": (0, 2, 22), "avx": (0, 2, 28), "f16c": (0, 2, 29), "bmi1": (1, 1, 3), "avx2": (1, 1, 5),
        "bmi2": (1, 1, 8), "avx512f": (1, 1, 16), "avx512dq": (1, 1, 17), "avx512cd": (1, 1, 28), "avx512bw": (1, 1, 30),
        "avx512vl": (1, 1, 31),
    ]
    #endif
}
