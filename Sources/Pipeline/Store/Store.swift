import Platform
import Synchronization

/// Finished results by key, in a folder that several processes, checkouts and machines may share.
///
/// ```
/// objects/ab/cdef…   files by the digest of their bytes, read-only
/// records/ab/cdef…   by key: what decided a result, and its files
/// stages/SCOPE/NAME  by stage: its last record
/// work/KEY/          output and checkpoints of an attempt
/// logs/KEY.log       the log of the last attempt, which ends with the program that made the result
/// sweeps/NAME.json   what a sweep of the user's own was asked for with; the command writes it
/// locks/KEY          held while a key is being made
/// temporary/         files on their way to their place
/// damaged/           what did not match its digest
/// devices/           what devices proved and reach; may go at any time
/// index              a cache of the above; may go at any time
/// ```
///
/// A record is written last, after every file that it names is on the disk; so nothing but a finished result is under a key.
package final class Store: Sendable {
    /// The store's folder.
    package let folder: String
    /// The way to the file system.
    package let files: FileSystem
    /// Which program this is, for the logs of the results that it makes; no key and no record has it.
    let program: String?
    let index: Mutex<StoreIndex>
    private let temporaryNames = Atomic<Int>(0)
    /// The beginnings of the paths of objects and records, up to the digest.
    private let objects, records: [UInt8]

    /// The store in a folder; nothing is made or read but its index.
    ///
    /// - Parameter program: which program this is, for the logs of results.
    package init(_ folder: String, files: FileSystem = FileSystem(), program: String? = nil) throws {
        (self.folder, self.files, self.program) = (folder, files, program)
        (objects, records) = (Array((folder + "/objects/").utf8), Array((folder + "/records/").utf8))
        index = Mutex(try Self.loadIndex(folder + "/index", files))
    }

    // MARK: - Places

    func objectPath(_ digest: Digest) -> String { place(objects, digest) }
    /// The file of the record under a key.
    package func recordPath(_ key: Digest) -> String { place(records, key) }
    func stagePath(_ scope: String, _ name: String) -> String { "\(folder)/stages/\(scope)/\(name).json" }
    /// The folder of what attempts at a key have left.
    package func workPath(_ key: Digest) -> String { folder + "/work/" + key.hex }
    /// The log of the last attempt at a key.
    package func logPath(_ key: Digest) -> String { folder + "/logs/" + key.hex + ".log" }

    /// `ab/cdef…` below a folder; written in one go, since a plan asks for thousands.
    private func place(_ folder: [UInt8], _ digest: Digest) -> String {
        String(unsafeUninitializedCapacity: folder.count + 65) { path in
            _ = path.initialize(fromContentsOf: folder)
            let end = folder.count
            digest.writeHex { path.initializeElement(at: end + $0 + ($0 < 2 ? 0 : 1), to: $1) }
            path.initializeElement(at: end + 2, to: UInt8(ascii: "/"))
            return end + 65
        }
    }

    /// A new path below `temporary/`, unlike that of any other process.
    package func temporaryPath() throws -> String {
        try files.makeFolder(folder + "/temporary")
        return "\(folder)/temporary/\(uniqueName())"
    }

    /// A name unlike that of any other process.
    func uniqueName() -> String {
        "\(processID)-\(files.timeOfDay)-\(temporaryNames.add(1, ordering: .relaxed).newValue)"
    }

    /// Writes a file whole: to a temporary file, to the disk, then into its place.
    ///
    /// - Throws: `FileSystemError`; then the former file is untouched.
    package func replace(_ path: String, with bytes: [UInt8], sync: Bool = true) throws {
        try files.replace(path, with: bytes, by: temporaryPath(), sync: sync)
        if sync { try files.syncFolder(parent(of: path)) }
    }

    /// Makes the folder of a path, and brings new folders' names to the disk.
    func makeFolder(of path: String) throws {
        let folder = parent(of: path)
        if try files.status(folder) != nil { return }
        try files.makeFolder(folder)
        try files.syncFolder(parent(of: folder))
    }
}

// MARK: - Index

extension Store {
    private static func loadIndex(_ path: String, _ files: FileSystem) throws -> StoreIndex {
        guard let status = try files.status(path), let bytes = try files.read(path, isSteady: false) else { return StoreIndex() }
        var index = StoreIndex(bytes: bytes)
        index.loadedFrom = status.stamp
        return index
    }

    /// Writes what was learnt to the index, together with what other processes wrote meanwhile.
    ///
    /// A store that cannot be written keeps its old index: that costs time at the next plan, and nothing else.
    package func saveIndex() {
        do {
            let path = folder + "/index"
            guard try files.status(folder) != nil else { return }
            try index.withLock { index in
                guard index.isDirty else { return }
                if let status = try files.status(path), status.stamp != index.loadedFrom {
                    index.merge(try Self.loadIndex(path, files))
                }
                try replace(path, with: index.bytes, sync: false)
                index.isDirty = false
                index.loadedFrom = try files.status(path)?.stamp
            }
        } catch {}
    }
}
