import Platform

/// What a process remembers of the store so that a plan need not open a file for every stage: a cache of contents by stamp.
///
/// Nothing rests on it: a stamp that differs, or an index that is missing or damaged, only means reading again.
struct StoreIndex: Sendable {
    /// A stamp and the time at which the bytes behind it were read.
    struct Seen: Hashable, Sendable {
        var stamp: FileStamp
        /// Time of day in nanoseconds at which the reading began.
        var checked: Int64

        /// Whether an equal stamp proves equal bytes.
        ///
        /// A file changed within the same tick of the kernel's clock as it was read shows no new time of change; so a
        /// reading proves something only when the last change was clearly earlier.
        var isTrusted: Bool { stamp.changed < checked - Self.tick(of: stamp.changed) }

        /// Whether an equal stamp proves equal bytes unless, within the tick in which the file was renamed, it was edited
        /// and its time of modification set back: an edit alone would have moved that time.
        var isTrustedButForForgery: Bool { stamp.modified < checked - Self.tick(of: stamp.modified) }

        /// No kernel's clock for files has a longer tick, in nanoseconds.
        static let tick: Int64 = 20_000_000

        /// The tick behind a time: that of the kernel's clock, or two seconds where the time is a whole second, since some file
        /// systems write down no more (SFTP; FAT even seconds alone).
        private static func tick(of time: Int64) -> Int64 { time % 1_000_000_000 == 0 ? 2_000_000_000 : tick }
    }

    /// A record's outputs and how its file looked.
    struct Record: Sendable {
        var seen: Seen
        var outputs: [StoredFile]
    }

    var objects: [Digest: Seen] = [:]
    var files: [String: (seen: Seen, digest: Digest)] = [:]
    var records: [Digest: Record] = [:]
    var runs: [String: (stamp: FileStamp, run: LastRun)] = [:]
    /// Whether it differs from the file that it was loaded from.
    var isDirty = false
    /// How that file looked; `nil` where there was none.
    var loadedFrom: FileStamp?
}

/// How a stage ended when it was last run or reused.
package struct LastRun: Hashable, Sendable {
    /// The key of its result.
    package var key: Digest
    /// The kind of stage.
    package var kind: String
    /// How long the run took.
    package var seconds: Double
    /// The cost estimate that it had.
    package var cost: Double
    /// The device on which its kernels ran; `nil` for the processor.
    package var device: String?
}

// MARK: - Bytes

extension StoreIndex {
    private static let magic: UInt64 = 0x3465_6764_656d_6173  // "samedge4"

    /// The index as bytes, a checksum of them at the end.
    var bytes: [UInt8] {
        var out = ByteWriter()
        func list<V>(_ members: [V], each: (V) -> Void) {
            out.append(UInt64(members.count))
            members.forEach(each)
        }
        func append(_ seen: Seen) {
            out.append(seen.stamp)
            out.append(seen.checked)
        }
        out.append(Self.magic)
        list(objects.sorted { $0.key < $1.key }) { digest, seen in
            out.append(digest)
            append(seen)
        }
        list(files.sorted { $0.key < $1.key }) { path, file in
            out.append(path)
            append(file.seen)
            out.append(file.digest)
        }
        list(records.sorted { $0.key < $1.key }) { key, record in
            out.append(key)
            append(record.seen)
            list(record.outputs) {
                out.append($0.path)
                out.append($0.digest)
                out.append(UInt64($0.size) << 1 | ($0.isLeftOut ? 1 : 0))
            }
        }
        list(runs.sorted { $0.key < $1.key }) { name, last in
            let run = last.run
            out.append(name)
            out.append(last.stamp)
            out.append(run.key)
            out.append(run.kind)
            out.append(run.seconds)
            out.append(run.cost)
            out.append(run.device ?? "")
        }
        out.append(Self.checksum(out.bytes[...]))
        return out.bytes
    }

    /// A checksum against accidents, twenty times as fast as a digest: no change of eight neighbouring bytes leaves it the same.
    static func checksum(_ bytes: ArraySlice<UInt8>) -> UInt64 {
        bytes.withUnsafeBytes { buffer in
            var sum = UInt64(buffer.count)
            func mix(_ word: UInt64) {
                sum = (sum ^ word) &* 0x9e37_79b9_7f4a_7c15
                sum ^= sum >> 32
            }
            let whole = buffer.count & ~7
            for i in stride(from: 0, to: whole, by: 8) {
                mix(UInt64(littleEndian: buffer.loadUnaligned(fromByteOffset: i, as: UInt64.self)))
            }
            for byte in buffer[whole...] { mix(UInt64(byte)) }
            return sum
        }
    }

    /// The index written as `bytes`; empty where they are damaged.
    init(bytes: [UInt8]) {
        guard bytes.count >= 16 else { return }
        let body = bytes[..<(bytes.count - 8)]
        var tail = ByteReader(bytes[(bytes.count - 8)...])
        do {
            guard try tail.word() == Self.checksum(body) else { return }
            var reader = ByteReader(body)
            guard try reader.word() == Self.magic else { return }
            try fill(from: &reader)
        } catch {
            // The checksum fits but the parts do not: written by another version. An empty index is always right.
            self = StoreIndex()
        }
    }

    private mutating func fill(from reader: inout ByteReader) throws(ByteReader.OutOfBytes) {
        func seen(_ reader: inout ByteReader) throws(ByteReader.OutOfBytes) -> Seen {
            Seen(stamp: try reader.stamp(), checked: try reader.signed())
        }
        // A count is believed only as far as the bytes that are left can hold so many members of a size.
        func count(_ size: Int, _ reader: inout ByteReader) throws(ByteReader.OutOfBytes) -> Int {
            let count = try reader.word()
            guard count <= UInt64((reader.bytes.endIndex - reader.position) / size) else { throw ByteReader.OutOfBytes() }
            return Int(count)
        }
        let objectCount = try count(80, &reader)
        objects.reserveCapacity(objectCount)
        for _ in 0..<objectCount { objects[try reader.digest()] = try seen(&reader) }
        for _ in 0..<(try count(88, &reader)) {
            let path = try reader.text()
            files[path] = (try seen(&reader), try reader.digest())
        }
        let recordCount = try count(88, &reader)
        records.reserveCapacity(recordCount)
        for _ in 0..<recordCount {
            let key = try reader.digest()
            var record = Record(seen: try seen(&reader), outputs: [])
            for _ in 0..<(try count(48, &reader)) {
                let path = try reader.text()
                guard isPlainPath(path) else { throw ByteReader.OutOfBytes() }
                let (digest, size) = (try reader.digest(), try reader.word())
                record.outputs.append(
                    StoredFile(
                        path: path, digest: digest, size: Int(truncatingIfNeeded: size >> 1), isLeftOut: size & 1 == 1))
            }
            records[key] = record
        }
        for _ in 0..<(try count(112, &reader)) {
            let name = try reader.text()
            let stamp = try reader.stamp()
            var run = LastRun(
                key: try reader.digest(), kind: try reader.text(), seconds: try reader.double(), cost: try reader.double())
            let device = try reader.text()
            run.device = device.isEmpty ? nil : device
            runs[name] = (stamp, run)
        }
    }

    /// Takes in what another process has learnt since; what this one knows stays.
    mutating func merge(_ other: StoreIndex) {
        objects.merge(other.objects) { mine, _ in mine }
        files.merge(other.files) { mine, _ in mine }
        records.merge(other.records) { mine, _ in mine }
        runs.merge(other.runs) { mine, _ in mine }
    }
}
