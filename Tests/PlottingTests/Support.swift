import Plotting

/// A counter-based generator (SplitMix64), so that random tests repeat.
struct SplitMix: RandomNumberGenerator {
    private var state: UInt64
    init(_ seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var z = state
        z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
        z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
        return z ^ (z >> 31)
    }

    /// In [0, 1).
    mutating func unit() -> Double { Double(next() >> 11) / 9_007_199_254_740_992 }
}

/// A grid of panels as the experiments have it: a smooth prediction, a measurement that oscillates about it, a rule far above, a gap,
/// a run that diverges, and a panel without numbers.
func grid(
    _ name: String = "grid", rows: Int = 3, columns: Int = 3, checks: Int = 41,
    y: Axis = Axis("‖*H*‖_{op}", scale: .log, sharing: .rows), noise: Double = 0.06,
    mutate: (_ panel: Int, _ measured: inout [Double]) -> Void = { _, _ in }
) -> Figure {
    var random = SplitMix(7)
    let steps = (0..<checks).map { Double($0 * 1000 / max(1, checks - 1)) }
    func edge(_ row: Int) -> [Double] { steps.map { (6 - Double(row)) * 400 / (400 + $0) } }
    func measured(_ panel: Int, _ edge: [Double]) -> [Double] {
        var measured = edge.map { $0 * (1 + noise * (random.unit() * 2 - 1)) }
        if panel == 1 { measured[checks / 2] = .nan }
        if panel == rows * columns - 1 { for index in checks / 3..<checks { measured[index] = .infinity } }
        mutate(panel, &measured)
        return measured
    }
    var figure = Figure(
        name, title: "A grid: ‖*H*‖_{op} and its edges", description: "Measured and predicted.", x: Axis("step"), y: y,
        facet: Facet(
            rows: (0..<rows).map { "*η* = 0.\($0 + 1)" },
            columns: (0..<columns).map { $0 == 0 ? "*ρ* = 0 (GD)" : "*ρ* = 0.\($0)" })
    ) { row, column in
        let panel = row * columns + column
        let edge = edge(row)
        let measured = measured(panel, edge)
        if !(panel == 3 && rows * columns > 4) {
            Rule(y: 20 / Double(row + 1), as: .reference("2/*η*"))
            if column > 0 { Line(x: steps, y: edge, as: .predicted) }
            Line(x: steps, y: measured, as: .measured)
            if panel == rows * columns - 1 { Divergence(after: steps[checks / 3 - 1]) }
        }
    }
    figure.warning = "stand-in data"
    figure.inputs = (0..<2 * rows * columns).map {
        Figure.Input("mnist-mlp/run\($0)/measurements.tsv", sha256: String(repeating: "0f", count: 32))
    }
    return figure
}

/// A grid of noisy losses of 1,001 steps.
func losses(rows: Int, columns: Int) -> Figure {
    var random = SplitMix(8)
    let steps = (0...1000).map(Double.init)
    var figure = grid("losses", rows: rows, columns: columns)
    for panel in figure.panels.indices {
        figure.panels[panel].y = Axis("training loss", scale: .log)
        figure.panels[panel].marks = [
            Line(x: steps, y: steps.map { 100 / (100 + $0) * (1 + 1.6 * (random.unit() - 0.5)) }, as: .dense)
        ]
    }
    return figure
}

/// A figure of every mark in one panel.
func everyMark(_ name: String = "every-mark") -> Figure {
    let x = (0...8).map(Double.init)
    return Figure(
        name, title: "Every mark", description: "All.", x: Axis("*x*"), y: Axis("*y*", scale: .symlog(threshold: 1)),
        width: .oneColumn
    ) { _, _ in
        Band(x: x, lower: x.map { $0 - 3 }, upper: x.map { $0 * 2 }, as: .region("between"))
        Rule(x: 4, as: .reference("here"))
        Rule(y: 2, as: .reference("2/*η*"))
        Line(x: x, y: x.map { $0 * $0 - 20 }, as: .predicted)
        Step(x: x, y: x.map { 30 - 9 * $0 }, as: .dense)
        for kind in 0..<5 { Dots(x: x, y: x.map { $0 * Double(kind) }, as: .category(kind, label: "kind \(kind)")) }
        Text("a remark", x: 1, y: 25)
    }
}

/// A square figure whose diagonal is the line y = x.
func square(_ name: String = "square") -> Figure {
    Figure(
        name, title: "Measured against predicted", description: "Dots.", x: Axis("predicted", scale: .log),
        y: Axis("measured", scale: .log), width: .oneColumn, height: .square
    ) { _, _ in
        Rule.diagonal(as: .reference("*y* = *x*"))
        Dots(x: [0.5, 3, 80], y: [0.6, 2.5, 90], as: .category(0, label: "MLP"))
        Dots(x: [200, 700], y: [210, 600], as: .category(1, label: "CNN"))
    }
}

/// Curves that are named at their ends.
func direct(_ name: String = "direct") -> Figure {
    let x = (1...40).map { Double($0) / 10 }
    return Figure(
        name, title: "Curves", description: "Named at their ends.", x: Axis("*x*", isReversed: true), y: Axis("*y*"),
        legend: .none, width: .oneColumn
    ) { _, _ in
        Rule(y: 5, as: .reference("2/*η*"))
        for rank in 0..<5 {
            let line = Line(x: x, y: x.map { $0 * (1 + Double(rank) / 20) }, as: .ordinal(rank, of: 5, label: "\(rank)"))
            line
            Text("*ρ* = \(rank)", .end(line.points), ink: line.style.ink)
        }
    }
}

extension Element {
    /// The element and all within it.
    var all: [Element] { [self] + children.flatMap(\.all) }
}

extension SceneNode {
    /// All texts within, with the roles of the groups around them.
    func texts(_ roles: [SceneGroup.Role] = []) -> [(text: SceneText, roles: [SceneGroup.Role])] {
        switch self {
        case .group(let group): group.nodes.flatMap { $0.texts(roles + [group.role]) }
        case .text(let text): [(text, roles)]
        case .path: []
        }
    }
}
