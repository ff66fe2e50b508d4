import Formats
import Pipeline
import Platform

/// A folder of the user's that a command fills: one command at a time, and with the files of its last run alone.
final class OutputFolder {
    let path: String
    private let files = FileSystem()
    private var lock: FileLock?
    /// Whether the folder was there before.
    private let isOld: Bool
    /// The names of the files that commands have put there.
    private static let list = ".samedge-files"

    /// Makes the folder, and keeps other commands from filling it as long as this process has it.
    ///
    /// - Parameter store: where the folder may not be.
    /// - Throws: `OutputFolderInUse` where another command fills it; `UsageError` where it is in the store.
    init(_ path: String, apartFrom store: String) throws {
        self.path = path
        try UsageError.refuse(path, inside: store)
        isOld = try files.status(path) != nil
        try files.makeFolder(path)
        lock = try FileLock(trying: path + "/.samedge-lock", removes: true, in: files)
        if lock == nil { throw OutputFolderInUse(path: path) }
    }

    /// Copies files into the folder, each whole, under paths in it; and removes what an earlier run has put there and this one
    /// has not. Files of other origin stay.
    ///
    /// - Returns: the full paths, in order.
    func fill(with sources: [(name: String, source: String)]) throws -> [String] {
        let names = Set(sources.map(\.name)), list = path + "/" + Self.list
        let former = (try files.read(list) ?? []).split(separator: 0x0a).map { String(decoding: $0, as: UTF8.self) }
        // Before anything is copied, so that what a kill leaves is known to the next run.
        try write(Set(former).union(names), to: list)
        for (name, source) in sources {
            let target = path + "/" + name, partial = target + ".partial"
            try files.makeFolder(parent(of: target))
            try files.remove(partial)
            try files.copy(source, to: partial)
            try files.rename(partial, to: target)
        }
        for name in Set(former).subtracting(names) where isInside(name) {
            for left in [name, name + ".partial"] { try files.remove(path + "/" + left) }
        }
        try write(names, to: list)
        return sources.map { path + "/" + $0.name }
    }

    private func write(_ names: Set<String>, to list: String) throws {
        try files.replace(list, with: names.sorted { $0.precedesByBytes($1) }.map { $0 + "\n" }.joined())
    }

    /// Whether a name in the list, which may have been edited, leads nowhere else.
    private func isInside(_ name: String) -> Bool {
        !name.hasPrefix("/") && !name.split(separator: "/").contains("..")
    }

    /// Lets other commands fill the folder; one that was made for nothing goes.
    func leave() {
        lock = nil
        do { if !isOld, try files.list(path).isEmpty { try files.removeTree(path) } } catch {}
    }

    deinit { leave() }
}

/// Another command fills the folder.
struct OutputFolderInUse: Error, CustomStringConvertible {
    var path: String
    var description: String { "another samedge writes to \(path) now; wait for its end, or give another folder with --output" }
}
