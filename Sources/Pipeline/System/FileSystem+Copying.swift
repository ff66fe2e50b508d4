extension FileSystem {
    /// Copies a file of any size to a new file.
    ///
    /// - Throws: `FileSystemError`; also where the target exists already.
    package func copy(_ path: String, to target: String) throws {
        try create(target, [], sync: false)
        let output = try openForAppending(target)
        defer { closeFile(output) }
        try readBlocks(path) { try write(Array($0), to: output, target) }
    }

    /// The first bytes of a file, at most `count`.
    package func head(_ path: String, _ count: Int) throws -> [UInt8] {
        struct Enough: Error {}
        var head: [UInt8] = []
        do {
            try readBlocks(path) {
                head += $0.prefix(count - head.count)
                if head.count >= count { throw Enough() }
            }
        } catch is Enough {}
        return head
    }
}
