import Foundation
import Plotting
import Testing

@Suite("Scales")
struct ScaleTests {
    @Test("The decimal logarithm and its inverse agree with the system's")
    func logarithm() {
        var random = SplitMix(1)
        for _ in 0..<20_000 {
            let t = random.unit() * 600 - 300
            let x = pow(10, t)
            let log = Logarithm.log10(x), expected = Foundation.log10(x)
            #expect(abs(log - expected) <= 4 * max(abs(expected), 1e-3).ulp, "log10 \(x) = \(log), not \(expected)")
            let power = Logarithm.power(ofTen: t)
            // The argument's own rounding, times ln 10, comes to |t| units in the last place.
            #expect(abs(power - x) <= (4 + 3 * abs(t)) * x.ulp, "10^\(t) = \(power), not \(x)")
        }
        for n in -300...300 {
            #expect(Logarithm.power(ofTen: Double(n)) == Double("1e\(n)"))
            #expect(abs(Logarithm.log10(Double("1e\(n)")!) - Double(n)) <= 4 * Double(max(abs(n), 1)).ulp)
        }
        #expect(Logarithm.log10(0) == -.infinity && Logarithm.log10(-1).isNaN && Logarithm.log10(.infinity) == .infinity)
    }

    @Test(
        "Inverting undoes mapping, on a reversed axis too",
        arguments: [Axis.Kind.linear, .log, .symlog(threshold: 0.5)])
    func inverse(kind: Axis.Kind) {
        var random = SplitMix(2)
        for _ in 0..<2000 {
            let low = kind == .log ? 0.01 + random.unit() : random.unit() * 100 - 50
            let scale = Scale(kind, low: low, high: low + 0.01 + random.unit() * 1000, from: 300, to: 20)
            let value = low + (scale.high - low) * random.unit()
            let position = scale.map(value)!
            #expect((20...300).contains(position))
            #expect(abs(scale.invert(position) - value) <= 1e-11 * (scale.high - scale.low + abs(value)))
        }
    }

    @Test("Results have the same bits in every build and on every machine")
    func bits() {
        var random = SplitMix(4)
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        func add(_ value: Double) { hash = (hash ^ value.bitPattern) &* 0x0000_0100_0000_01b3 }
        for _ in 0..<20_000 {
            let x = Logarithm.power(ofTen: random.unit() * 600 - 300)
            add(x)
            add(Logarithm.log10(x))
            for kind in [Axis.Kind.linear, .log, .symlog(threshold: 1)] {
                let scale = Scale.nice(kind, showing: [x, x * (1 + random.unit())], padding: 0.05).placed(from: 10, to: 90)
                add(scale.low)
                add(scale.high)
                add(scale.map(x)!)
                add(scale.invert(33))
            }
        }
        #expect(hash == 0x292f_b3e0_b99a_d6e6, "0x\(String(hash, radix: 16))")
    }

    @Test("What an axis cannot show has no place")
    func gaps() {
        let log = Scale(.log, low: 1, high: 10)
        for value in [0, -1, -Double.infinity, .infinity, .nan] { #expect(log.map(value) == nil) }
        let linear = Scale(.linear, low: 1, high: 10)
        for value in [-Double.infinity, .infinity, .nan] { #expect(linear.map(value) == nil) }
        #expect(linear.map(-5) != nil)
        #expect(Scale(.symlog(threshold: 1e-300), low: 0, high: 1e300).map(1e300) == nil)
        #expect(Scale(.linear, low: 0, high: 1, from: -1e308, to: 1e308).map(0.5) == nil)
    }

    @Test("Domains of nothing, of one number and of numbers alike are plain ones")
    func degenerate() {
        for kind in [Axis.Kind.linear, .log, .symlog(threshold: 1)] {
            for values in [[], [.nan], [5], [5, 5], [-3], [0, 0], [.infinity, 7]] as [[Double]] {
                let scale = Scale.nice(kind, showing: values, padding: 0.04)
                #expect(scale.low < scale.high)
                for value in values where value.isFinite && (kind != .log || value > 0) {
                    #expect(scale.low <= value && value <= scale.high)
                }
            }
        }
    }
}
