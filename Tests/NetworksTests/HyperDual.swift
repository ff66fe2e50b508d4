import Foundation

/// A number in double precision with two infinitesimal parts, a₀ + a₁ε₁ + a₂ε₂ + a₁₂ε₁ε₂ with ε₁² = ε₂² = 0: the oracles are
/// written in it, and so give their exact first and second derivatives without step sizes (Fike and Alonso 2011).
struct HyperDual {
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

    static func / (a: HyperDual, b: HyperDual) -> HyperDual {
        let y = b.value
        return a * b.mapped(1 / y, -1 / (y * y), 2 / (y * y * y))
    }

    var squareRoot: HyperDual {
        let r = value.squareRoot()
        return mapped(r, 0.5 / r, -0.25 / (r * r * r))
    }

    var exponential: HyperDual {
        let e = Foundation.exp(value)
        return mapped(e, e, e)
    }

    var logarithm: HyperDual { mapped(Foundation.log(value), 1 / value, -1 / (value * value)) }

    var hyperbolicTangent: HyperDual {
        let t = Foundation.tanh(value)
        return mapped(t, 1 - t * t, -2 * t * (1 - t * t))
    }

    /// The function with value `f` and derivatives `f1` and `f2` at this point.
    private func mapped(_ f: Double, _ f1: Double, _ f2: Double) -> HyperDual {
        HyperDual(f, f1 * first, f1 * second, f1 * both + f2 * first * second)
    }
}

extension [Float] {
    /// The numbers as constants of the oracles.
    var constants: [HyperDual] { map { HyperDual(Double($0)) } }
}

extension [Double] {
    var constants: [HyperDual] { map { HyperDual($0) } }
}
