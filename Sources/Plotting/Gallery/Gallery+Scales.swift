extension Gallery {
    /// Each scale, both ways, and the square with its diagonal.
    static var scales: Section {
        let x = (0...40).map { Double($0) * 25 }
        let values = x.map { ($0 - 300) * ($0 - 300) / 1000 - 20 }
        return Section(
            title: "Scales",
            figures: [
                single("scale-linear", "Linear") { Line(x: x, y: values, as: .dense) },
                single("scale-log", "Logarithmic: what is not positive is a gap", y: Axis("*y*", scale: .log)) {
                    Line(x: x, y: values, as: .dense)
                },
                single("scale-symlog", "Symmetric logarithmic", y: Axis("*y*", scale: .symlog(threshold: 1))) {
                    Line(x: x, y: values, as: .dense)
                },
                single("scale-reversed", "Reversed both ways", x: Axis("*x*", isReversed: true), y: Axis("*y*", isReversed: true))
                {
                    Line(x: x, y: values, as: .dense)
                },
                single("scale-domain", "A domain of its own: lines leave the frame", y: Axis("*y*", domain: 0...100)) {
                    Line(x: x, y: values, as: .dense)
                },
                single(
                    "scale-square", "Square, with the diagonal", x: Axis("predicted", scale: .log),
                    y: Axis("measured", scale: .log),
                    height: .square
                ) {
                    Rule.diagonal(as: .reference("*y* = *x*"))
                    for kind in 0..<3 {
                        let predicted = (0..<30).map { Double($0 % 6 + 1) * [0.5, 5, 60][kind] }
                        Dots(
                            x: predicted, y: predicted.indices.map { predicted[$0] * (1 + 0.15 * noise($0 + 50 * kind)) },
                            as: .category(kind, label: ["MLP", "CNN", "transformer"][kind]))
                    }
                },
            ])
    }

    /// Axes that show from a hair to three hundred decades.
    static var ticks: Section {
        let cases: [(name: String, title: String, scale: Axis.Kind, range: ClosedRange<Double>)] = [
            ("unit", "Linear, 0 to 1", .linear, 0...1), ("fraction", "Linear, steps of 0.0025", .linear, 0.101...0.112),
            ("negative", "Linear, about zero", .linear, -40...35), ("large", "Linear, large numbers", .linear, 0...3.2e7),
            ("small", "Linear, small numbers", .linear, 0...4.5e-7),
            ("hair", "Linear, a hair at 1,000", .linear, 1000...1000.0001),
            ("decade", "Logarithmic, less than one decade", .log, 2.2...7.5),
            ("two-decades", "Logarithmic, under two decades", .log, 0.3...20),
            ("decades", "Logarithmic, five decades", .log, 2e-4...30),
            ("many-decades", "Logarithmic, thirty decades", .log, 1e-18...1e12),
            ("all-decades", "Logarithmic, six hundred decades", .log, 1e-300...1e300),
            ("narrow", "Logarithmic, a hair at 3", .log, 3...3.01),
            ("symlog-small", "Symlog, inside its threshold", .symlog(threshold: 10), -4...6),
            ("symlog-wide", "Symlog, nine decades", .symlog(threshold: 1e-3), -1e6...1e6),
        ]
        return Section(
            title: "Ticks",
            figures: cases.map { one in
                single("ticks-\(one.name)", one.title, y: Axis("*y*", scale: one.scale, domain: one.range), height: .aspect(0.4))
                {
                    Dots(x: [0, 1], y: [one.range.lowerBound, one.range.upperBound], as: .measured)
                }
            })
    }
}
