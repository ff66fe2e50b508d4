import Platform

extension Safetensors {
    /// The first bytes of the file: the header's length, then the header, padded with spaces to a multiple of 8.
    var header: [UInt8] {
        var entries: [String] = []
        if !metadata.isEmpty {
            entries.append("\"\(Self.metadataKey)\":" + JSON.object(metadata.mapValues { .string($0) }).text)
        }
        var position = 0
        for tensor in tensors {
            let shape = tensor.shape.map { String($0) }.joined(separator: ",")
            let end = position + tensor.bytes.count
            entries.append(
                "\(JSON.string(tensor.name).text):{\"dtype\":\"\(tensor.elementType.rawValue)\",\"shape\":[\(shape)],"
                    + "\"data_offsets\":[\(position),\(end)]}")
            position = end
        }
        var text = Array("{\(entries.joined(separator: ","))}".utf8)
        while text.count % 8 != 0 { text.append(0x20) }
        return (0..<8).map { UInt8(truncatingIfNeeded: text.count >> (8 * $0)) } + text
    }

    /// The whole file.
    public func bytes() -> [UInt8] {
        var file = header
        file.reserveCapacity(tensors.reduce(file.count) { $0 + $1.bytes.count })
        for tensor in tensors { file += tensor.bytes }
        return file
    }

    /// Writes the file whole or not at all; the elements are not joined in memory.
    ///
    /// - Throws: `FileSystemError`.
    public func write(to path: String) throws {
        try FileSystem().replace(path, with: [header[...]] + tensors.map(\.bytes))
    }

    /// The same tensors in the order of their names.
    public func sorted() -> Safetensors {
        Safetensors(
            tensors.sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }, metadata: metadata)
    }
}
