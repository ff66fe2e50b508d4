import Foundation

/// A scalar with smooth functions, whose derivatives are named where the function is.
protocol SmoothScalar: Scalar {
    /// The function with value `f` and derivatives `f1` and `f2` at this point.
    func mapped(_ f: Double, _ f1: Double, _ f2: Double) -> Self
}

extension SmoothScalar {
    static func / (a: Self, b: Self) -> Self {
        let y = b.value
        return a * b.mapped(1 / y, -1 / (y * y), 2 / (y * y * y))
    }

    var squareRoot: Self {
        let r = value.squareRoot()
        return mapped(r, 0.5 / r, -0.25 / (r * r * r))
    }

    var exponential: Self {
        let e = Foundation.exp(value)
        return mapped(e, e, e)
    }

    var logarithm: Self { mapped(Foundation.log(value), 1 / value, -1 / (value * value)) }

    var hyperbolicTangent: Self {
        let t = Foundation.tanh(value)
        return mapped(t, 1 - t * t, -2 * t * (1 - t * t))
    }
}

extension Double: SmoothScalar {
    func mapped(_ f: Double, _ f1: Double, _ f2: Double) -> Double { f }
}

/// A number with two infinitesimal parts, a₀ + a₁ε₁ + a₂ε₂ + a₁₂ε₁ε₂ with ε₁² = ε₂² = 0: exact first and second derivatives
/// of any program, without step sizes (Fike and Alonso 2011).
struct HyperDual: SmoothScalar {
    var value: Double
    var first = 0.0
    var second = 0.0
    var both = 0.0

    init(_ value: Double) { self.value = value }

    init(_ value: Double, _ first: Double, _ second: Double, _ both: Double = 0) {
        (self.value, self.first, self.second, self.both) = (value, first, second, both)
    }

    static func + (a: HyperDual, b: HyperDual) -> HyperDual {
        HyperDual(a.value + b.value, a.first + b.first, a.second + b.second, a.both + b.both)
    }

    static func - (a: HyperDual, b: HyperDual) -> HyperDual {
        HyperDual(a.value - b.value, a.first - b.first, a.second - b.second, a.both - b.both)
    }

    static func * (a: HyperDual, b: HyperDual) -> HyperDual {
        HyperDual(
            a.value * b.value, a.value * b.first + a.first * b.value, a.value * b.second + a.second * b.value,
            a.value * b.both + a.first * b.second + a.second * b.first + a.both * b.value)
    }

    func mapped(_ f: Double, _ f1: Double, _ f2: Double) -> HyperDual {
        HyperDual(f, f1 * first, f1 * second, f1 * both + f2 * first * second)
    }
}
