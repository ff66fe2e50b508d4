#if _endian(big)
#error("tensors are kept as little-endian bytes; this machine's are big-endian")
#endif

/// A list of named tensors as a safetensors file holds it: an 8-byte header length, a JSON header, then the elements.
///
/// The order of `tensors` is their order in the file. The same tensors and metadata give the same bytes. Elements are
/// little-endian and row-major; they share the storage of the file's bytes, so that reading costs one copy of the file.
public struct Safetensors: Sendable, Hashable {
    /// The tensors in file order.
    public private(set) var tensors: [Tensor]
    /// Free texts that the header keeps under `__metadata__`; written with sorted keys.
    public var metadata: [String: String]

    /// A list of tensors in the order in which a file should hold them.
    ///
    /// - Precondition: names differ from one another and from `__metadata__`.
    public init(_ tensors: [Tensor], metadata: [String: String] = [:]) {
        var names: Set<String> = []
        for tensor in tensors {
            precondition(tensor.name != Self.metadataKey, "a tensor cannot be named \(tensor.name)")
            precondition(names.insert(tensor.name).inserted, "two tensors are named \(tensor.name)")
        }
        self.tensors = tensors
        self.metadata = metadata
    }

    static let metadataKey = "__metadata__"

    /// The tensor of that name, or `nil`.
    public subscript(name: String) -> Tensor? { tensors.first { $0.name == name } }

    /// The tensor of that name.
    ///
    /// - Throws: `SafetensorsError` that lists the names there are.
    public func tensor(_ name: String) throws(SafetensorsError) -> Tensor {
        guard let tensor = self[name] else {
            throw SafetensorsError(.noTensor(name, among: tensors.map(\.name)))
        }
        return tensor
    }
}

// MARK: - Tensors

extension Safetensors {
    /// A kind of element, under the format's name for it.
    public enum ElementType: String, Sendable, Hashable, CaseIterable {
        case f64 = "F64", f32 = "F32", f16 = "F16", bf16 = "BF16"
        case i64 = "I64", i32 = "I32", i16 = "I16", i8 = "I8"
        case u64 = "U64", u32 = "U32", u16 = "U16", u8 = "U8", bool = "BOOL"

        /// Bytes of one element.
        public var size: Int {
            switch self {
            case .f64, .i64, .u64: 8
            case .f32, .i32, .u32: 4
            case .f16, .bf16, .i16, .u16: 2
            case .i8, .u8, .bool: 1
            }
        }
    }

    /// A named array of elements with a shape; row-major.
    public struct Tensor: Sendable, Hashable {
        /// The tensor's name in the header.
        public let name: String
        /// Extents, outermost first; `[]` is one element.
        public let shape: [Int]
        /// How its elements are stored.
        public let elementType: ElementType
        /// The elements, little-endian, possibly a part of a whole file's bytes.
        public let bytes: ArraySlice<UInt8>

        /// A tensor over bytes that exist already.
        ///
        /// - Precondition: `bytes` are as many as shape and type ask for.
        public init(name: String, shape: [Int], elementType: ElementType, bytes: ArraySlice<UInt8>) {
            precondition(
                Self.size(of: shape, elementType: elementType) == bytes.count,
                "\(name): \(bytes.count) bytes for shape \(shape) of \(elementType.rawValue)")
            (self.name, self.shape, self.elementType, self.bytes) = (name, shape, elementType, bytes)
        }

        /// Bytes that a shape needs, or `nil` for a negative extent or a size beyond `Int`.
        static func size(of shape: [Int], elementType: ElementType) -> Int? {
            var size = elementType.size
            for extent in shape {
                let (product, overflow) = size.multipliedReportingOverflow(by: extent)
                guard extent >= 0, !overflow else { return nil }
                size = product
            }
            return size
        }
    }
}

// MARK: - Errors

/// What is wrong with a safetensors file, or with what was asked of it.
public struct SafetensorsError: Error, Hashable, CustomStringConvertible {
    /// The fault.
    public enum Fault: Hashable, Sendable {
        case tooShort(Int)
        case headerLength(UInt64, fileBytes: Int)
        case headerNotText(JSONError)
        case headerNotObject
        case entry(String, problem: String)
        case layout(String, begins: Int, expected: Int)
        case payload(declared: Int, found: Int)
        case noTensor(String, among: [String])
        case elementType(String, is: Safetensors.ElementType, asked: Safetensors.ElementType)
    }

    /// What is wrong.
    public var fault: Fault
    /// The file, where it is known.
    public var path: String?

    /// A fault of the file at `path`; `nil` where the bytes come from no file.
    public init(_ fault: Fault, path: String? = nil) { (self.fault, self.path) = (fault, path) }

    /// The fault in words, with the file.
    public var description: String {
        let text =
            switch fault {
            case .tooShort(let count): "a safetensors file has at least 8 bytes; this one has \(count)"
            case .headerLength(let length, let count): "the header claims \(length) bytes in a file of \(count)"
            case .headerNotText(let error): "the header is \(error)"
            case .headerNotObject: "the header is no JSON object"
            case .entry(let name, let problem): "tensor \(name): \(problem)"
            case .layout(let name, let begins, let expected):
                "tensor \(name) begins at byte \(begins) of the elements where \(expected) was expected (tensors overlap or leave a gap)"
            case .payload(let declared, let found): "the header declares \(declared) bytes of elements; the file holds \(found)"
            case .noTensor(let name, let names): "no tensor is named \(name); there are: \(names.joined(separator: ", "))"
            case .elementType(let name, let type, let asked):
                "tensor \(name) holds \(type.rawValue) elements, not \(asked.rawValue)"
            }
        return (path.map { "\($0): " } ?? "") + text
    }
}
