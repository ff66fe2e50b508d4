import Datasets
import Formats
import TestSupport

#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif

/// Malformed files of every format that is read, in a process that may take little more memory than it has: who believes a
/// size that a header declares ends with a crash.
enum Fuzz {
    /// A format: sound files to change, and its reader.
    struct Format: Sendable {
        var name: String
        var seeds: [[UInt8]]
        /// Of so many inputs one is this format's; long ones are few.
        var rarity = 1
        var read: @Sendable ([UInt8]) throws -> Void
    }

    static let formats = [
        Format(name: "IDX images", seeds: [idxImages]) { try readIDX(images: $0, labels: idxLabels) },
        Format(name: "IDX labels", seeds: [idxLabels]) { try readIDX(images: idxImages, labels: $0) },
        Format(name: "CIFAR", seeds: [(0..<2 * 3073).map { $0 % 3073 == 0 ? 3 : UInt8(truncatingIfNeeded: $0 &* 7) }], rarity: 4)
        {
            _ = try CIFARBinary.decode(DataFile(path: "fuzzed", bytes: $0))
        },
        Format(name: "text", seeds: [(0..<10_002).flatMap { Array("l\($0 % 7)\n".utf8) }], rarity: 40) {
            _ = try PlayText(DataFile(path: "fuzzed", bytes: $0))
        },
        Format(name: "safetensors", seeds: [safetensors]) { _ = try Safetensors(reading: $0) },
        Format(
            name: "JSON",
            seeds: [
                "{\"files\": {\"a/b.gz\": {\"size\": 12, \"sha256\": \"ab\\u00e9\", \"urls\": [\"https://a\", null, true]}}}",
                "[1e-3, -0.5, 12345678901234567890, {\"a\": [[[[]]]]}, \"\\ud83d\\ude00\"]",
            ].map { Array($0.utf8) }
        ) { _ = try JSON(parsing: $0) },
        Format(name: "TSV", seeds: [Array("step\tloss\tnote\n0\t0.1\tword\n100\tnan\té\n-3.5e-7\tinf\tx y\n".utf8)]) {
            _ = try Table(parsing: $0, path: "fuzzed")
        },
    ]

    private static let idxImages: [UInt8] = [0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 2, 0, 0, 0, 3] + (1...12)
    private static let idxLabels: [UInt8] = [0, 0, 8, 1, 0, 0, 0, 2, 9, 0]
    private static let safetensors = Safetensors(
        [
            .init(name: "images", shape: [2, 1, 3], values: [0.5, -1, .nan, 3, 4, 5] as [Float]),
            .init(name: "labels", shape: [2], values: [7, -1] as [Int32]),
            .init(name: "empty", shape: [0, 4], values: [] as [Float]),
        ], metadata: ["note": "stand-in"]
    ).bytes()

    private static func readIDX(images: [UInt8], labels: [UInt8]) throws {
        _ = try IDX.decode(
            images: DataFile(path: "fuzzed", bytes: images), labels: DataFile(path: "fuzzed", bytes: labels), height: 2, width: 3)
    }

    /// How many bytes more than at the start the process may take.
    static let room = 16 << 20

    /// Reads `count` changed files of each short format, and tells of each format how many were files all the same, how many
    /// were not; and by how many bytes the memory has grown.
    static func run(count: Int) throws {
        for format in formats { for seed in format.seeds { try format.read(seed) } }
        let before = try limitMemory()
        var random = SplitMix(8)
        for format in formats {
            var (accepted, refused) = (0, 0)
            for _ in 0..<count / format.rarity {
                let bytes = mutated(format.seeds.randomElement(using: &random)!, using: &random)
                do {
                    try format.read(bytes)
                    accepted += 1
                } catch { refused += 1 }
            }
            print("\(format.name)\t\(accepted)\t\(refused)")
        }
        print("grown\t\(try peak() - before)")
    }

    /// Believes a header that declares a gigabyte, under the same limit: to be seen to crash.
    static func believe() throws {
        let declared = 1 << 30
        _ = try limitMemory()
        print([UInt8](repeating: 1, count: declared).count)
    }

    /// Allows the process `room` more; gives what it has taken at most so far.
    private static func limitMemory() throws -> Int {
        let before = try peak()
        var limit = rlimit(rlim_cur: rlim_t(before + room), rlim_max: rlim_t(before + room))
        precondition(setrlimit(__rlimit_resource_t(RLIMIT_AS.rawValue), &limit) == 0, "the memory cannot be limited: \(errno)")
        return before
    }

    /// The most memory that the process has ever had mapped, in bytes.
    private static func peak() throws -> Int {
        let status = open("/proc/self/status", O_RDONLY)
        precondition(status >= 0, "there is no /proc/self/status")
        defer { close(status) }
        var buffer = [UInt8](repeating: 0, count: 4096)
        let count = read(status, &buffer, buffer.count)
        let line = String(decoding: buffer[..<max(0, count)], as: UTF8.self).split(separator: "\n").first {
            $0.hasPrefix("VmPeak:")
        }
        let number = line?.split(whereSeparator: { " \t".contains($0) }).dropFirst().first.flatMap { Int($0) }
        guard let number else { preconditionFailure("/proc/self/status has no VmPeak") }
        return number * 1024
    }
}
