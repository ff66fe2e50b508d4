import Platform

extension TemporaryFolder {
    /// A folder in memory where that can be: bringing every file to a disk would be most of a test's time, and what is tested does
    /// not depend on it.
    package static func inMemory() throws -> TemporaryFolder {
        do { return try TemporaryFolder(in: "/dev/shm") } catch { return try TemporaryFolder() }
    }

    /// Writes a file, whose folder is made; gives its full path.
    @discardableResult package func write(_ bytes: [UInt8], to name: String) throws -> String {
        try FileSystem().makeFolder(parent(of: path + "/" + name))
        try FileSystem().replace(path + "/" + name, with: bytes, sync: false)
        return path + "/" + name
    }

    /// Writes a text to a file, whose folder is made; gives its full path.
    @discardableResult package func write(_ text: String, to name: String) throws -> String {
        try write(Array(text.utf8), to: name)
    }

    /// The text of a file.
    package func read(_ name: String) throws -> String {
        String(decoding: try FileSystem().contents(of: path + "/" + name), as: UTF8.self)
    }
}
