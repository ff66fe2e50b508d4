import Platform

extension Safetensors {
    /// The largest header that the format allows.
    static let headerLimit: UInt64 = 100_000_000

    /// Reads the bytes of a safetensors file; the tensors share their storage.
    ///
    /// Everything that the header declares is checked against the file before it is believed: sizes, overflow, offsets without
    /// overlap or gap, and no byte left over. Tensors come in the order of their offsets.
    /// - Throws: `SafetensorsError`.
    public init(reading file: [UInt8], path: String? = nil) throws(SafetensorsError) {
        do throws(SafetensorsError) {
            try self.init(checking: file)
        } catch {
            throw SafetensorsError(error.fault, path: path)
        }
    }

    /// Reads a safetensors file.
    ///
    /// - Throws: `FileSystemError` or `SafetensorsError`.
    public init(contentsOf path: String) throws { try self.init(reading: try FileSystem().contents(of: path), path: path) }

    private init(checking file: [UInt8]) throws(SafetensorsError) {
        guard file.count >= 8 else { throw SafetensorsError(.tooShort(file.count)) }
        let declared = file[..<8].reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        guard declared <= Self.headerLimit, declared <= UInt64(file.count - 8) else {
            throw SafetensorsError(.headerLength(declared, fileBytes: file.count))
        }
        let start = 8 + Int(declared)
        let header: JSON
        do throws(JSONError) { header = try JSON(parsing: file[8..<start]) } catch {
            throw SafetensorsError(.headerNotText(error))
        }
        guard var entries = header.objectValue else { throw SafetensorsError(.headerNotObject) }

        var metadata: [String: String] = [:]
        if let texts = entries.removeValue(forKey: Self.metadataKey) {
            guard let texts = texts.objectValue else { throw SafetensorsError(.entry(Self.metadataKey, problem: "is no object")) }
            for (key, value) in texts {
                guard let text = value.stringValue else {
                    throw SafetensorsError(.entry(Self.metadataKey, problem: "a value is no text"))
                }
                metadata[key] = text
            }
        }
        var found: [(begin: Int, end: Int, name: String, shape: [Int], type: ElementType)] = []
        for (name, entry) in entries.sorted(by: { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }) {
            found.append(try Self.entry(name, entry))
        }
        found.sort { ($0.begin, $0.end) < ($1.begin, $1.end) }
        var position = 0
        for entry in found {
            guard entry.begin == position else {
                throw SafetensorsError(.layout(entry.name, begins: entry.begin, expected: position))
            }
            position = entry.end
        }
        guard position == file.count - start else {
            throw SafetensorsError(.payload(declared: position, found: file.count - start))
        }
        self.init(
            found.map { entry in
                Tensor(
                    name: entry.name, shape: entry.shape, elementType: entry.type,
                    bytes: file[start + entry.begin..<start + entry.end])
            }, metadata: metadata)
    }

    private static func entry(
        _ name: String, _ entry: JSON
    ) throws(SafetensorsError) -> (begin: Int, end: Int, name: String, shape: [Int], type: ElementType) {
        func fail(_ problem: String) -> SafetensorsError { SafetensorsError(.entry(name, problem: problem)) }
        guard let members = entry.objectValue, members.count == 3 else {
            throw fail("its entry is not dtype, shape, data_offsets")
        }
        guard let text = members["dtype"]?.stringValue, let type = ElementType(rawValue: text) else {
            throw fail("its dtype is none of \(ElementType.allCases.map(\.rawValue).joined(separator: ", "))")
        }
        func naturals(_ key: String) throws(SafetensorsError) -> [Int] {
            guard let items = members[key]?.arrayValue else { throw fail("its \(key) is no list") }
            var numbers: [Int] = []
            for item in items {
                guard let number = item.integerValue, number >= 0 else { throw fail("its \(key) holds what is no size") }
                numbers.append(number)
            }
            return numbers
        }
        let shape = try naturals("shape")
        let offsets = try naturals("data_offsets")
        guard offsets.count == 2, offsets[0] <= offsets[1] else { throw fail("its data_offsets are not a begin and an end") }
        guard let size = Tensor.size(of: shape, elementType: type) else { throw fail("its shape \(shape) is beyond any memory") }
        guard size == offsets[1] - offsets[0] else {
            throw fail("shape \(shape) of \(text) needs \(size) bytes, data_offsets give \(offsets[1] - offsets[0])")
        }
        return (offsets[0], offsets[1], name, shape, type)
    }
}
