extension Gallery {
    /// What a label can be made of.
    static var labels: Section {
        let x = (0...10).map(Double.init)
        func plain(_ name: String, _ title: String, x name1: String = "step", y name2: String = "*y*") -> Figure {
            single(name, title, x: Axis(name1), y: Axis(name2), height: .aspect(0.35)) { Line(x: x, y: x, as: .dense) }
        }
        return Section(
            title: "Labels",
            figures: [
                plain(
                    "label-mathematics", "*η*, *ρ*, *λ*_{1}, ‖*H*‖_{op}, 10^{−3}, ∇*ℓ*(*w*)", x: "‖∇*ℓ*‖ (*η* = 10^{−2})",
                    y: "*λ*_{max}"),
                plain("label-literal", "Marks that stand for themselves: \\*, \\_{}, 2 * 3, a_b, x^2", x: "a_b", y: "x^2"),
                plain("label-escapes", "Escapes: <svg> & \"quotes\" 'and' ]]> 😀", x: "a < b & c > d", y: "\"y\""),
                plain(
                    "label-long",
                    "A title that is too long for one line of a figure that is one column wide, and therefore goes on in the next lines"
                ),
                single(
                    "label-direct", "Names at the ends of the curves", x: Axis("*x*"), y: Axis("*y*"), legend: .none,
                    height: .aspect(0.66)
                ) {
                    for rank in 0..<5 {
                        let line = Line(
                            x: x, y: x.map { $0 * (1 + Double(rank) / 20) }, as: .ordinal(rank, of: 5, label: "\(rank)"))
                        line
                        Text("*ρ* = \(["0.01", "0.03", "0.1", "0.3", "1"][rank])", .end(line.points), ink: line.style.ink)
                    }
                },
                single("label-legend", "A legend of many lines", height: .aspect(0.66)) {
                    for kind in 0..<9 {
                        Line(x: x, y: x.map { $0 + Double(kind) }, as: .category(kind, label: "kind number \(kind + 1)"))
                    }
                },
                warned(plain("label-warning", "A warning")),
            ])
    }

    private static func warned(_ figure: Figure) -> Figure {
        var figure = figure
        figure.warning = "stand-in data"
        return figure
    }

    /// Small multiples, with axes shared in each way.
    static var panels: Section {
        var free = grid("panels-free", sharing: .none)
        free.title = "Small multiples, each with an axis of its own"
        var columns = grid("panels-columns", sharing: .columns)
        columns.title = "Small multiples, an axis for each column"
        return Section(title: "Panels", figures: [grid("panels-rows"), free, columns])
    }

    /// Panels as the experiments have them: a run without a radius, runs that oscillate, a gap, a divergence, no run at all.
    static func grid(_ name: String, sharing: Axis.Sharing = .rows) -> Figure {
        let steps = (0...40).map { Double($0) * 25 }
        return Figure(
            name, title: "Small multiples, an axis for each row", description: "Measured and predicted numbers in six panels.",
            x: Axis("step"), y: Axis("‖*H*‖_{op}", scale: .log, sharing: sharing),
            facet: Facet(rows: ["*η* = 0.1", "*η* = 0.3"], columns: ["*ρ* = 0 (GD)", "*ρ* = 0.1", "*ρ* = 0.3"])
        ) { row, column in
            let panel = 3 * row + column
            let edge = steps.map { Double(6 - 2 * row) * 400 / (400 + $0) / Double(column + 1) }
            if panel != 2 {
                Rule(y: 20 / Double(2 * row + 1), as: .reference("2/*η*"))
                if column > 0 { Line(x: steps, y: edge, as: .predicted) }
                Line(
                    x: steps,
                    y: edge.indices.map {
                        panel == 1 && $0 == 20
                            ? .nan : panel == 5 && $0 > 13 ? .infinity : edge[$0] * (1 + 0.08 * noise($0 + 99 * panel))
                    },
                    as: .measured)
                if panel == 5 { Divergence(after: steps[13]) }
            }
        }
    }
}
