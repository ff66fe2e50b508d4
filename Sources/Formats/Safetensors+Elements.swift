/// A Swift type whose memory is a safetensors element.
public protocol SafetensorsElement: BitwiseCopyable, Sendable {
    static var elementType: Safetensors.ElementType { get }
}

extension Float: SafetensorsElement { public static var elementType: Safetensors.ElementType { .f32 } }
extension Double: SafetensorsElement { public static var elementType: Safetensors.ElementType { .f64 } }
extension Int32: SafetensorsElement { public static var elementType: Safetensors.ElementType { .i32 } }
extension Int64: SafetensorsElement { public static var elementType: Safetensors.ElementType { .i64 } }
extension UInt8: SafetensorsElement { public static var elementType: Safetensors.ElementType { .u8 } }

extension Safetensors.Tensor {
    /// Number of elements.
    public var count: Int { bytes.count / elementType.size }

    /// A tensor of the given values, row-major; one copy.
    ///
    /// - Precondition: `values` are as many as the shape asks for.
    public init<Element: SafetensorsElement>(name: String, shape: [Int], values: [Element]) {
        let bytes = values.withUnsafeBytes { Array($0) }
        self.init(name: name, shape: shape, elementType: Element.elementType, bytes: bytes[...])
    }

    /// A tensor whose elements `fill` writes in place, without a copy; they start as zeros.
    public init<Element: SafetensorsElement, Failure: Error>(
        name: String, shape: [Int], of type: Element.Type,
        filling fill: (UnsafeMutableBufferPointer<Element>) throws(Failure) -> Void
    ) throws(Failure) {
        guard let size = Self.size(of: shape, elementType: Element.elementType) else {
            preconditionFailure("\(name): no array has the shape \(shape)")
        }
        var bytes = [UInt8](repeating: 0, count: size)
        var failure: Failure?
        // An array's elements begin at a multiple of 16, which suits every element type.
        bytes.withUnsafeMutableBytes { raw in
            do throws(Failure) { try fill(raw.bindMemory(to: Element.self)) } catch { failure = error }
        }
        if let failure { throw failure }
        self.init(name: name, shape: shape, elementType: Element.elementType, bytes: bytes[...])
    }

    /// The elements as an array; one copy.
    ///
    /// - Throws: `SafetensorsError` where the tensor holds another type.
    public func values<Element: SafetensorsElement>(as type: Element.Type) throws(SafetensorsError) -> [Element] {
        try check(type)
        return [Element](unsafeUninitializedCapacity: count) { buffer, initialized in
            bytes.withUnsafeBytes { UnsafeMutableRawBufferPointer(buffer).copyMemory(from: $0) }
            initialized = count
        }
    }

    /// The elements of an F32 tensor; one copy.
    public func floats() throws(SafetensorsError) -> [Float] { try values(as: Float.self) }

    /// The elements of an I32 tensor; one copy.
    public func int32s() throws(SafetensorsError) -> [Int32] { try values(as: Int32.self) }

    /// Lends the elements without a copy (with one where the file left them unaligned).
    ///
    /// - Throws: `SafetensorsError` where the tensor holds another type.
    public func withValues<Element: SafetensorsElement, Result>(
        as type: Element.Type, _ body: (UnsafeBufferPointer<Element>) -> Result
    ) throws(SafetensorsError) -> Result {
        try check(type)
        let lent: Result? = bytes.withUnsafeBytes { raw in
            let misplaced = raw.baseAddress.map { Int(bitPattern: $0) % MemoryLayout<Element>.alignment != 0 } ?? false
            return misplaced ? nil : body(raw.assumingMemoryBound(to: Element.self))
        }
        if let lent { return lent }
        return try values(as: type).withUnsafeBufferPointer(body)
    }

    /// Lends the elements of an F32 tensor without a copy.
    public func withFloats<Result>(_ body: (UnsafeBufferPointer<Float>) -> Result) throws(SafetensorsError) -> Result {
        try withValues(as: Float.self, body)
    }

    private func check<Element: SafetensorsElement>(_ type: Element.Type) throws(SafetensorsError) {
        guard elementType == Element.elementType else {
            throw SafetensorsError(.elementType(name, is: elementType, asked: Element.elementType))
        }
    }
}
