import Builtin

/// Arithmetic on sixteen numbers at once, each operation one instruction (or one for each part, where vectors are shorter).
///
/// The standard library's operations on vectors of numbers are loops over the lanes, which the optimiser joins into vector
/// instructions or, in longer expressions, into something ten times slower. These say what is meant. The results are the
/// same to the last bit: each lane is rounded once an operation, as IEEE 754 says.
extension SIMD16 where Scalar == Float {
    @inline(__always)
    private init(_ value: Builtin.Vec16xFPIEEE32) { self = unsafeBitCast(value, to: Self.self) }

    /// `self + a·b`, rounded once.
    @inline(__always)
    func addingProduct(_ a: Self, _ b: Self) -> Self {
        Self(Builtin.int_fma_Vec16xFPIEEE32(a._storage._value, b._storage._value, _storage._value))
    }

    /// `self = self + a·b`, rounded once.
    @inline(__always)
    mutating func addProduct(_ a: Self, _ b: Self) { self = addingProduct(a, b) }

    @inline(__always)
    static func + (a: Self, b: Self) -> Self { Self(Builtin.fadd_Vec16xFPIEEE32(a._storage._value, b._storage._value)) }
    @inline(__always)
    static func - (a: Self, b: Self) -> Self { Self(Builtin.fsub_Vec16xFPIEEE32(a._storage._value, b._storage._value)) }
    @inline(__always)
    static func * (a: Self, b: Self) -> Self { Self(Builtin.fmul_Vec16xFPIEEE32(a._storage._value, b._storage._value)) }
    @inline(__always)
    static func / (a: Self, b: Self) -> Self { Self(Builtin.fdiv_Vec16xFPIEEE32(a._storage._value, b._storage._value)) }
    @inline(__always)
    static prefix func - (a: Self) -> Self { Self(Builtin.fneg_Vec16xFPIEEE32(a._storage._value)) }

    /// The square root of each number.
    @inline(__always)
    func squareRoot() -> Self { Self(Builtin.int_sqrt_Vec16xFPIEEE32(_storage._value)) }

    @inline(__always)
    static func + (a: Self, b: Float) -> Self { a + Self(repeating: b) }
    @inline(__always)
    static func - (a: Self, b: Float) -> Self { a - Self(repeating: b) }
    @inline(__always)
    static func * (a: Self, b: Float) -> Self { a * Self(repeating: b) }
    @inline(__always)
    static func + (a: Float, b: Self) -> Self { Self(repeating: a) + b }
    @inline(__always)
    static func - (a: Float, b: Self) -> Self { Self(repeating: a) - b }
    @inline(__always)
    static func * (a: Float, b: Self) -> Self { Self(repeating: a) * b }
    @inline(__always)
    static func / (a: Self, b: Float) -> Self { a / Self(repeating: b) }
    @inline(__always)
    static func / (a: Float, b: Self) -> Self { Self(repeating: a) / b }
    @inline(__always)
    static func += (a: inout Self, b: Self) { a = a + b }
}

/// The same on eight numbers, for the tiles of shorter vectors.
extension SIMD8 where Scalar == Float {
    /// `self = self + a·b`, rounded once.
    @inline(__always)
    mutating func addProduct(_ a: Self, _ b: Self) {
        self = unsafeBitCast(
            Builtin.int_fma_Vec8xFPIEEE32(a._storage._value, b._storage._value, _storage._value), to: Self.self)
    }
}
