/// What the oracles calculate with: numbers in double precision, or such numbers with a derivative.
protocol Scalar {
    init(_ value: Double)
    var value: Double { get }
    static func + (a: Self, b: Self) -> Self
    static func - (a: Self, b: Self) -> Self
    static func * (a: Self, b: Self) -> Self
}

extension Double: Scalar {
    var value: Double { self }
}

/// a + ε·b with ε² = 0: a plain function of duals gives its derivative as well, exactly.
struct Dual: Scalar {
    var value: Double
    var derivative: Double

    init(_ value: Double, derivative: Double) { (self.value, self.derivative) = (value, derivative) }
    init(_ value: Double) { self.init(value, derivative: 0) }

    static func + (a: Dual, b: Dual) -> Dual { Dual(a.value + b.value, derivative: a.derivative + b.derivative) }
    static func - (a: Dual, b: Dual) -> Dual { Dual(a.value - b.value, derivative: a.derivative - b.derivative) }
    static func * (a: Dual, b: Dual) -> Dual {
        Dual(a.value * b.value, derivative: a.derivative * b.value + a.value * b.derivative)
    }
}
