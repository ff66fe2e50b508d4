import Plotting
import Testing

@Suite("Ticks")
struct TicksTests {
    /// The number that a label says.
    private func number(_ label: RichText) -> Double? {
        let text = label.plain.map { $0 == "\u{2212}" ? "-" : String($0) }.joined()
        if let cross = text.firstIndex(of: "×") { return Double(text[..<cross] + "e" + text[text.index(cross, offsetBy: 4)...]) }
        if text.hasPrefix("10^") { return Double("1e" + text.dropFirst(3)) }
        if text.hasPrefix("-10^") { return Double("-1e" + text.dropFirst(4)) }
        return Double(text)
    }

    /// What is wrong with the ticks of an axis; nothing where they are as they should be.
    private func fault(_ scale: Scale, target: Int) -> String? {
        let ticks = Ticks(of: scale, target: target).major
        let span = "\(scale.kind) \(scale.low) … \(scale.high)"
        guard (2...9).contains(ticks.count) else { return "\(ticks.count) ticks over \(span)" }
        guard Set(ticks.map(\.label)).count == ticks.count else { return "two labels alike over \(span)" }
        for tick in ticks {
            guard tick.value >= scale.low, tick.value <= scale.high else { return "\(tick.value) beyond \(span)" }
            guard number(tick.label) == tick.value else { return "the label \(tick.label.plain) for \(tick.value)" }
        }
        return nil
    }

    @Test("100,000 domains from 1e-300 to 1e300, of every sign and span, have 2 to 9 ticks whose labels read back")
    func property() {
        var random = SplitMix(3)
        var faults: [String] = []
        for round in 0..<100_000 {
            func number() -> Double {
                let size = Logarithm.power(ofTen: random.unit() * 600 - 300)
                return random.next() % 2 == 0 ? size : -size
            }
            let a = number()
            let b: Double =
                switch round % 5 {
                case 0: a
                case 1: a * (1 + (random.unit() - 0.5) * Logarithm.power(ofTen: -12 * random.unit()))
                case 2: a * (0.1 + 10 * random.unit())
                case 3: -a * random.unit()
                default: number()
                }
            let target = 3 + Int(random.next() % 5)
            let kind: Axis.Kind = [.linear, .log, .symlog(threshold: Logarithm.power(ofTen: random.unit() * 12 - 6))][round % 3]
            let values = kind == .log ? [abs(a), abs(b)] : [a, b]
            if let fault = fault(Scale.nice(kind, showing: values, padding: 0.04), target: target) { faults.append(fault) }
        }
        #expect(faults.isEmpty, "\(faults.count) faults, such as \(faults.prefix(5))")
    }

    @Test("Powers of ten that would touch each other about zero are left out")
    func symlogRoom() {
        let scale = Scale(.symlog(threshold: 1), low: -40, high: 500, from: 0, to: 80)
        let ticks = Ticks(of: scale, target: 4) { ticks in
            let places = ticks.compactMap { scale.map($0.value) }
            return zip(places, places.dropFirst()).allSatisfy { $1 - $0 >= 9.6 }
        }
        #expect(ticks.major.map(\.label.plain) == ["−10^1", "0", "10^1", "10^2"])
        #expect(ticks.minor == [-1, 1])
    }

    @Test("The labels of an axis have equal decimals, a true minus, and raised exponents")
    func labels() {
        func plain(_ low: Double, _ high: Double, _ kind: Axis.Kind = .linear) -> [String] {
            Ticks(of: Scale(kind, low: low, high: high), target: 5).major.map(\.label.plain)
        }
        #expect(plain(0, 1) == ["0.00", "0.25", "0.50", "0.75", "1.00"])
        #expect(plain(-20, 1020) == ["0", "250", "500", "750", "1000"])
        #expect(plain(-1.1, 1.1) == ["−1.0", "−0.5", "0.0", "0.5", "1.0"])
        #expect(plain(0, 2e6) == ["0", "0.5×10^6", "1.0×10^6", "1.5×10^6", "2.0×10^6"])
        #expect(plain(1e-4, 20, .log) == ["10^−4", "10^−3", "10^−2", "10^−1", "10^0", "10^1"])
        #expect(plain(0.4, 30, .log) == ["0.5", "1", "2", "5", "10", "20"])
        #expect(plain(1.5, 200, .log) == ["2", "5", "10", "20", "50", "100", "200"])
        #expect(plain(180, 290, .log) == ["180", "200", "220", "240", "260", "280"])
        #expect(plain(-800, 300, .symlog(threshold: 1)) == ["−10^2", "−10^1", "−10^0", "0", "10^0", "10^1", "10^2"])
        let exponent = Ticks(of: Scale(.log, low: 1e-4, high: 20), target: 5).major[0].label.runs
        #expect(exponent.map(\.level) == [.base, .above] && exponent.map(\.text) == ["10", "−4"])
    }

    @Test("Decades are regular, with lighter places between that are no labels")
    func decades() {
        let ticks = Ticks(of: Scale(.log, low: 0.5, high: 2e5), target: 5)
        #expect(ticks.major.map(\.value) == [1, 10, 100, 1e3, 1e4, 1e5])
        #expect(ticks.minor.count == 5 + 5 * 8 + 1 && ticks.minor.allSatisfy { !ticks.major.map(\.value).contains($0) })
        let wide = Ticks(of: Scale(.log, low: 1e-20, high: 1e20), target: 5)
        let steps = zip(wide.major, wide.major.dropFirst()).map { ($1.value / $0.value * 1e-10).rounded() }
        #expect(wide.major.count == 5 && steps.allSatisfy { $0 == 1 })
    }

    @Test("Labels that would touch are thinned")
    func fit() {
        let scale = Scale(.linear, low: 0, high: 1)
        let few = Ticks(of: scale, target: 6) { $0.count <= 3 }
        #expect(few.major.map(\.value) == [0, 0.5, 1])
        let two = Ticks(of: scale, target: 6) { $0.count <= 2 }
        #expect(two.major.count == 2)
    }
}
